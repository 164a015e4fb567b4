/** Parts of Python's libraries that are written down in Python. What they do happens where the program calls them. */
import { displayName } from "../ir.ts";
import type { State } from "../state.ts";
import type { Value } from "../values.ts";
import { WRITTEN_PYTHON } from "../written/python.ts";
import type { Builtin } from "./builtin.ts";
import { someElement } from "./iterate.ts";
import { loadWritten } from "./load-written.ts";
import { inJs, modelsOf, type Run } from "./run.ts";

function memberOf(run: Run, state: State, path: string): Value | undefined {
  const names = path.split(".");
  const module = names.find((name) => Object.hasOwn(WRITTEN_PYTHON, name));
  const source = module === undefined ? undefined : WRITTEN_PYTHON[module];
  const frame = source === undefined ? null : loadWritten(run, state, { source, language: "python" });
  return frame === null ? undefined : state.read(frame).props.get(names.at(-1) ?? "");
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
