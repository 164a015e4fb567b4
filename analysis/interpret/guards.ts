/**
 * Guards of the place that is running: conditions whose edge dominates it, in every function on the stack, checks that raise,
 * and decorators from outside. A condition that the program's own constants decide was pruned and guards nothing.
 */
import type { Guard } from "../effects.ts";
import type { BlockId, Terminator } from "../ir.ts";
import { isExternal, type Value } from "../values.ts";
import { type Dominance, dominanceIn, dominates, reachableFrom } from "./flow-graph.ts";
import { type Activation, type Run, sourceText, type Unit } from "./run.ts";

export function activeGuards(run: Run): Guard[] {
  const out: Guard[] = [...run.acting.ahead];
  for (const act of run.stack) {
    if (act.unit.written) continue;
    out.push(...act.guards);
    for (const guard of guardsAt(act, act.block))
      if (!out.some((g) => g.text === guard.text && g.positive === guard.positive)) out.push(guard);
  }
  return out;
}

/** A condition over something from outside stands before this place and says one of the words. */
export const isGuardedBy = (run: Run, words: RegExp): boolean =>
  activeGuards(run).some((guard) => guard.external && words.test(guard.text));

const MENTIONS = new WeakMap<Unit, Map<RegExp, boolean>>();

/** Whether the program says one of the words anywhere; its text is searched once for each question. */
export function mentions(run: Run, words: RegExp): boolean {
  const unit = run.units[0];
  if (unit === undefined) return false;
  const answers = MENTIONS.get(unit) ?? new Map<RegExp, boolean>();
  MENTIONS.set(unit, answers);
  const answer = answers.get(words) ?? words.test(unit.source);
  answers.set(words, answer);
  return answer;
}

/** Guards of one activation at a block of it. */
export function guardsAt(act: Activation, block: BlockId): Guard[] {
  const out: Guard[] = [];
  for (const [from, test] of act.tests) {
    const end = act.fn.blocks[from]?.end;
    if (end?.op !== "Branch") continue;
    if (end.then === end.otherwise) continue;
    const positive = edgeDominates(act, { from, to: end.then }, block);
    const negative = edgeDominates(act, { from, to: end.otherwise }, block);
    if (positive !== negative) out.push(...guardsOf(act, end, { test, positive }));
  }
  for (const check of act.checks) if (checkHolds(act, check.block, block)) out.push(check.guard);
  return out;
}

const NOWHERE: readonly BlockId[] = [];

function dominanceOf(act: Activation): Dominance {
  if (act.dominance !== null) return act.dominance;
  const next = act.fn.blocks.map((_block, id) => act.edges[id] ?? NOWHERE);
  act.dominance = dominanceIn(next);
  return act.dominance;
}

/** Every way to `block` that was taken so far goes over the edge `from` -> `to`. */
function edgeDominates(act: Activation, edge: { from: BlockId; to: BlockId }, block: BlockId): boolean {
  const graph = dominanceOf(act);
  if (act.edges[edge.from]?.includes(edge.to) !== true || !dominates(graph, edge.to, block)) return false;
  return (graph.predecessors[edge.to] ?? []).every((p) => p === edge.from || dominates(graph, edge.to, p));
}

/** The check ran before, and `block` cannot be reached from the handler that would swallow its exception. */
function checkHolds(act: Activation, checked: BlockId, block: BlockId): boolean {
  if (!dominates(act.graph, checked, block)) return false;
  const handler = act.fn.blocks[checked]?.handler ?? null;
  return handler === null || !reachableFrom(act.fn, act.graph, handler).has(block);
}

/** The condition as written, and what its value is made of (`denied = not authorized`). */
function guardsOf(act: Activation, end: Extract<Terminator, { op: "Branch" }>, how: { test: Value; positive: boolean }): Guard[] {
  const place = { external: isOutside(how.test), location: act.unit.lines.locate(end.at) };
  const text = sourceText(act.unit, end.at);
  const guard: Guard = { ...place, text, positive: how.positive, subjects: end.subjects.length > 0 ? end.subjects : pathsOf(how.test) };
  const path = pathsOf(how.test)[0];
  if (path === undefined || path === text) return [guard];
  const plain = path.replace(/^(not )+/, "");
  const flips = (path.length - plain.length) / "not ".length;
  return [
    guard,
    {
      ...place,
      text: plain,
      positive: flips % 2 === 0 ? how.positive : !how.positive,
      subjects: [plain.split(/ (?:==|!=|===|!==|<|<=|>|>=|in|is|is not) /)[0] as string],
    },
  ];
}

const pathsOf = (value: Value): string[] => (value.k === "unknown" && value.path !== null ? [value.path] : []);

/** Derives from something outside the program; a choice between its own constants was made by an outside condition. */
export function isOutside(value: Value): boolean {
  if (value.k === "union") return value.of.some(isOutside) || value.of.filter((v) => v.k === "const").length > 1;
  if (value.k === "api") return true;
  return isExternal(value) || (value.k === "str" && value.parts.some((p) => typeof p !== "string"));
}

/** What a function's normal return proves: guards that hold at every one of its returns. */
export function returnGuards(act: Activation): Guard[] {
  if (act.tests.size === 0 && act.checks.length === 0) return [];
  const returns = act.fn.blocks
    .map((b, i) => ({ op: b.end.op, block: i }))
    .filter((b) => b.op === "Return" && dominanceOf(act).idom[b.block] !== -1);
  const [first, ...rest] = returns.map((r) => guardsAt(act, r.block));
  if (first === undefined) return [];
  return first.filter((g) => rest.every((guards) => guards.some((h) => h.text === g.text && h.positive === g.positive)));
}
