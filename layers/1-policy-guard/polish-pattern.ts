/** What the front end cannot know about a pattern: typed metavariables, regular expressions in strings, names in keys. */
import { type Call, CHILD_FIELDS, type Expr, type Hole, type Language, type Name, type Node, type Str } from "../../analysis/tree.ts";
import { DOTS, isDotsName, isMeta, isRestName, MARK, markedName, SHELL_EXPANSION, SHELL_META, TYPED } from "./pattern-marks.ts";
import { isQuotedHole } from "./shell-quotes.ts";
import { compileRegex, type TextRegex } from "./text-regex.ts";

/** A string of a pattern: `any` for `"..."`, `meta` for `"$X"` (marked), `regex` for `"=~/re/"`. */
export type PatternText = Str & { readonly any?: true; readonly meta?: string; readonly regex?: TextRegex };

/** `${$X}` of a shell pattern: the metavariable is the name of the variable that is expanded. */
export type PatternExpansion = Name & { readonly expansion?: true };
/** A hole of a shell pattern says whether it stands between double quotes. */
export type PatternHole = Hole & { readonly quoted?: boolean };

export class PatternRegexError extends Error {}

/** `written`: the text that was parsed. */
export type PolishContext = { readonly language: Language; readonly written: string };

/** A copy of a pattern node. Recurses over a pattern, never over a program. Throws PatternRegexError. */
export function polish<T extends Node>(node: T, cx: PolishContext): T {
  if (cx.language === "shell") {
    const word = shellWord(node, cx);
    if (word !== null) return word as Node as T;
  }
  if (node.kind === "Str") return polishText(node) as T;
  if (node.kind === "Call" && node.callee.kind === "Name" && node.callee.name === TYPED) return polishTyped(node) as T;
  const copy: Record<string, unknown> = { ...node };
  for (const field of CHILD_FIELDS[node.kind]) {
    const value = copy[field];
    if (value === null || value === undefined) continue;
    const one = (item: Node | null): Node | null => (item === null ? null : polish(item, cx));
    copy[field] = Array.isArray(value) ? value.map(one) : one(value as Node);
  }
  if (node.kind === "Template" && cx.language === "shell") {
    const parts = copy.parts as (Str | Hole)[];
    copy.parts = parts.map((part, i) => (part.kind === "Hole" ? { ...part, quoted: isQuotedHole(cx.written, node, i) } : part));
  }
  if (node.kind === "Jsx") copy.children = (copy.children as Expr[]).map(jsxText);
  return copy as unknown as T;
}

/** What a shell pattern says in one word: a metavariable, `...`, or a string. Alone it is no command of that name. */
function shellWord(node: Node, cx: PolishContext): Expr | null {
  if (node.kind === "Name") {
    if (node.name.startsWith(SHELL_META)) return { ...node, name: MARK + node.name.slice(SHELL_META.length) };
    if (!node.name.startsWith(SHELL_EXPANSION)) return null;
    const name = MARK + node.name.slice(SHELL_EXPANSION.length);
    return { ...node, name, expansion: true } as PatternExpansion;
  }
  if (node.kind === "Call") return node.args.length > 0 ? null : lonelyWord(node, cx);
  if (node.kind !== "Str" || !(isMeta(node.value) || isRestName(node.value) || isDotsName(node.value))) return null;
  return { kind: "Name", start: node.start, end: node.end, name: node.value };
}

/** A command of one word: `$X`, `...`, a string, and `$(...)`, which is the substitution and no command it names. */
function lonelyWord({ callee }: Call, cx: PolishContext): Expr | null {
  if (callee.kind === "Call") return polish(callee, cx);
  if (callee.kind !== "Name") return null;
  const { name, start, end } = callee;
  if (isDotsName(name) || isMeta(name)) return callee;
  return name === "..." || name.startsWith("=~/") ? polishText({ kind: "Str", start, end, value: name }) : null;
}

function polishText(node: Str): PatternText {
  if (node.joined === true && /^(?:\.\.\.){2,}$/.test(node.value)) return { ...node, any: true };
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
