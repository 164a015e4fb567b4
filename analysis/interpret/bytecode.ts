/**
 * Python bytecode that stands in the program: its code objects are listed, never loaded. Instructions differ from version to
 * version and are not read; names and constants are in the order of their use. A library function that a code object names
 * is called with the constants of that object, from each of them on, as something that may happen.
 */
import type { Label } from "../effects.ts";
import { CodeObject, type Marshalled, readMarshalled } from "../pure/marshalled.ts";
import { ByteString, type Pure } from "../pure/pure-value.ts";
import { possibly, type State } from "../state.ts";
import { isString, mergeLabels, type Value } from "../values.ts";
import type { Builtin } from "./builtin.ts";
import { withArgs } from "./call-args.ts";
import { listValue } from "./containers.ts";
import { emit } from "./effect-sink.ts";
import { fromPure, toPure } from "./purity.ts";
import { modelsOf, type Run } from "./run.ts";

const DECODED: Label = "via:decoded";
/** Of a code object and all inside it; constants tried as the first argument; functions called for one object. */
const MOST_OBJECTS = 64;
const MOST_ARGUMENTS = 8;
const MOST_CALLS = 24;
const SHOWN = 200;

/** What `marshal.loads` gives for known bytes: data as it is, code as something that can be run. */
export function unmarshal(run: Run, state: State, bytes: Value): Value | undefined {
  if (!isString(bytes)) return undefined;
  const read = readMarshalled(bytes.value);
  const labels = mergeLabels(bytes.labels, [DECODED]);
  if (read instanceof CodeObject) return run.values.partial(run.values.api("marshal.code()", false, labels), [bytes]);
  return read === undefined || holdsCode(read) ? undefined : fromPure(run, state, read as Pure, labels);
}

const holdsCode = (value: Marshalled): boolean => value instanceof CodeObject || (Array.isArray(value) && value.some(holdsCode));

/** The function that is left of a code object is called: what its names and constants make of it. */
export function runBytecode(
  run: Run,
  state: State,
  code: CodeObject,
  how: { readonly labels: readonly Label[]; readonly api: string },
): void {
  const objects = objectsIn(code);
  const labels = mergeLabels(how.labels, [DECODED]);
  const names = [...new Set(objects.flatMap((object) => object.names))];
  emit(run, state, {
    kind: "code.hidden",
    target: `bytecode of ${code.name}: ${names.join(" ")}`.slice(0, SHOWN),
    classes: [],
    args: { constant: true },
    labels,
    basis: "api",
    api: how.api,
  });
  const modules = objects.flatMap((object) => modulesOf(run, object));
  for (const object of objects) {
    const lines = argumentsOf(run, state, object, labels);
    for (const path of apisOf(run, object, modules))
      for (const given of lines) possibly(state, () => run.call(state, run.values.api(path, false, labels), withArgs(...given)));
  }
}

function objectsIn(code: CodeObject): CodeObject[] {
  const found = [code];
  for (let i = 0; i < found.length && found.length < MOST_OBJECTS; i++)
    for (const constant of found[i]?.constants ?? []) if (constant instanceof CodeObject) found.push(constant);
  return found.slice(0, MOST_OBJECTS);
}

/** Modules that are imported, or named for `__import__`. */
function modulesOf(run: Run, { names, constants }: CodeObject): string[] {
  const { members } = modelsOf(run);
  const named = [...names, ...constants.filter((each) => typeof each === "string")];
  return named.filter((name) => /^[A-Za-z_][\w.]*$/.test(name) && (members(name).harmful || members(name).effectful.length > 0));
}

/** What the object may call: members of its modules, and built-in functions, that are more than a computation. */
function apisOf(run: Run, { names }: CodeObject, modules: readonly string[]): string[] {
  const owners = [...new Set([...modules, "builtins"])];
  const paths = owners.flatMap((owner) => names.map((name) => `${owner}.${name}`));
  return paths.filter((path) => hasEffects(run, path)).slice(0, MOST_CALLS);
}

const RUNS_CODE: ReadonlySet<string> = new Set(["exec", "eval", "open"]);

function hasEffects(run: Run, path: string): boolean {
  const model = modelsOf(run).api(path);
  return model !== null && (model.effects.length > 0 || RUNS_CODE.has(model.builtin ?? ""));
}

/** The object's texts, from each of them on; something unknown when it has none. */
function argumentsOf(run: Run, state: State, { constants }: CodeObject, labels: readonly Label[]): Value[][] {
  const values = constants.flatMap((each) => {
    if (typeof each === "string") return [run.values.string(each, labels)];
    if (each instanceof ByteString) return [run.values.bytes(each.value, labels)];
    const texts = Array.isArray(each) && each.every((item: unknown) => typeof item === "string") ? (each as string[]) : [];
    const items = texts.map((item) => run.values.string(item, labels));
    return items.length === 0 ? [] : [listValue(run, state, items)];
  });
  const tried = values.slice(0, MOST_ARGUMENTS);
  if (tried.length === 0) return [[run.values.unknown("unmodelled", { labels })]];
  const texts = tried.filter(isString);
  // A short list of texts is built by instructions: all of them are one, too.
  return [...tried.map((_, i) => tried.slice(i)), ...(texts.length > 1 ? [[listValue(run, state, texts)]] : [])];
}

// ---------------------------------------------------------------- what programs do with code objects

/** `types.CodeType(argcount, ..., code, constants, names, ...)`: the eighth and the ninth of its arguments. */
const CONSTANTS = 7;
const codeType: Builtin = (run, _state, { args }) => {
  const [constants, names] = args.positional.slice(CONSTANTS);
  if (constants === undefined || names === undefined) return undefined;
  return run.values.partial(run.values.api("types.CodeType()"), [constants, names]);
};

const runCodeType: Builtin = (run, state, { callee, args }) => {
  const [constants, names] = args.positional.map((each) => toPure(run, state, each));
  const known = Array.isArray(constants) && Array.isArray(names) && names.every((name) => typeof name === "string");
  if (!known) return unreadable(run, state, callee.labels);
  runBytecode(run, state, new CodeObject("code", names as string[], constants), { labels: callee.labels, api: "types.CodeType" });
  return run.values.none;
};

const runMarshalled: Builtin = (run, state, { callee, args }) => {
  const [bytes] = args.positional;
  const code = isString(bytes) ? readMarshalled(bytes.value) : undefined;
  if (!(code instanceof CodeObject)) return unreadable(run, state, callee.labels);
  runBytecode(run, state, code, { labels: callee.labels, api: "marshal.loads" });
  return run.values.none;
};

function unreadable(run: Run, state: State, labels: readonly Label[]): Value {
  const classes = ["unknown.unmodelled"] as const;
  emit(run, state, { kind: "code.eval", target: "bytecode that cannot be read", classes, args: {}, labels, basis: "api", api: "exec" });
  return run.values.unknown("unmodelled", { labels });
}

/** `types.FunctionType(code, globals())`: what it gives runs the code; of code that is not known nothing more can be said. */
const functionType: Builtin = (run, state, { callee, args }) => {
  const code = args.positional[0] ?? args.keywords.get("code");
  if (code?.k === "partial" || code?.k === "closure") return code;
  emit(run, state, { kind: "code.eval", target: "code object", classes: [], args: {}, labels: [], basis: "api", api: callee.path });
  return run.values.unknown("unmodelled");
};

export const BUILTINS_BYTECODE: Readonly<Record<string, Builtin>> = {
  code_type: codeType,
  function_type: functionType,
  run_code_type: runCodeType,
  run_marshalled: runMarshalled,
};
