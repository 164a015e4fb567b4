/**
 * WebAssembly that stands in the program: a module can do only what it imports, so that its imports are what it may do.
 * They are listed from its bytes; nothing is instantiated.
 */
import { readWasm, type WasmImport, type WasmModule } from "../pure/wasm-module.ts";
import { possibly, type State } from "../state.ts";
import { isNumber, isString, mergeLabels, type Value } from "../values.ts";
import { getAttr } from "./attributes.ts";
import type { Builtin } from "./builtin.ts";
import { NO_ARGS } from "./call-args.ts";
import { emit } from "./effect-sink.ts";
import { elementsOf } from "./iterate.ts";
import { modelsOf, type Run } from "./run.ts";

const MODULE = "WebAssembly.Module()";
const MOST_IMPORTS = 200;
const SHOWN = 200;

/** `new WebAssembly.Module(bytes)`, `WebAssembly.compile(bytes)`: what it gives is the bytes. */
const moduleOf: Builtin = (run, state, { args }) => run.values.partial(run.values.api(MODULE), [bytesOf(run, state, args.positional[0])]);

/** `WebAssembly.instantiate(bytes or module, imports)`, `new WebAssembly.Instance(module, imports)`. */
const instantiate: Builtin = (run, state, { callee, args }) => {
  const [source, imports] = args.positional;
  const isModule = source?.k === "partial" && source.callee.k === "api" && source.callee.path === MODULE;
  link(run, state, { bytes: isModule ? source.args[0] : bytesOf(run, state, source), imports, api: callee.path });
  return run.values.unknown("local", { path: "instance" });
};

/** `wasmtime.Module(engine, bytes)`, `wasmer.Module(store, bytes)`: functions for its imports are callbacks of whoever links it. */
const embedded: Builtin = (run, state, { callee, args }) => {
  const bytes = args.positional[1] ?? args.keywords.get("wasm") ?? args.keywords.get("bytes");
  link(run, state, { bytes: bytes ?? run.values.unknown("local"), imports: undefined, api: callee.path });
  return run.values.unknown("unmodelled", { path: "module" });
};

type Linked = { readonly bytes: Value | undefined; readonly imports: Value | undefined; readonly api: string };

function link(run: Run, state: State, { bytes, imports, api }: Linked): void {
  const module = isString(bytes) ? readWasm(bytes.value) : undefined;
  if (module === undefined) callGiven(run, state, imports);
  else {
    const labels = mergeLabels(bytes?.labels ?? []);
    emit(run, state, { kind: "code.eval", target: summary(module), classes: [], args: { constant: true }, labels: [], basis: "api", api });
    for (const each of module.imports.filter(({ isFunction }) => isFunction).slice(0, MOST_IMPORTS))
      callImport(run, state, { each, imports, labels });
  }
}

function summary({ imports, exports, starts }: WasmModule): string {
  const asked = imports.map(({ module, name }) => `${module}.${name}`).join(" ");
  return `WebAssembly${starts ? " that starts by itself" : ""}: imports ${asked || "nothing"}; exports ${exports.join(" ") || "nothing"}`.slice(
    0,
    SHOWN,
  );
}

/** A function of a known host interface (WASI) is a library function; any other is what the program gives for it. */
function callImport(
  run: Run,
  state: State,
  { each, imports, labels }: { each: WasmImport; imports: Value | undefined; labels: readonly string[] },
): void {
  const path = `${each.module}.${each.name}`;
  const given = imports === undefined ? undefined : getAttr(run, state, getAttr(run, state, imports, each.module), each.name);
  const called =
    modelsOf(run).api(path) === null
      ? given
      : run.values.api(
          path,
          false,
          labels.filter((l) => l.startsWith("via:")),
        );
  if (called !== undefined) callFrom(run, state, called);
}

/** Of a module that is not known any function that it is given may be called. */
function callGiven(run: Run, state: State, imports: Value | undefined): void {
  const groups = imports === undefined ? [] : membersIn(state, imports);
  for (const given of groups.flatMap((group) => membersIn(state, group)).slice(0, MOST_IMPORTS)) callFrom(run, state, given);
}

function membersIn(state: State, value: Value): Value[] {
  return value.k === "ref" ? [...state.read(value.addr).props.values()] : [];
}

/** With what the module has in its memory: nobody knows. */
function callFrom(run: Run, state: State, called: Value): void {
  if (called.k !== "api" && called.k !== "closure" && called.k !== "partial") return;
  possibly(state, () => run.call(state, called, { ...NO_ARGS, rest: run.values.unknown("unmodelled", { path: "memory" }) }));
}

/** Bytes, or a list of numbers, which are bytes. */
function bytesOf(run: Run, state: State, value: Value | undefined): Value {
  const items = value?.k === "ref" ? elementsOf(run, state, value) : null;
  if (items === null || !items.every(isNumber)) return value ?? run.values.undefined;
  return run.values.bytes(items.map((item) => String.fromCharCode(Number((item as { value: number }).value) & 255)).join(""));
}

export const BUILTINS_WEBASSEMBLY: Readonly<Record<string, Builtin>> = {
  wasm_module: moduleOf,
  wasm_instantiate: instantiate,
  wasm_embedded: embedded,
};
