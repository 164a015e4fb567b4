/**
 * Libraries and classes that are looked through for what they have: `vars(os).items()`, `dir(os)`, `inspect.getmembers(os)`,
 * `object.__subclasses__()`. What has a model is listed with its name, so that a condition on the name finds what it is for.
 */
import type { State } from "../state.ts";
import { type ApiV, isString, type Value, viaLabel } from "../values.ts";
import { getAttr } from "./attributes.ts";
import type { Builtin } from "./builtin.ts";
import type { CallArgs } from "./call-args.ts";
import { listValue, someList } from "./containers.ts";
import { emit } from "./effect-sink.ts";
import { rememberedFile } from "./remembered.ts";
import { modelsOf, type Run } from "./run.ts";

/** Classes that every program of Python has loaded and that lead out of it. */
const LOADED = ["subprocess.Popen", "os._wrap_close", "warnings.catch_warnings", "zipimport.zipimporter", "code.InteractiveInterpreter"];

const namesIn = (run: Run, { path }: ApiV): readonly string[] => modelsOf(run).members(path).named;

const member = (run: Run, owner: ApiV, name: string): Value =>
  run.values.api(`${owner.path}.${name}`, false, [viaLabel("reflection"), viaLabel("computed_name")]);

function pairs(run: Run, state: State, owner: ApiV): Value {
  const items = namesIn(run, owner).map((name) => listValue(run, state, [run.values.string(name), member(run, owner, name)], "tuple"));
  return listValue(run, state, items);
}

/** `items()`, `keys()`, `values()` of a library's dictionary; null: it is no library, or nothing is known of it. */
export function lookedThrough(run: Run, state: State, owner: ApiV, how: string): Value | null {
  if (owner.instance || !/^(items|keys|values)$/.test(how) || modelsOf(run).api(owner.path) !== null) return null;
  const names = namesIn(run, owner);
  if (names.length === 0) return null;
  if (how === "items") return pairs(run, state, owner);
  const values = how === "keys" ? names.map((name) => run.values.string(name)) : names.map((name) => member(run, owner, name));
  return listValue(run, state, values);
}

/** `object.__subclasses__()`, `type.__subclasses__(object)`; classes that were found so have none. Null: another class. */
export function subclasses(run: Run, state: State, owner: string, of: Value | undefined): Value | null {
  const cls = owner === "builtins.type" && of?.k === "api" ? of.path : owner;
  if (cls === "builtins.object") {
    const found = LOADED.map((path) => run.values.api(path, false, [viaLabel("reflection")]));
    return listValue(run, state, found);
  }
  return LOADED.includes(cls) ? listValue(run, state, []) : null;
}

/** `library.__getattribute__(name)`. */
export function reflect(run: Run, state: State, callee: ApiV, args: CallArgs): Value {
  const name = args.positional[0];
  if (isString(name))
    return run.values.label(getAttr(run, state, run.values.api(callee.path.replace(/\.__getattr(ibute)?__$/, "")), name.value), [
      "via:computed_name",
      "via:reflection",
    ]);
  emit(run, state, {
    kind: "call.dynamic",
    target: callee.path,
    classes: [],
    args: {},
    labels: callee.labels,
    basis: "api",
    api: callee.path,
  });
  return run.values.unknown("unmodelled", { path: `${callee.path}()` });
}

export const BUILTINS_LOOKED_THROUGH: Readonly<Record<string, Builtin>> = {
  /** `gc.get_objects()`: whatever there is, library functions among it. */
  any_objects: (run, state, { callee }) =>
    someList(run, state, run.values.unknown("unmodelled", { path: `${callee.path}()[]`, mayCall: [run.values.api("?.*")] })),
  /** `inspect.getsource(sys.modules[__name__])`; of a function of the program's own, its lines. */
  source_of: (run, state, { args }) => {
    const [of] = args.positional;
    const whole = (of?.k === "ref" && state.read(of.addr).type === "frame") || (of?.k === "api" && of.path === "__main__");
    return whole ? rememberedFile(state, run.values.string("./program.py")) : undefined;
  },
  /** `inspect.getmembers(os, inspect.isbuiltin)`. */
  members_listed: (run, state, { args }) => {
    const [owner] = args.positional;
    return owner?.k === "api" && !owner.instance && namesIn(run, owner).length > 0 ? pairs(run, state, owner) : undefined;
  },
};
