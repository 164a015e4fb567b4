/** What displays take over from other values: `[*xs]`, `{**options}`, `{ ...profile }`. */
import type { HeapObject, State } from "../state.ts";
import type { Value } from "../values.ts";
import { addAtEnd } from "./containers.ts";
import { someElement, walkedElements } from "./iterate.ts";
import { ownEntries } from "./own-keys.ts";
import { inJs, modelsOf, type Run } from "./run.ts";

/** A set has each constant once. */
export const isThere = ({ type, items }: HeapObject, value: Value): boolean =>
  type === "set" && value.k === "const" && items?.includes(value) === true;

export function spreadInto(run: Run, state: State, into: { addr: number; value: Value; keyed: boolean }): void {
  const object = state.write(into.addr);
  if (into.keyed && into.value.k === "api")
    object.props.set("#spread", run.values.label(into.value, modelsOf(run).api(into.value.path)?.labels ?? []));
  if (into.keyed && into.value.k === "ref") {
    const source = state.read(into.value.addr);
    if (inJs(run)) for (const [name, value] of ownEntries(run, state, into.value)) state.setProp(into.addr, `s:${name}`, value);
    for (const [key, value] of source.props)
      if (!inJs(run) || /^(?:y|#(?!hidden|fixed|frozen|guarded))/.test(key)) object.props.set(key, value);
    state.addUnknown(into.addr, source, run.values);
    return;
  }
  if (into.keyed && into.value.k === "union") {
    spreadSome(run, state, into.addr, into.value.of);
    return;
  }
  if (into.keyed && into.value.k === "const" && into.value.type !== "string" && inJs(run)) return;
  const elements = into.keyed ? null : walkedElements(run, state, into.value);
  if (elements !== null && object.items !== null) object.items.push(...elements);
  else addAtEnd(run, state, into.addr, someElement(run, state, into.value));
}

/** `{ ...profiles[name] }`: each of the objects that it may be, or what was there before. */
function spreadSome(run: Run, state: State, addr: number, ways: readonly Value[]): void {
  const object = state.write(addr);
  for (const way of ways) {
    if (way.k !== "ref") continue;
    for (const [key, value] of state.read(way.addr).props) {
      const before = object.props.get(key);
      object.props.set(key, before === undefined ? value : run.values.join2(before, value));
    }
    state.addUnknown(addr, state.read(way.addr), run.values);
  }
}
