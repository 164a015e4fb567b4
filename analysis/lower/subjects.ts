/** What a condition is about: the names and dotted paths it reads, as written, so that guards can be matched to effects. */
import { childrenOf, type Expr, type Node } from "../tree.ts";

/** Names that say nothing about the subject of a check. */
const NOISE: ReadonlySet<string> = new Set(
  (
    "len isinstance issubclass bool int float str list dict set tuple any all type callable hasattr getattr abs min max sum range " +
    "undefined Boolean Number String Array Object Math JSON NaN Infinity parseInt parseFloat isNaN"
  ).split(" "),
);

/** Bounds that no condition written by hand comes near; without them their text could outgrow the source. */
const MAX_SUBJECTS = 64;
const MAX_PATH = 8;

/** Paths first, longest first: `user.is_authorized`, `user`. A constant index counts as a dot: `session["user"]`. */
export function subjectsOf(...conditions: readonly Expr[]): string[] {
  const found = new Set<string>();
  const stack: Node[] = [...conditions].reverse();
  for (let node = stack.pop(); node !== undefined && found.size < MAX_SUBJECTS; node = stack.pop()) {
    if (node.kind === "FunctionExpr" || node.kind === "ClassExpr" || node.kind === "TypeNode") continue;
    const path = pathOf(node);
    if (path !== null) addPath(found, path);
    else {
      const children = childrenOf(node);
      for (let i = children.length - 1; i >= 0; i--) stack.push(children[i] as Node);
    }
  }
  return [...found];
}

function addPath(found: Set<string>, path: readonly string[]): void {
  if (NOISE.has(path[0] as string)) return;
  for (let length = Math.min(path.length, MAX_PATH); length > 0; length--) found.add(path.slice(0, length).join("."));
}

/** `a.b["c"]` -> [a, b, c]; null for anything that is not a plain path from a name. */
function pathOf(node: Node): string[] | null {
  const path: string[] = [];
  for (let at = node; ; ) {
    while (at.kind === "Cast") at = at.value;
    if (at.kind === "Name") return [at.name, ...path.reverse()];
    if (at.kind === "Member") path.push(at.name);
    else if (at.kind === "Index" && at.index.kind === "Str") path.push(at.index.value);
    else return null;
    at = at.object;
  }
}
