/** Names and member chains, as written and as what they were imported from; `a. ... .b()` and `$X.$Y`. */
import type { Expr } from "../../analysis/tree.ts";
import { bind, bindNode, type Matching, matchName, type Next, spend } from "./matching.ts";
import { isDotsName, isMeta } from "./pattern-marks.ts";
import type { PatternExpansion } from "./polish-pattern.ts";
import { importPath } from "./resolve.ts";

type NameNode = Expr & { kind: "Name" };
type MemberNode = Expr & { kind: "Member" };

export function matchNameExpr(cx: Matching, pattern: NameNode, code: Expr, next: Next): boolean {
  if ((pattern as PatternExpansion).expansion === true) return matchExpansion(cx, pattern.name, code, next);
  if (isMeta(pattern.name)) return bindNode(cx, pattern.name, code, next);
  if (isDotsName(pattern.name)) return next();
  if (code.kind === "Name") {
    if (code.name === pattern.name) return next();
    const path = pathOf(cx, code);
    return path?.length === 1 && path[0] === pattern.name && next();
  }
  if (code.kind !== "Call" || code.callee.kind !== "Name") return false;
  const path = pathOf(cx, code);
  return path?.length === 1 && path[0] === pattern.name && next();
}

/** `${$X}`: `$x` and `${x%...}` outside of quotes, with the name of the variable. */
function matchExpansion(cx: Matching, pattern: string, code: Expr, next: Next): boolean {
  const subject = code.kind === "Call" && code.callee.kind === "Name" && code.callee.name.startsWith("${") ? code.args[0]?.value : code;
  if (subject?.kind !== "Name") return false;
  const { name, start, end } = subject;
  return matchName(cx, pattern, { name, start, end }, next);
}

/** The import behind a name; only asked where the pattern's last word is one of the program's. */
function pathOf(cx: Matching, code: Expr): readonly string[] | null {
  return importPath(cx.facts, code);
}

export function matchMember(cx: Matching, pattern: MemberNode, code: Expr, next: Next): boolean {
  if (isDotsName(pattern.name)) return matchChain(cx, pattern.object, code, next);
  if (code.kind === "Member" || (code.kind === "Index" && code.index.kind === "Str")) return matchAccess(cx, pattern, code, next);
  if (code.kind !== "Name") return false;
  const path = pathOf(cx, code);
  return path !== null && path.length > 1 && matchPath(cx, pattern, { path, code }, next);
}

function matchAccess(cx: Matching, pattern: MemberNode, code: Expr & { kind: "Member" | "Index" }, next: Next): boolean {
  const name = code.kind === "Member" ? code.name : (code.index as { value: string }).value;
  if (code.kind === "Index" && (cx.facts.python || isMeta(pattern.name))) return false;
  if (!isMeta(pattern.name) && pattern.name !== name) return false;
  const field = { name, start: code.end - name.length, end: code.end };
  const then = (): boolean => matchName(cx, pattern.name, field, next);
  // `o. ... .f()` also matches `o.f()`.
  const { object } = pattern;
  if (object.kind === "Member" && isDotsName(object.name))
    return cx.parts.expr(cx, object, code.object, then) || cx.parts.expr(cx, object.object, code.object, then);
  return cx.parts.expr(cx, object, code.object, then);
}

type Path = { readonly path: readonly string[]; readonly code: Expr };

/** `a.b` against a name that was imported as `a.b`. */
function matchPath(cx: Matching, pattern: Expr, { path, code }: Path, next: Next): boolean {
  const last = path[path.length - 1] ?? "";
  const span = { start: code.start, end: code.end };
  if (pattern.kind === "Name") {
    if (isDotsName(pattern.name)) return next();
    if (isMeta(pattern.name)) {
      const node = path
        .slice(1)
        .reduce<Expr>((object, name) => ({ kind: "Member", object, name, ...span }), { kind: "Name", name: path[0] ?? "", ...span });
      return bind(cx, pattern.name, { kind: "node", node }, next);
    }
    return path.length === 1 && pattern.name === last && next();
  }
  if (pattern.kind !== "Member" || path.length < 2) return false;
  if (!isMeta(pattern.name) && pattern.name !== last) return false;
  const shorter = { path: path.slice(0, -1), code };
  return matchPath(cx, pattern.object, shorter, () => matchName(cx, pattern.name, { name: last, ...span }, next));
}

/** `<pattern> ...`: the pattern, then any member accesses and calls. */
function matchChain(cx: Matching, pattern: Expr, code: Expr, next: Next): boolean {
  for (let at: Expr | null = code; at !== null; at = peeled(at)) {
    spend(cx);
    if (cx.parts.expr(cx, pattern, at, next)) return true;
  }
  return false;
}

/** `o.a().b()` without its last access. */
function peeled(code: Expr): Expr | null {
  if (code.kind === "Member") return code.object;
  if (code.kind === "Await" || code.kind === "Cast") return code.value;
  if (code.kind !== "Call") return null;
  return code.callee.kind === "Member" ? code.callee.object : code.callee.kind === "Call" ? code.callee : null;
}
