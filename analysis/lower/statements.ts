/** One function per kind of statement; loops, `try` and `match` have files of their own. */
import type { Break, Continue, Field, If, Labeled, Raise, Return, Stmt } from "../tree.ts";
import { finish, jump, leave, move, newBlock, newReg, spanOf, startBlock } from "./builder.ts";
import { branch } from "./conditions.ts";
import type { Exit, Lowering } from "./context.ts";
import { lowerTry } from "./exceptions.ts";
import { lowerUnsupported, MAX_DEPTH, tooDeep } from "./expressions.ts";
import { makeClass, statements } from "./functions.ts";
import { lowerForEach, lowerForLoop, lowerWhile } from "./loops.ts";
import { lowerExport } from "./modules.ts";
import { loadName, storeName } from "./names.ts";
import { lowerMatch, lowerSwitch } from "./patterns.ts";
import { assign, deletePlace } from "./places.ts";
import { lowerWith } from "./with.ts";

type Table = { readonly [K in Stmt["kind"]]: (l: Lowering, node: Extract<Stmt, { readonly kind: K }>) => void };

const nothing = () => {};

const STATEMENTS: Table = {
  ExprStmt: (l, node) => l.expr(l, node.value),
  VarDecl: (l, node) => {
    for (const declaration of node.declarations) {
      const plain = declaration.target.kind === "Name";
      if (declaration.value !== null || !plain) l.expr(l, declaration);
      else if (node.keyword !== "var") assign(l, declaration.target, l.unit.dialect.nothing(l, declaration));
    }
  },
  FunctionDef: (l, node) => l.unit.dialect.functionDef(l, node),
  ClassDef: (l, node) => {
    const made = makeClass(l, node.cls, node);
    if (node.cls.name !== null) storeName(l, node, node.cls.name, made);
  },
  Field: lowerStrayField,
  If: lowerIf,
  While: lowerWhile,
  ForEach: lowerForEach,
  ForLoop: lowerForLoop,
  Try: lowerTry,
  With: lowerWith,
  Return: lowerReturn,
  Raise: lowerRaise,
  Break: (l, node) => lowerJump(l, node, "break"),
  Continue: (l, node) => lowerJump(l, node, "continue"),
  Pass: nothing,
  Assert: (l, node) => {
    const yes = newBlock(l);
    const no = newBlock(l);
    branch(l, node.test, { yes, no, into: null, assertion: true });
    startBlock(l, no);
    if (node.message !== null) l.expr(l, node.message);
    finish(l, { op: "Throw", src: loadName(l, node, "AssertionError"), at: spanOf(node) });
    startBlock(l, yes);
  },
  Delete: (l, node) => {
    for (const target of node.targets) deletePlace(l, target);
  },
  ScopeDecl: nothing,
  Import: (l, node) => l.unit.dialect.importNames(l, node),
  Export: lowerExport,
  Match: lowerMatch,
  Switch: lowerSwitch,
  Block: (l, node) => statements(l, node.body),
  Labeled: lowerLabeled,
  TypeDecl: nothing,
  Unsupported: (l, node) => lowerUnsupported(l, node),
};

export function lowerStatement(l: Lowering, node: Stmt): void {
  if (l.depth >= MAX_DEPTH) {
    tooDeep(l, node);
    return;
  }
  l.depth++;
  (STATEMENTS[node.kind] as (l: Lowering, node: Stmt) => void)(l, node);
  l.depth--;
}

/** `else if` chains lean on `otherwise` and are lowered in a loop. */
function lowerIf(l: Lowering, node: If): void {
  const end = newBlock(l);
  let at: If | null = node;
  while (at !== null) {
    const yes = newBlock(l);
    const no = newBlock(l);
    branch(l, at.test, { yes, no, into: null, assertion: false });
    startBlock(l, yes);
    statements(l, at.then);
    jump(l, end);
    startBlock(l, no);
    const only: Stmt | undefined = at.otherwise.length === 1 ? at.otherwise[0] : undefined;
    if (only?.kind !== "If") statements(l, at.otherwise);
    at = only?.kind === "If" ? only : null;
  }
  jump(l, end);
  startBlock(l, end);
}

// ---------------------------------------------------------------- leaving

function lowerReturn(l: Lowering, node: Return): void {
  const src = node.value === null ? null : l.expr(l, node.value);
  if (!l.exits.some((exit) => exit.kind === "finally")) {
    finish(l, { op: "Return", src, at: spanOf(node) });
    return;
  }
  if (l.returned < 0) l.returned = newReg(l);
  move(l, node, l.returned, src ?? l.unit.dialect.nothing(l, node));
  leave(l, { kind: "return" }, node);
}

function lowerRaise(l: Lowering, node: Raise): void {
  const src = node.value === null ? l.caught : l.expr(l, node.value);
  if (node.cause !== undefined) l.expr(l, node.cause);
  finish(l, { op: "Throw", src, at: spanOf(node) });
}

/** A jump without a target is an error of the program, which then never runs; here control simply goes on. */
function lowerJump(l: Lowering, node: Break | Continue, kind: "break" | "continue"): void {
  for (let i = l.exits.length - 1; i >= 0; i--) {
    const exit = l.exits[i] as Exit;
    if (exit.kind === "finally" || (kind === "continue" && exit.kind !== "loop")) continue;
    const matches = node.label === undefined ? exit.kind !== "block" : exit.labels.includes(node.label);
    if (matches) {
      leave(l, { kind, target: exit }, node);
      return;
    }
  }
}

function lowerLabeled(l: Lowering, node: Labeled): void {
  const labels = [node.label];
  let body = node.body;
  for (; body.kind === "Labeled"; body = body.body) labels.push(body.label);
  if (body.kind === "While" || body.kind === "ForEach" || body.kind === "ForLoop") {
    l.labels = labels;
    l.statement(l, body);
    return;
  }
  const end = newBlock(l);
  l.exits.push({ kind: "block", labels, breakTo: end, continueTo: null });
  l.statement(l, body);
  l.exits.pop();
  jump(l, end);
  startBlock(l, end);
}

/** A field outside a class body can only come from text that is not valid: its parts are evaluated. */
function lowerStrayField(l: Lowering, node: Field): void {
  if (node.computedName !== undefined) l.expr(l, node.computedName);
  if (node.value !== null) l.expr(l, node.value);
}
