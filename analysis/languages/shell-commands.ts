/** Simple commands, assignments, redirections, pipelines and lists of shell programs. */
import type { Assign, Binary, Call, Expr, Hole, Logical, Str, Unary } from "../tree.ts";
import { argument, type Convert, expression, name, runHere, type ShellContext, spanned, statements, str, textOf } from "./shell-context.ts";
import { afterBlanks } from "./shell-words.ts";
import type { CstNode } from "./tree-sitter-cst.ts";

const named = (node: CstNode): CstNode[] => node.children.filter((child) => child.named);

/** `A=1 B=2 cmd args`: the assignments come first and hold for the command. */
const command: Convert = (node, cx) => {
  const assignments: Expr[] = [];
  const args: Expr[] = [];
  const redirections: CstNode[] = [];
  let callee: Expr | null = null;
  for (const child of named(node)) {
    if (child.field === "redirect") redirections.push(child);
    else if (child.field === "name") callee = expression(child, child);
    else if (child.type === "variable_assignment" && callee === null) assignments.push(expression(child, child));
    else args.push(expression(child, child));
  }
  const call: Call = { kind: "Call", ...spanned(node), callee: callee ?? name(node, ""), args: args.map(argument) };
  const redirected = redirections.reduce<Expr>((done, redirection) => redirect(done, redirection, cx), call);
  return assignments.length === 0 ? redirected : { kind: "Sequence", ...spanned(node), expressions: [...assignments, redirected] };
};

/** `declare -r x=1 y`, `export`, `local`, `unset`: commands whose arguments may be assignments. */
const declaration: Convert = (node, cx) => {
  const keyword = node.children[0];
  const callee = name(keyword ?? node, keyword === undefined ? "declare" : textOf(cx, keyword));
  return { kind: "Call", ...spanned(node), callee, args: named(node).map((child) => argument(expression(child, child))) };
};

const assignment: Convert = (node, _cx): Assign => {
  const [target, value] = named(node);
  const op = node.children.some((child) => child.type === "+=") ? "+" : null;
  return {
    kind: "Assign",
    ...spanned(node),
    target: expression(target, node),
    op,
    value: value === undefined ? str({ start: node.end, end: node.end }, "") : expression(value, node),
  };
};

function redirect(done: Expr, redirection: CstNode, cx: ShellContext): Expr {
  const operator = redirection.children.find((child) => !child.named && /[<>]/.test(child.type));
  const op = operator === undefined ? ">" : textOf(cx, operator);
  const at = { start: Math.min(done.start, redirection.start), end: Math.max(done.end, redirection.end) };
  if (redirection.type === "heredoc_redirect") return hereDocument(done, redirection, op);
  const targets = named(redirection).filter((child) => child.type !== "file_descriptor");
  const right = targets.length === 1 ? expression(targets[0], redirection) : runHere(redirection, statements(targets));
  return { kind: "Binary", ...at, op, left: done, right } satisfies Binary;
}

/** What stands behind the delimiter on its line (`| sh`, `&& next`) reads the command that got the document. */
function hereDocument(done: Expr, redirection: CstNode, op: string): Expr {
  const body = redirection.children.find((child) => child.type === "heredoc_body");
  const right = body === undefined ? str(redirection, "") : expression(body, body);
  let result: Expr = { kind: "Binary", start: done.start, end: redirection.end, op, left: done, right };
  for (const child of named(redirection)) {
    if (/^heredoc_|^file_descriptor$/.test(child.type)) continue;
    const then = expression(child, child);
    result = { kind: "Binary", start: done.start, end: redirection.end, op: "|", left: result, right: then };
  }
  return result;
}

const heredocBody: Convert = (node, cx) => {
  const parts: (Str | Hole)[] = [];
  let at = node.start;
  for (const child of named(node)) {
    if (child.type === "heredoc_content") continue;
    const start = afterBlanks(cx.text, child.start);
    if (start > at) parts.push(str({ start: at, end: start }, cx.text.slice(at, start)));
    const value = expression(child, child);
    parts.push({ kind: "Hole", ...spanned(value), value });
    at = child.end;
  }
  if (parts.length === 0) return str(node, textOf(cx, node));
  if (node.end > at) parts.push(str({ start: at, end: node.end }, cx.text.slice(at, node.end)));
  return { kind: "Template", ...spanned(node), parts };
};

const redirected: Convert = (node, cx) => {
  const body = node.children.find((child) => child.field === "body");
  const redirections = node.children.filter((child) => child.named && child !== body);
  return redirections.reduce<Expr>((done, redirection) => redirect(done, redirection, cx), expression(body, node));
};

const pipeline: Convert = (node, cx) => {
  let result: Expr | null = null;
  let op = "|";
  for (const child of node.children) {
    if (!child.named) {
      op = textOf(cx, child);
      continue;
    }
    const next = expression(child, child);
    result =
      result === null ? next : ({ kind: "Binary", start: node.start, end: next.end, op, left: result, right: next } satisfies Binary);
  }
  return result ?? str(node, "");
};

const list: Convert = (node, cx): Logical => {
  const [left, right] = named(node);
  const operator = node.children.find((child) => !child.named);
  const op = operator !== undefined && textOf(cx, operator) === "||" ? "or" : "and";
  return { kind: "Logical", ...spanned(node), op, left: expression(left, node), right: expression(right, node) };
};

const negated: Convert = (node): Unary => ({
  kind: "Unary",
  ...spanned(node),
  op: "not",
  operand: expression(named(node)[0], node),
});

/** Read by the command that they belong to. */
const readByCommand: Convert = () => null;

export const SHELL_COMMANDS: Readonly<Record<string, Convert>> = {
  command,
  declaration_command: declaration,
  unset_command: declaration,
  variable_assignment: assignment,
  variable_assignments: (node) => statements(node.children),
  redirected_statement: redirected,
  file_redirect: readByCommand,
  herestring_redirect: readByCommand,
  heredoc_redirect: readByCommand,
  heredoc_body: heredocBody,
  pipeline,
  list,
  negated_command: negated,
};
