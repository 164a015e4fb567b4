/** Words of shell programs: quotes are taken off, expansions become holes. */
import { unescapeAnsi } from "../shell-words.ts";
import type { Expr, Hole, Index, Str, Template } from "../tree.ts";
import { argument, type Convert, expression, name, runHere, type ShellContext, spanned, statements, str, textOf } from "./shell-context.ts";
import type { CstNode } from "./tree-sitter-cst.ts";

const asWord: Convert = (node, cx) => str(node, unescaped(textOf(cx, node)));
const asText: Convert = (node, cx) => str(node, textOf(cx, node));

const unescaped = (text: string): string => text.replace(/\\(\n|[\s\S])/g, (_all, c: string) => (c === "\n" ? "" : c));
/** Between double quotes a backslash is itself before most characters. */
const unescapedInQuotes = (text: string): string => text.replace(/\\(\n|["$`\\])/g, (_all, c: string) => (c === "\n" ? "" : c));

const quoted: Convert = (node, cx) => {
  const parts: (Str | Hole)[] = [];
  let at = node.start + 1;
  const literal = (to: number): void => {
    if (to > at) parts.push(str({ start: at, end: to }, unescapedInQuotes(cx.text.slice(at, to))));
  };
  for (const child of node.children) {
    if (!child.named || child.type === "string_content") continue;
    literal(afterBlanks(cx.text, child.start));
    parts.push(hole(expression(child, child)));
    at = child.end;
  }
  literal(Math.max(at, cx.text[node.end - 1] === '"' ? node.end - 1 : node.end));
  return template(node, parts);
};

/** The grammar counts blanks between two expansions to the second one. */
export function afterBlanks(text: string, from: number): number {
  let at = from;
  while (/\s/.test(text[at] ?? "")) at++;
  return at;
}

const hole = (value: Expr): Hole => ({ kind: "Hole", ...spanned(value), value });

/** A text without expansions is a plain string. */
function template(at: { readonly start: number; readonly end: number }, parts: readonly (Str | Hole)[]): Str | Template {
  if (parts.every((part) => part.kind === "Str")) return str(at, parts.map((part) => (part as Str).value).join(""));
  return { kind: "Template", ...spanned(at), parts };
}

const concatenation: Convert = (node) => {
  const parts: (Str | Hole)[] = [];
  for (const child of node.children) {
    if (!child.named) {
      parts.push(str(child, child.type));
      continue;
    }
    const value = expression(child, child);
    if (value.kind === "Str") parts.push(value);
    else if (value.kind === "Template") parts.push(...value.parts);
    else parts.push(hole(value));
  }
  return template(node, parts);
};

/** `$x`, `${x}`; with an operator (`${x:-y}`) a call of that operator on the variable. */
const expansion: Convert = (node, cx) => {
  const inner = node.children.filter((child) => child.named);
  const subject = inner[0];
  const operators = node.children.filter((child) => !child.named && !/^(\$|\$\{|\{|\})$/.test(child.type));
  if (subject === undefined) return name(node, textOf(cx, node).replace(/^\$\{?|\}$/g, ""));
  const variable = expression(subject, node);
  if (operators.length === 0 && inner.length === 1) return { ...variable, ...spanned(node) };
  const operator = operators.map((child) => textOf(cx, child)).join("");
  const args = [variable, ...inner.slice(1).map((child) => expression(child, child))].map(argument);
  return { kind: "Call", ...spanned(node), callee: name(node, `\${${operator}}`), args };
};

const subscript: Convert = (node): Index => {
  const [object, index] = node.children.filter((child) => child.named);
  return { kind: "Index", ...spanned(node), object: expression(object, node), index: expression(index, node) };
};

const substitution: Convert = (node) => {
  // `$(< file)` is the file's text.
  return runHere(node, statements(node.children));
};

/** Arithmetic has no effect but on variables: what it calls are the expansions in it. */
const arithmetic: Convert = (node, cx) => {
  const parts: Expr[] = [];
  collectExpansions(node, parts);
  return { kind: "Call", ...spanned(node), callee: name(node, "(("), args: [str(node, textOf(cx, node)), ...parts].map(argument) };
};

function collectExpansions(node: CstNode, into: Expr[]): void {
  for (const child of node.children) {
    if (child.out !== null && !Array.isArray(child.out)) {
      const out = child.out as Expr;
      if (out.kind !== "Str") into.push(out);
    } else collectExpansions(child, into);
  }
}

/** `[ ... ]` and `[[ ... ]]`: a command whose arguments are the words between. */
const test: Convert = (node, cx) => {
  const open = node.children[0];
  const parts: Expr[] = [];
  collectWords(node, cx, parts);
  return {
    kind: "Call",
    ...spanned(node),
    callee: name(open ?? node, open === undefined ? "[" : textOf(cx, open)),
    args: parts.map(argument),
  };
};

function collectWords(node: CstNode, cx: ShellContext, into: Expr[]): void {
  for (const child of node.children) {
    if (child.out !== null && !Array.isArray(child.out) && child.type !== "test_operator") into.push(child.out as Expr);
    else if (child.children.length > 0) collectWords(child, cx, into);
    else if (!/^(\[\[?|\]\]?)$/.test(child.type) || child.named) into.push(str(child, textOf(cx, child)));
  }
}

/** Nodes that `test` and `arithmetic` read themselves. */
const readByParent: Convert = () => null;

export const SHELL_WORDS: Readonly<Record<string, Convert>> = {
  word: asWord,
  number: asText,
  extglob_pattern: asText,
  regex: asText,
  special_variable_name: (node, cx) => name(node, textOf(cx, node)),
  variable_name: (node, cx) => name(node, textOf(cx, node)),
  raw_string: (node, cx) => str(node, textOf(cx, node).slice(1, -1)),
  ansi_c_string: (node, cx) => str(node, unescapeAnsi(textOf(cx, node).slice(2, -1))),
  translated_string: (node) =>
    expression(
      node.children.find((child) => child.named),
      node,
    ),
  string: quoted,
  string_content: asText,
  concatenation,
  brace_expression: asText,
  simple_expansion: expansion,
  expansion,
  subscript,
  command_substitution: substitution,
  process_substitution: substitution,
  arithmetic_expansion: arithmetic,
  array: (node) => ({
    kind: "Collection",
    ...spanned(node),
    type: "list",
    elements: node.children.filter((child) => child.named).map((child) => expression(child, child)),
  }),
  command_name: (node) => {
    const word = expression(node.children[0], node);
    return word.kind === "Str" ? name(node, word.value) : word;
  },
  test_command: test,
  test_operator: readByParent,
  unary_expression: readByParent,
  binary_expression: readByParent,
  ternary_expression: readByParent,
  parenthesized_expression: readByParent,
  postfix_expression: readByParent,
  file_descriptor: readByParent,
  heredoc_start: readByParent,
  heredoc_end: readByParent,
  heredoc_content: asText,
};
