/** Lists in patterns: `...` and `$...X` stand for any items, and some lists have no order. */
import type { Node } from "../../analysis/tree.ts";
import { bind, type Match, type Matching, type Next, spend } from "./matching.ts";
import { isDots, restName } from "./pattern-marks.ts";

export type ListPattern<P extends Node, T extends Node> = {
  readonly patterns: readonly P[];
  readonly items: readonly T[];
  readonly item: Match<P, T>;
  /** Items behind the last pattern are ignored. */
  readonly open: boolean;
  readonly dots?: (pattern: P) => boolean;
  readonly rest?: (pattern: P) => string | null;
};

export function matchList<P extends Node, T extends Node>(cx: Matching, list: ListPattern<P, T>, next: Next): boolean {
  return matchFrom(cx, list, { pattern: 0, item: 0 }, next);
}

function matchFrom<P extends Node, T extends Node>(
  cx: Matching,
  list: ListPattern<P, T>,
  at: { pattern: number; item: number },
  next: Next,
): boolean {
  spend(cx);
  const pattern = list.patterns[at.pattern];
  if (pattern === undefined) return (list.open || at.item === list.items.length) && next();
  const last = at.pattern === list.patterns.length - 1;
  if ((list.dots ?? isDots)(pattern)) {
    if (last) return next();
    for (let i = at.item; i <= list.items.length; i++) {
      if (matchFrom(cx, list, { pattern: at.pattern + 1, item: i }, next)) return true;
    }
    return false;
  }
  const rest = (list.rest ?? restName)(pattern);
  if (rest !== null) {
    for (let i = last && !list.open ? list.items.length : at.item; i <= list.items.length; i++) {
      const nodes = list.items.slice(at.item, i);
      if (bind(cx, rest, listOf(nodes), () => matchFrom(cx, list, { pattern: at.pattern + 1, item: i }, next))) return true;
    }
    return false;
  }
  const item = list.items[at.item];
  return (
    item !== undefined && list.item(cx, pattern, item, () => matchFrom(cx, list, { pattern: at.pattern + 1, item: at.item + 1 }, next))
  );
}

export function listOf(nodes: readonly Node[]): { kind: "list"; nodes: readonly Node[]; start: number; end: number } {
  const first = nodes[0];
  const last = nodes[nodes.length - 1];
  return { kind: "list", nodes, start: first?.start ?? 0, end: last?.end ?? 0 };
}

/** Each pattern matches another item, whatever the order; `open`: items may be left over. `...` must have been taken out. */
export function matchAnyOrder<P extends Node, T extends Node>(cx: Matching, list: ListPattern<P, T>, next: Next): boolean {
  spend(cx);
  const [first, ...patterns] = list.patterns;
  if (first === undefined) return (list.open || list.items.length === 0) && next();
  if (!list.open && list.items.length < list.patterns.length) return false;
  for (let i = 0; i < list.items.length; i++) {
    const item = list.items[i] as T;
    const others = (): readonly T[] => [...list.items.slice(0, i), ...list.items.slice(i + 1)];
    if (list.item(cx, first, item, () => matchAnyOrder(cx, { ...list, patterns, items: others() }, next))) return true;
  }
  return false;
}
