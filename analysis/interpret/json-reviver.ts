/** `JSON.parse(text, revive)`, `json.loads(text, object_hook=make)`: the function makes what each value becomes, innermost first. */
import { possibly, type State } from "../state.ts";
import type { Value } from "../values.ts";
import { withArgs } from "./call-args.ts";
import { emptyObject, listValue } from "./containers.ts";
import { keyValue } from "./iterate.ts";
import { ownNames, ownValue } from "./own-keys.ts";
import type { Run } from "./run.ts";

/** Values in values, and values of one object, that are revived one by one. */
const DEEPEST = 4;
const MOST = 64;

export function revived(run: Run, state: State, parsed: Value, revive: Value): Value {
  if (parsed.k === "unknown") return revivedSome(run, state, parsed, revive);
  return revivedMember(run, state, { key: run.values.string(""), value: parsed }, revive, 0);
}

function revivedMember(run: Run, state: State, member: { key: Value; value: Value }, revive: Value, depth: number): Value {
  const { key, value } = member;
  if (value.k === "ref" && depth < DEEPEST) {
    const { items, props } = state.read(value.addr);
    for (const [name, inner] of [...props].slice(0, MOST))
      state.setProp(value.addr, name, revivedMember(run, state, { key: keyValue(run, name), value: inner }, revive, depth + 1));
    for (const [i, inner] of [...(items ?? [])].slice(0, MOST).entries()) {
      const made = revivedMember(run, state, { key: run.values.string(String(i)), value: inner }, revive, depth + 1);
      const list = state.write(value.addr).items;
      if (list !== null) list[i] = made;
    }
  }
  return run.call(state, revive, withArgs(key, value)) ?? run.values.undefined;
}

/** `JSON.stringify(value, replace)`: what the function makes of each value is written in its place, outermost first. */
export function replaced(run: Run, state: State, value: Value, replace: Value): Value {
  return replacedMember(run, state, { key: "", value }, { replace, holder: null, depth: 0 });
}

type Replacing = { readonly replace: Value; readonly holder: Value | null; readonly depth: number };

function replacedMember(run: Run, state: State, member: { key: string; value: Value }, how: Replacing): Value {
  const key = run.values.string(member.key);
  const made = run.call(state, how.replace, { ...withArgs(key, member.value), receiver: how.holder });
  if (made?.k !== "ref") return made ?? run.values.undefined;
  const object = state.read(made.addr);
  const inner = { ...how, holder: made, depth: how.depth + 1 };
  const names = ownNames(object);
  if (how.depth >= DEEPEST || object.rest !== null || Math.max(names.length, object.items?.length ?? 0) > MOST)
    return run.values.unknown("local");
  if (object.items !== null)
    return listValue(
      run,
      state,
      object.items.map((item, i) => replacedMember(run, state, { key: String(i), value: item }, inner)),
    );
  const copy = emptyObject(run, state);
  for (const name of names)
    state.setProp(copy.addr, `s:${name}`, replacedMember(run, state, { key: name, value: ownValue(run, state, made, name) }, inner));
  return copy;
}

/** `json.loads(text, object_hook=make)`: the function makes what each dictionary becomes, innermost first. */
export function hooked(run: Run, state: State, parsed: Value, hook: Value, depth = 0): Value {
  if (parsed.k !== "ref" || depth > DEEPEST) return parsed;
  const { items, props } = state.read(parsed.addr);
  for (const [name, inner] of [...props].slice(0, MOST))
    if (inner.k === "ref") state.setProp(parsed.addr, name, hooked(run, state, inner, hook, depth + 1));
  for (const [i, inner] of [...(items ?? [])].slice(0, MOST).entries()) {
    const made = inner.k === "ref" ? hooked(run, state, inner, hook, depth + 1) : inner;
    const list = state.write(parsed.addr).items;
    if (list !== null) list[i] = made;
  }
  if (items !== null || hook === run.values.none) return parsed;
  return run.call(state, hook, withArgs(parsed)) ?? run.values.none;
}

/** Of text that is not known: a function that is made of it is there to be called. */
function revivedSome(run: Run, state: State, parsed: Extract<Value, { k: "unknown" }>, revive: Value): Value {
  const made = possibly(state, () => run.call(state, revive, withArgs(run.values.unknown(parsed.cause), parsed)));
  for (const function_ of made?.k === "union" ? made.of : [made])
    if (function_?.k === "partial") possibly(state, () => run.call(state, function_, withArgs()));
  return parsed;
}
