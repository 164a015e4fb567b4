/**
 * Two places where the grammar and Python part ways and a second parse of slightly altered text puts it right.
 * Only the parser sees the altered text, which has the same length; names and literals are read from the original.
 */
import { type Cst, type CstNode, childByField } from "./tree-sitter-cst.ts";

/** The text to parse again, or null when the first reading stands. */
export function alteredText(text: string, cst: Cst, hasError: boolean): string | null {
  const calls = cst.nodes.filter((node) => node.type === "type_alias_statement" && !namesAnAlias(node));
  let altered = text;
  for (const { start } of calls) altered = `${altered.slice(0, start)}typ_${altered.slice(start + 4)}`;
  if (hasError) altered = withoutTypeDefaults(altered);
  return altered === text ? null : altered;
}

/** `type X = ...` and `type X[T] = ...`. What the grammar also takes for one, `type(x).y = z`, is an assignment. */
export function namesAnAlias(statement: CstNode): boolean {
  const left = childByField(statement, "left");
  const named = left?.children[0];
  if (named === undefined || left?.children.length !== 1) return false;
  const first = named.children[0];
  if (named.type === "identifier") return true;
  return named.type === "generic_type" && first?.type === "identifier" && first.start === named.start;
}

const HEADER = /\b(?:def|class|type)[ \t]+[^\s()[\]:=]+[ \t]*\[/g;

/** Blanks the defaults of type parameters (PEP 696), which the grammar does not know: `class A[T = int]`. */
function withoutTypeDefaults(text: string): string {
  let altered = text;
  for (const match of text.matchAll(HEADER)) {
    const from = match.index + match[0].length;
    const ranges = defaultsIn(text, from);
    for (const [start, end] of ranges) altered = altered.slice(0, start) + " ".repeat(end - start) + altered.slice(end);
  }
  return altered;
}

/** Ranges of `= default` inside one list of type parameters; none when a default could run something or hides a quote. */
function defaultsIn(text: string, from: number): [number, number][] {
  const ranges: [number, number][] = [];
  let depth = 0;
  let start = -1;
  for (let i = from; i < text.length; i++) {
    const c = text.charAt(i);
    if (/[('"#\\]/.test(c)) return [];
    if (c === "[") depth++;
    if (depth === 0 && (c === "," || c === "]")) {
      if (start >= 0) ranges.push([start, i]);
      start = -1;
      if (c === "]") return ranges;
    } else if (depth === 0 && c === "=" && start < 0) start = i;
    if (c === "]") depth--;
  }
  return [];
}
