/** `const [first, ...others] = list`: places that take elements in order, of one list or of what may be one of several. */
import type { Instr } from "../ir.ts";
import { headOf, type State } from "../state.ts";
import type { Value } from "../values.ts";
import { copyOfSome, listValue } from "./containers.ts";
import type { Flow } from "./flow.ts";
import { itemKey } from "./items.ts";
import { someElement, walkedElements } from "./iterate.ts";
import { withMembers } from "./kinds-of-values.ts";
import { fieldLabels } from "./rows.ts";
import { inJs, newAddr, type Run } from "./run.ts";

type Unpack = Extract<Instr, { op: "Unpack" }>;

/** `const { a, ...rest } = object`, `case {"a": x, **rest}`: a new object without the keys that were taken out. */
export function objectRest(run: Run, state: State, { of, keys }: { of: Value; keys: readonly Value[] }): Value {
  if (of.k !== "ref") return of;
  const source = state.read(of.addr);
  const taken = new Set(keys.map(itemKey));
  if ((source.type !== "object" && source.type !== "dict") || taken.has(null) || source.parent !== null) return of;
  const addr = newAddr(run);
  const rest = state.add(addr, { type: source.type });
  for (const [key, value] of source.props) if (!taken.has(key) && !taken.has(key.replace(/^get:/, "s:"))) rest.props.set(key, value);
  state.addUnknown(addr, source, run.values);
  return run.values.ref(addr);
}

export function unpack(run: Run, { regs, state }: Flow, instr: Unpack): void {
  const src = regs[instr.src] ?? run.values.unknown("local");
  const members = src.k === "union" ? withMembers(src.of) : [];
  const ways = members.length > 0 && members.every((member) => member.k === "ref") ? members : [src];
  const taken = ways.map((way) => places(run, state, way, instr));
  instr.dsts.forEach((dst, i) => {
    regs[dst] = run.values.join(taken.map((values) => values[i] as Value));
  });
}

/** What each place takes of one list. */
function places(run: Run, state: State, src: Value, { dsts, star }: Unpack): Value[] {
  const elements = walkedElements(run, state, src);
  if (elements === null) return placesOfSome(run, state, src, { dsts, star });
  const behind = dsts.length - 1 - star;
  return dsts.map((_dst, i) => {
    if (i === star) return listValue(run, state, elements.slice(star, Math.max(star, elements.length - behind)));
    return (star >= 0 && i > star ? elements[elements.length - dsts.length + i] : elements[i]) ?? nothingHere(run);
  });
}

function placesOfSome(run: Run, state: State, src: Value, { dsts, star }: Pick<Unpack, "dsts" | "star">): Value[] {
  const some = someElement(run, state, src);
  const head = src.k === "ref" ? headOf(state.read(src.addr)) : [];
  return dsts.map((_dst, i) => {
    if (i === star) return starred(run, state, src, { some, star });
    const before = star < 0 || i < star;
    return (before ? head[i] : undefined) ?? fieldOf(run, src, some, before ? i : null);
  });
}

/** A row's field by its place. */
function fieldOf(run: Run, src: Value, some: Value, at: number | null): Value {
  const labels = at === null || some.k !== "unknown" ? null : fieldLabels(run, src.labels, at);
  return labels === null || some.k !== "unknown" ? some : run.values.unknown(some.cause, { path: some.path, labels });
}

/** What is left over is more of the same. */
const starred = (run: Run, state: State, src: Value, { some, star }: { some: Value; star: number }): Value =>
  src.k === "ref" ? copyOfSome(run, state, src, some, "list", star) : run.values.unknown("local", { labels: src.labels });

const nothingHere = (run: Run): Value => (inJs(run) ? run.values.undefined : run.values.unknown("local"));
