/** Calls: positional arguments in order with `...` between them, keyword arguments anywhere. */
import type { Arg, Expr } from "../../analysis/tree.ts";
import { listOf } from "./match-list.ts";
import { bind, bindNode, type Matching, matchName, type Next, spend } from "./matching.ts";
import { isDots, isDotsName, isMeta, metaName, restName } from "./pattern-marks.ts";

type CallNode = Expr & { kind: "Call" };

export function matchCall(cx: Matching, pattern: CallNode, code: Expr, next: Next): boolean {
  if (code.kind !== "Call" || (pattern.isNew ?? false) !== (code.isNew ?? false)) return false;
  if (isDots(pattern.callee) && pattern.args.length > 0 && cx.facts.tree.module.language === "shell")
    return matchWords(cx, pattern.args, code, next);
  return cx.parts.expr(cx, pattern.callee, code.callee, () => matchArgs(cx, pattern.args, { args: code.args, at: 0 }, next));
}

/** `... a b` in a shell: `a` may be the command or any of its words. */
function matchWords(cx: Matching, patterns: readonly Arg[], code: CallNode, next: Next): boolean {
  const { callee } = code;
  if (callee.kind === "Name" && /^(?:\$\{|\(\()/.test(callee.name)) return false;
  const { start, end } = callee;
  const command: Expr = callee.kind === "Name" ? { kind: "Str", start, end, value: callee.name } : callee;
  const args: readonly Arg[] = [{ kind: "Arg", start, end, value: command }, ...code.args];
  for (let at = 0; at <= args.length; at++) if (matchArgs(cx, patterns, { args, at }, next)) return true;
  return false;
}

/** Arguments still to be matched: those of `args` from `at` on. */
type Rest = { readonly args: readonly Arg[]; readonly at: number };

export function matchArgs(cx: Matching, patterns: readonly Arg[], code: Rest, next: Next): boolean {
  spend(cx);
  const pattern = patterns[0];
  if (pattern === undefined) return code.at === code.args.length && next();
  const others = patterns.slice(1);
  const rest = restName(pattern);
  if (rest !== null) return matchRest(cx, { name: rest, others }, code, next);
  if (isDots(pattern)) {
    if (others.length === 0) return next();
    for (let at = code.at; at <= code.args.length; at++) if (matchArgs(cx, others, { args: code.args, at }, next)) return true;
    return false;
  }
  if (pattern.name !== undefined) return matchKeyword(cx, { pattern, name: pattern.name, others }, code, next);
  const arg = code.args[code.at];
  if (arg === undefined || arg.name !== undefined) return false;
  return matchPositional(cx, pattern, arg, () => matchArgs(cx, others, { args: code.args, at: code.at + 1 }, next));
}

function matchRest(cx: Matching, pattern: { name: string; others: readonly Arg[] }, code: Rest, next: Next): boolean {
  for (let at = pattern.others.length === 0 ? code.args.length : code.at; at <= code.args.length; at++) {
    const taken = listOf(code.args.slice(code.at, at));
    if (bind(cx, pattern.name, taken, () => matchArgs(cx, pattern.others, { args: code.args, at }, next))) return true;
  }
  return false;
}

function matchKeyword(
  cx: Matching,
  { pattern, name, others }: { pattern: Arg; name: string; others: readonly Arg[] },
  code: Rest,
  next: Next,
): boolean {
  const anyName = isMeta(name) || isDotsName(name);
  for (let i = code.at; i < code.args.length; i++) {
    const arg = code.args[i] as Arg;
    if (arg.name === undefined || (!anyName && arg.name !== name)) continue;
    const left = [...code.args.slice(code.at, i), ...code.args.slice(i + 1)];
    const value = (): boolean => cx.parts.expr(cx, pattern.value, arg.value, () => matchArgs(cx, others, { args: left, at: 0 }, next));
    if (matchName(cx, name, { name: arg.name, start: arg.start, end: arg.start + arg.name.length }, value)) return true;
    if (!anyName) return false;
  }
  return false;
}

function matchPositional(cx: Matching, pattern: Arg, code: Arg, next: Next): boolean {
  if (pattern.spread !== undefined) return pattern.spread === code.spread && cx.parts.expr(cx, pattern.value, code.value, next);
  if (code.spread === undefined) return cx.parts.expr(cx, pattern.value, code.value, next);
  const meta = metaName(pattern.value);
  const { start, end, value } = code;
  return (
    meta !== null &&
    bindNode(cx, meta, { kind: "Spread", start, end, value, ...(code.spread === "dict" ? { dict: true as const } : {}) }, next)
  );
}
