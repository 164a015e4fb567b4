/** What the front end cannot know about a pattern: typed metavariables, regular expressions in strings, names in keys. */
import { CHILD_FIELDS, type Expr, type Language, type Name, type Node, type Str } from "../../analysis/tree.ts";
import { DOTS, isDotsName, isMeta, isRestName, MARK, markedName, SHELL_META, TYPED } from "./pattern-marks.ts";
import { compileRegex, type TextRegex } from "./text-regex.ts";

/** A string of a pattern: `any` for `"..."`, `meta` for `"$X"` (marked), `regex` for `"=~/re/"`. */
export type PatternText = Str & { readonly any?: true; readonly meta?: string; readonly regex?: TextRegex };

export class PatternRegexError extends Error {}

/** A copy of a pattern node. Recurses over a pattern, never over a program. Throws PatternRegexError. */
export function polish<T extends Node>(node: T, language: Language): T {
  if (language === "shell") {
    const word = shellWord(node);
    if (word !== null) return word as Node as T;
  }
  if (node.kind === "Str") return polishText(node) as T;
  if (node.kind === "Call" && node.callee.kind === "Name" && node.callee.name === TYPED) return polishTyped(node) as T;
  const copy: Record<string, unknown> = { ...node };
  for (const field of CHILD_FIELDS[node.kind]) {
    const value = copy[field];
    if (value === null || value === undefined) continue;
    const one = (item: Node | null): Node | null => (item === null ? null : polish(item, language));
    copy[field] = Array.isArray(value) ? value.map(one) : one(value as Node);
  }
  if (node.kind === "Jsx") copy.children = (copy.children as Expr[]).map(jsxText);
  return copy as unknown as T;
}

/** What a shell pattern says in one word: a metavariable, `...`, or a string. Alone it is no command of that name. */
function shellWord(node: Node): Name | PatternText | null {
  if (node.kind === "Name" && node.name.startsWith(SHELL_META)) return { ...node, name: MARK + node.name.slice(SHELL_META.length) };
  if (node.kind === "Call") {
    if (node.args.length > 0 || node.callee.kind !== "Name") return null;
    const { name, start, end } = node.callee;
    if (isDotsName(name) || isMeta(name)) return node.callee;
    return name === "..." || name.startsWith("=~/") ? polishText({ kind: "Str", start, end, value: name }) : null;
  }
  if (node.kind !== "Str" || !(isMeta(node.value) || isRestName(node.value) || isDotsName(node.value))) return null;
  return { kind: "Name", start: node.start, end: node.end, name: node.value };
}

function polishText(node: Str): PatternText {
  if (node.value === "...") return { ...node, any: true };
  if (/^\$(?:\.\.\.)?[A-Z_][A-Z0-9_]*$/.test(node.value)) return { ...node, meta: markedName(node.value) };
  const found = /^=~\/([\s\S]*)\/([a-z]*)$/.exec(node.value);
  if (found === null) return node;
  const flags = found[2] ?? "";
  const result = compileRegex(found[1] ?? "", { ignoreCase: flags.includes("i"), multiline: flags.includes("m") });
  if (!result.ok) throw new PatternRegexError(result.message);
  return { ...node, regex: result.regex };
}

/** `TYPED(X, "T")` -> a cast to `T`, marked by its empty value span. */
function polishTyped(node: Node & { kind: "Call" }): Node {
  const value = node.args[0]?.value;
  const type = node.args[1]?.value;
  if (value === undefined || type?.kind !== "Str") return node;
  const { start, end } = node;
  return {
    ...node,
    args: [
      { kind: "Arg", start, end, value },
      { kind: "Arg", start, end, value: { kind: "TypeNode", start, end, text: type.value, names: [] } },
    ],
  };
}

/** Text between elements: white space around it means nothing, and `...` stands for any children. */
function jsxText(child: Expr): Expr {
  if (child.kind !== "Str") return child;
  const value = child.value.trim();
  return { ...child, value: value === "..." ? DOTS : value };
}
