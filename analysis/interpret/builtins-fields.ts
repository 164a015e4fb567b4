/** Evaluators for objects that are their fields: named tuples, data classes, models of pydantic; as dictionaries, copies, tuples. */
import type { State } from "../state.ts";
import { isString, type RefV, type Value } from "../values.ts";
import type { Builtin } from "./builtin.ts";
import { NO_ARGS, withArgs } from "./call-args.ts";
import { classLookup, classOf, construct, FIELD_NAMES, fieldNames } from "./classes.ts";
import { listValue } from "./containers.ts";
import { elementsOf } from "./iterate.ts";
import { newAddr, type Run } from "./run.ts";

const isObject = (state: State, value: Value | undefined): value is RefV =>
  value?.k === "ref" && state.read(value.addr).type === "instance";

/** Fields with their values: as the class says, or as the object has them. */
function fieldsOf(run: Run, state: State, object: RefV): [string, Value][] {
  const { props, rest } = state.read(object.addr);
  const cls = classOf(run, state, object);
  const named = cls === null ? [] : fieldNames(state, cls);
  const own = [...props.keys()].filter((key) => /^s:(?!_)/.test(key)).map((key) => key.slice(2));
  return [...new Set([...named, ...own])].map((name) => {
    const value = props.get(`s:${name}`) ?? (cls === null ? null : classLookup(run, state, cls, name)) ?? rest;
    return [name, value ?? run.values.unknown("local", { path: name })];
  });
}

function dictOfFields(run: Run, state: State, object: RefV, depth = 0): Value {
  const addr = newAddr(run);
  const made = state.add(addr, { type: "dict" });
  for (const [name, value] of fieldsOf(run, state, object)) {
    const inner = depth < 4 && isObject(state, value) && fieldsOf(run, state, value).length > 0;
    made.props.set(`s:${name}`, inner ? dictOfFields(run, state, value, depth + 1) : value);
  }
  return run.values.ref(addr);
}

/** A new object of the same class, with some fields changed. */
function copyWith(run: Run, state: State, object: RefV, changes: ReadonlyMap<string, Value>): Value | null {
  const cls = classOf(run, state, object);
  if (cls === null) return object;
  const keywords = new Map([...fieldsOf(run, state, object), ...changes]);
  return construct(run, state, cls, { ...NO_ARGS, keywords });
}

/** A class with these fields: `make_dataclass("C", ["a", ("b", int, 3)])`. */
const madeClass: Builtin = (run, state, { args }) => {
  const [name, list, ...others] = args.positional;
  const fields = list === undefined ? null : elementsOf(run, state, list);
  if (fields === null) return undefined;
  const addr = newAddr(run);
  const cls = state.add(addr, { type: "class", name: name !== undefined && isString(name) ? name.value : "" });
  const names = fields.map((field) => {
    const parts = field.k === "ref" ? (elementsOf(run, state, field) ?? []) : [field];
    const [called, , preset] = parts;
    const text = called !== undefined && isString(called) ? called.value : "";
    if (preset !== undefined) cls.props.set(text, preset);
    return text;
  });
  cls.props.set(FIELD_NAMES, run.values.string(names.join(" ")));
  const body = args.keywords.get("namespace") ?? others[1];
  if (body?.k === "ref") for (const [key, value] of state.read(body.addr).props) cls.props.set(key.slice(2), value);
  return run.values.ref(addr);
};

/** `Model.model_validate({...})`, `Model(**json.loads(text))`. */
const validated: Builtin = (run, state, { callee, args }) => {
  const [cls, given] = args.positional;
  if (cls?.k !== "ref" || given === undefined) return undefined;
  const parsed = /json|raw/.test(callee.path) ? run.call(state, run.values.api("json.loads"), withArgs(given)) : given;
  if (parsed?.k !== "ref") return construct(run, state, cls, { ...NO_ARGS, rest: parsed });
  const { props, rest } = state.read(parsed.addr);
  return construct(run, state, cls, { ...NO_ARGS, keywords: new Map([...props].map(([key, value]) => [key.slice(2), value])), rest });
};

export const BUILTINS_FIELDS: Readonly<Record<string, Builtin>> = {
  fields_dict: (run, state, { args }) => (isObject(state, args.positional[0]) ? dictOfFields(run, state, args.positional[0]) : undefined),
  fields_tuple: (run, state, { args }) => {
    const [object] = args.positional;
    if (!isObject(state, object)) return undefined;
    return listValue(
      run,
      state,
      fieldsOf(run, state, object).map(([, value]) => value),
      "tuple",
    ); // prettier-ignore
  },
  fields_copy: (run, state, { args }) => {
    const [object] = args.positional;
    const update = args.keywords.get("update");
    const changes =
      update?.k === "ref" ? [...state.read(update.addr).props].map(([key, value]): [string, Value] => [key.slice(2), value]) : [];
    return isObject(state, object) ? copyWith(run, state, object, new Map([...args.keywords, ...changes])) : object;
  },
  fields_made: (run, state, { args }) => {
    const [cls, list] = args.positional;
    const items = list === undefined ? null : elementsOf(run, state, list);
    return cls?.k === "ref" && items !== null ? construct(run, state, cls, withArgs(...items)) : undefined;
  },
  fields_listed: (run, state, { args }) => {
    const [object] = args.positional;
    if (object?.k !== "ref") return undefined;
    const cls = isObject(state, object) ? classOf(run, state, object) : object;
    if (cls === null) return undefined;
    const field = (name: string): Value => {
      const addr = newAddr(run);
      state.add(addr, { type: "instance", name: "Field" });
      state.setProp(addr, "s:name", run.values.string(name));
      state.setProp(addr, "s:default", classLookup(run, state, cls, name) ?? run.values.unknown("local"));
      return run.values.ref(addr);
    };
    return listValue(run, state, fieldNames(state, cls).map(field), "tuple");
  },
  fields_json: (run, state, { args }) =>
    isObject(state, args.positional[0])
      ? run.call(state, run.values.api("json.dumps"), withArgs(dictOfFields(run, state, args.positional[0])))
      : undefined,
  fields_class: madeClass,
  fields_validated: validated,
};

/** Members that classes of fields bring along, as library functions of the object or of the class. */
const OF_TUPLES: Readonly<Record<string, string>> = { _replace: "fields.copy", _asdict: "fields.dict", _make: "fields.made" };
const OF_MODELS: Readonly<Record<string, string>> = {
  model_dump: "fields.dict",
  dict: "fields.dict",
  model_copy: "fields.copy",
  copy: "fields.copy",
  model_validate: "fields.validated",
  parse_obj: "fields.validated",
  model_validate_json: "fields.validated_json",
  parse_raw: "fields.validated_json",
  model_dump_json: "fields.json",
  json: "fields.json",
};

export function fieldMember(run: Run, base: string, object: Value, name: string): Value | null {
  const table = base === "typing.NamedTuple" ? OF_TUPLES : /^(pydantic|sqlmodel)\./.test(base) ? OF_MODELS : null;
  const path = table !== null && Object.hasOwn(table, name) ? table[name] : undefined;
  return path === undefined ? null : run.values.partial(run.values.api(path), [object]);
}
