/**
 * How the special words of the pattern language look inside a pattern tree. Pattern text is read by the same front ends
 * as programs, so `$X`, `...` and `<... e ...>` become identifiers of a letter that no rule is written with.
 */
import type { Arg, Expr, Node, Stmt } from "../../analysis/tree.ts";

/** U+01C2: an identifier in every language, left alone by NFKC. */
export const MARK = "\u01c2";
const CODE = MARK.charCodeAt(0);
/** `...` */
export const DOTS = MARK.repeat(3);
/** `...` where the parser needs a statement: it is written with a semicolon then. */
export const DOTS_STATEMENT = MARK.repeat(2);
/** `<... e ...>` is a call of this name. */
export const DEEP = `${MARK}${MARK}D`;
/** `($X: T)` is a call of this name with `$X` and the type's text. */
export const TYPED = `${MARK}${MARK}T`;
/** `for (...)` has this as its initialiser. */
export const FOR_DOTS = "\u01c2";
/** Before the name of a metavariable where a shell wants the name of a variable: `for $I in`, `$X=1`. */
export const SHELL_META = "AG__META__";
/** `${$X}` in a shell pattern is the expansion of a variable whose name is this and `X`; lower case, so it is no metavariable. */
export const SHELL_EXPANSION = "ag__exp__";
/** Stands for code that a partial pattern lacks. */
export const FILLER = `${MARK}${MARK}F`;

/** `$X`, written as the mark and `X`. */
export function isMeta(name: string): boolean {
  return name.charCodeAt(0) === CODE && name.length > 1 && name.charCodeAt(1) !== CODE;
}

/** `$...X`, written as four marks and `X`. */
export function isRestName(name: string): boolean {
  return name.charCodeAt(0) === CODE && name.charCodeAt(3) === CODE && name.length > 4;
}

export function isDotsName(name: string): boolean {
  return name.charCodeAt(0) === CODE && (name === DOTS || name === DOTS_STATEMENT);
}

/** The name people write: `$X`. */
export function writtenName(name: string): string {
  return `$${name.replaceAll(MARK, "")}`;
}

export function markedName(written: string): string {
  return written.startsWith("$...") ? MARK.repeat(4) + written.slice(4) : MARK + written.slice(1);
}

/** `...` as an expression, argument, statement or entry. */
export function isDots(node: Node | null): boolean {
  if (node === null) return false;
  switch (node.kind) {
    case "Name":
      return isDotsName(node.name);
    case "Arg":
      // `**...` is one argument: whatever is spread.
      return node.name === undefined ? node.spread === undefined && isDots(node.value) : isDotsName(node.name);
    case "ExprStmt":
    case "Spread":
      return isDots(node.value);
    case "Entry":
      return node.shorthand === true && isDots(node.value);
    case "Field":
      return node.name !== null && isDotsName(node.name) && node.value === null;
    case "Param":
      return isDots(node.target);
    case "Str":
      return isDotsName(node.value.trim());
    default:
      return false;
  }
}

/** The name of a `$...X` that stands for a list, else null. */
export function restName(node: Node | null): string | null {
  if (node === null) return null;
  switch (node.kind) {
    case "Name":
      return isRestName(node.name) ? node.name : null;
    case "Arg":
    case "ExprStmt":
      return node.kind === "Arg" && node.name !== undefined ? null : restName(node.value);
    case "Param":
      return restName(node.target);
    case "Entry":
      return node.shorthand === true ? restName(node.value) : null;
    case "Str":
      return isRestName(node.value.trim()) ? node.value.trim() : null;
    default:
      return null;
  }
}

/** The name of `$X` when that is all there is, else null. */
export function metaName(node: Expr | Stmt | Arg | null): string | null {
  if (node === null) return null;
  if (node.kind === "ExprStmt") return metaName(node.value);
  return node.kind === "Name" && isMeta(node.name) ? node.name : null;
}
