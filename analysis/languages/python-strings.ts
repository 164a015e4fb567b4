/** String nodes: plain, raw, bytes, f-strings and their implicit concatenation. */
import type { Bytes, Expr, Hole, Str, Template } from "../tree.ts";
import { type Context, type Convert, expr, invalid, report, textOf, unmodelled } from "./python-context.ts";
import { decodeText, endOfText, readOpening, type StringPrefix } from "./python-literals.ts";
import { type CstNode, childByField, hasToken } from "./tree-sitter-cst.ts";

type Part = Str | Hole;
type Span = { readonly start: number; readonly end: number };
/** Brackets inside a replacement field, within which `:` does not start a format specification. */
const BRACKETED = new Set([
  "parenthesized_expression",
  "argument_list",
  "list",
  "tuple",
  "set",
  "dictionary",
  "subscript",
  "list_comprehension",
  "set_comprehension",
  "dictionary_comprehension",
  "generator_expression",
]);

export const STRINGS: Readonly<Record<string, Convert>> = {
  string: convertString,
  concatenated_string: convertConcatenation,
  interpolation: convertInterpolation,
  format_expression: convertInterpolation,
};

function convertString(node: CstNode, cx: Context): Expr {
  const open = node.children[0];
  const close = node.children[node.children.length - 1];
  if (open?.type !== "string_start" || close?.type !== "string_end") return invalid(cx, node, "string is not terminated");
  const kind = readOpening(textOf(cx, open));
  if (kind === null) return invalid(cx, node, "not a Python string");
  // The closing token may hold text as well (the backslashes of `r"\\\\"`), so the end is counted from the quotes.
  const end = node.end - kind.quote.length;
  if (!cx.text.startsWith(kind.quote, end) || end < open.end) return invalid(cx, node, "string is not terminated");
  const parts: Part[] = [];
  let at = open.end;
  for (const child of node.children) {
    if (child.type !== "interpolation") continue;
    readText({ start: at, end: child.start }, kind, parts, cx);
    addField(child, parts, cx);
    at = child.end;
  }
  readText({ start: at, end }, kind, parts, cx);
  if (kind.bytes) return { kind: "Bytes", start: node.start, end: node.end, value: parts[0]?.kind === "Str" ? parts[0].value : "" };
  return template(parts, node);
}

/** One stretch of literal text. What CPython would end or refuse elsewhere is a syntax error here. */
function readText(span: Span, kind: StringPrefix & { quote: string }, parts: Part[], cx: Context): void {
  if (span.start === span.end) return;
  if (endOfText(cx.text, span.start, span.end, kind.quote, kind.format) !== span.end) {
    parts.push({ kind: "Hole", ...span, value: invalid(cx, span, "string ends elsewhere in Python") });
    return;
  }
  const decoded = decodeText(cx.text.slice(span.start, span.end), kind);
  if (decoded.error !== null) {
    parts.push({ kind: "Hole", ...span, value: invalid(cx, span, decoded.error) });
    return;
  }
  let done = 0;
  for (const { at, name } of decoded.unknown) {
    parts.push({ kind: "Str", ...span, value: decoded.value.slice(done, at) });
    // A character is no call, whatever stands in the text around it.
    const unknown = { ...unmodelled(cx, span, `character \`\\N{${name}}\` is not in the table of names`), mayCall: false };
    parts.push({ kind: "Hole", ...span, value: unknown });
    done = at;
  }
  parts.push({ kind: "Str", ...span, value: decoded.value.slice(done) });
}

/** A replacement field; `{x=}` also shows its own text, and then `repr` unless it has a format. */
function addField(field: CstNode, parts: Part[], cx: Context): void {
  const hole = field.out as Hole;
  const equals = field.children.find((child) => child.type === "=");
  if (equals === undefined) {
    parts.push(hole);
    return;
  }
  const next = field.children[field.children.indexOf(equals) + 1];
  const span = { start: field.start + 1, end: next?.start ?? equals.end };
  parts.push({ kind: "Str", ...span, value: textOf(cx, span) });
  parts.push(hole.conversion === undefined && hole.format === undefined ? { ...hole, conversion: "r" } : hole);
}

/** Neighbouring constants become one; a string without holes is a `Str`. */
function template(parts: readonly Part[], node: Span): Str | Template {
  const merged: Part[] = [];
  for (const part of parts) {
    const last = merged[merged.length - 1];
    if (part.kind === "Str" && last?.kind === "Str") {
      merged[merged.length - 1] = { kind: "Str", start: last.start, end: part.end, value: last.value + part.value };
    } else if (part.kind !== "Str" || part.value !== "") merged.push(part);
  }
  const only = merged[0];
  if (only === undefined) return { kind: "Str", start: node.start, end: node.end, value: "" };
  if (merged.length === 1 && only.kind === "Str") return { kind: "Str", start: node.start, end: node.end, value: only.value };
  return { kind: "Template", start: node.start, end: node.end, parts: merged };
}

function convertConcatenation(node: CstNode, cx: Context): Expr {
  const pieces = node.children.filter((child) => child.type === "string").map((child) => expr(cx, child, node));
  if (pieces.every((piece): piece is Bytes => piece.kind === "Bytes")) {
    return { kind: "Bytes", start: node.start, end: node.end, value: pieces.map((piece) => piece.value).join("") };
  }
  const parts: Part[] = [];
  for (const piece of pieces) {
    if (piece.kind === "Str") parts.push(piece);
    else if (piece.kind === "Template") parts.push(...piece.parts);
    else if (piece.kind === "Bytes") return invalid(cx, node, "bytes and text cannot be joined", pieces);
    else parts.push({ kind: "Hole", start: piece.start, end: piece.end, value: piece });
  }
  return { ...template(parts, node), joined: true };
}

// ---------------------------------------------------------------- replacement fields

function convertInterpolation(node: CstNode, cx: Context): Hole {
  const span = { start: node.start, end: node.end };
  const value = childByField(node, "expression");
  const conversion = childByField(node, "type_conversion");
  const specification = childByField(node, "format_specifier");
  if (value?.type === "named_expression") return walrusField(node, value, cx);
  if (value !== null && hasBareColon(value))
    return { kind: "Hole", ...span, value: invalid(cx, node, "`:` starts a format here", fieldParts(value)) };
  return {
    kind: "Hole",
    ...span,
    value: expr(cx, value, node),
    ...(conversion === null ? {} : { conversion: textOf(cx, conversion).slice(1) }),
    ...(specification === null ? {} : { format: convertFormat(specification, cx) }),
  };
}

/** `{x:=5}` is not a walrus: CPython formats `x` with the specification `=5`. */
function walrusField(node: CstNode, walrus: CstNode, cx: Context): Hole {
  const span = { start: node.start, end: node.end };
  const name = childByField(walrus, "name");
  const rest = { start: (name?.end ?? walrus.start) + 1, end: node.end - 1 };
  const text = textOf(cx, rest);
  if (name === null || !text.startsWith("=") || text.includes("{")) {
    return { kind: "Hole", ...span, value: invalid(cx, node, "`:=` in a replacement field", fieldParts(walrus)) };
  }
  return { kind: "Hole", ...span, value: expr(cx, name, node), format: { kind: "Str", ...rest, value: text } };
}

function fieldParts(value: CstNode): Expr[] {
  return value.out !== null && !Array.isArray(value.out) ? [value.out as Expr] : [];
}

/** A lambda or walrus outside brackets: CPython reads its `:` as the start of the format. */
function hasBareColon(value: CstNode): boolean {
  const stack = [value];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (next.type === "named_expression" || next.type === "lambda") return true;
    if (!BRACKETED.has(next.type) && next.type !== "string") stack.push(...next.children);
    else if (next.type === "subscript" && next.children[0] !== undefined) stack.push(next.children[0]);
  }
  return false;
}

function convertFormat(node: CstNode, cx: Context): Str | Template {
  const parts: Part[] = [];
  let at = node.start + 1;
  const text = (end: number) => {
    if (end > at) parts.push({ kind: "Str", start: at, end, value: textOf(cx, { start: at, end }) });
  };
  for (const child of node.children) {
    if (child.type !== "format_expression") continue;
    text(child.start);
    parts.push(child.out as Hole);
    at = child.end;
  }
  text(node.end);
  if (hasToken(node, "ERROR")) report(cx, "syntax", node, "unreadable format specification");
  return template(parts, { start: node.start + 1, end: node.end });
}
