/**
 * Parts of libraries that are easier said in their own language: `written-python.ts` holds them as text, which is read when a
 * program first uses one. What they do happens where the program calls them.
 */
import { displayName } from "../ir.ts";
import type { State } from "../state.ts";
import type { Value } from "../values.ts";
import type { Builtin } from "./builtin.ts";
import { NO_ARGS } from "./call-args.ts";
import { someElement } from "./iterate.ts";
import { rememberedVariable, setVariable } from "./remembered.ts";
import { current, inJs, modelsOf, newAddr, type Run } from "./run.ts";
import { WRITTEN_PYTHON } from "./written-python.ts";

/** No variable of the program has this name. */
const MODULE = "#written:";

/** The frame of a library, with what it defines. */
function moduleFrame(run: Run, state: State, name: string): Value | undefined {
  const before = rememberedVariable(state, MODULE + name);
  if (before !== undefined) return before;
  const source = WRITTEN_PYTHON[name];
  const loaded = source === undefined ? null : run.load(source, "python");
  if (source === undefined || loaded === null) return undefined;
  const frame = newAddr(run);
  state.add(frame, { type: "frame", name });
  const { unit } = current(run);
  const parts = { ir: loaded.ir, lines: loaded.lines, source, frame, language: "python" as const, starImports: [] };
  run.units.push({ ...parts, depth: unit.depth + 1, via: unit.via, written: true });
  const closure = run.values.closure({ module: run.units.length - 1, fn: 0, env: frame }, null);
  const { certain } = state;
  run.call(state, closure, { ...NO_ARGS, frame });
  state.certain = certain;
  const made = run.values.ref(frame);
  setVariable(state, MODULE + name, made);
  return made;
}

function memberOf(run: Run, state: State, path: string): Value | undefined {
  const names = path.split(".");
  const module = names.find((name) => Object.hasOwn(WRITTEN_PYTHON, name));
  const frame = module === undefined ? undefined : moduleFrame(run, state, module);
  return frame?.k === "ref" ? state.read(frame.addr).props.get(names.at(-1) ?? "") : undefined;
}

/** Classes that are written here only for those that derive from them. */
const BASES: Readonly<Record<string, string>> = {
  "threading.Thread": "threading.Thread",
  "multiprocessing.Process": "threading.Thread",
  "multiprocessing.context.Process": "threading.Thread",
};

/** A class that a class of the program's own derives from, when it is written here. */
export function writtenBase(run: Run, state: State, base: Value): Value {
  if (base.k !== "api" || inJs(run)) return base;
  const path = Object.hasOwn(BASES, base.path) ? BASES[base.path] : modelsOf(run).api(base.path)?.builtin === "written" ? base.path : "";
  const found = path === "" || path === undefined ? undefined : memberOf(run, state, path);
  return found?.k === "ref" ? found : base;
}

/** Calls what is written under the last part of the path, in the text that is named like its library or like its class. */
export const BUILTINS_WRITTEN: Readonly<Record<string, Builtin>> = {
  is_function: (run, _state, { args }) => run.values.bool(args.positional[0]?.k === "closure"),
  /** What the first parameter of a function is said to be. */
  asked_kind: (run, _state, { args }) => {
    const [fn] = args.positional;
    const params = fn?.k === "closure" ? (run.units[fn.module]?.ir.get(fn.fn).params ?? []) : [];
    const kind = params.find((param) => param.type !== "" && !/^self$/.test(displayName(param.name)))?.type ?? "";
    return /^(str|bytes|int|float|bool|list|tuple|dict|set)$/.test(kind)
      ? run.values.api(`builtins.${kind}`)
      : run.values.api("builtins.object");
  },
  any_of: (run, state, { args }) => (args.positional[0] === undefined ? undefined : someElement(run, state, args.positional[0])),
  identity_key: (run) => run.values.api("identity()"),
  written: (run, state, { callee, args }) => {
    const found = memberOf(run, state, callee.path);
    return found === undefined ? undefined : run.call(state, found, { ...args, receiver: null });
  },
};
