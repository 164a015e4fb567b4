/** `while`, `for` over elements, and the three-part `for`. */
import type { BlockId } from "../ir.ts";
import type { ForEach, ForLoop, Stmt, VarDecl, While } from "../tree.ts";
import { finish, inScope, jump, newBlock, newReg, spanOf, startBlock, value } from "./builder.ts";
import { branch } from "./conditions.ts";
import type { Lowering } from "./context.ts";
import { statements } from "./functions.ts";
import { assign } from "./places.ts";

/** Lowers a loop's body, with the labels written before the loop; ends by going to `again`. */
function loopBody(l: Lowering, body: readonly Stmt[], again: BlockId, end: BlockId): void {
  l.exits.push({ kind: "loop", labels: l.labels, breakTo: end, continueTo: again });
  l.labels = [];
  statements(l, body);
  l.exits.pop();
  jump(l, again);
}

/** Where a loop goes when it is not left by `break`: through its `else`, if it has one. */
function lowerElse(l: Lowering, otherwise: readonly Stmt[], done: BlockId, end: BlockId): void {
  if (done === end) return;
  startBlock(l, done);
  statements(l, otherwise);
  jump(l, end);
}

export function lowerWhile(l: Lowering, node: While): void {
  const test = newBlock(l);
  const body = newBlock(l);
  const end = newBlock(l);
  const done = node.otherwise.length > 0 ? newBlock(l) : end;
  jump(l, node.doFirst === true ? body : test);
  if (node.doFirst === true) {
    startBlock(l, body);
    loopBody(l, node.body, test, end);
  }
  startBlock(l, test);
  branch(l, node.test, { yes: body, no: done, into: null, assertion: false });
  if (node.doFirst !== true) {
    startBlock(l, body);
    loopBody(l, node.body, test, end);
  }
  lowerElse(l, node.otherwise, done, end);
  startBlock(l, end);
}

export function lowerForEach(l: Lowering, node: ForEach): void {
  // `for (var i = f() in o)` is valid sloppy JavaScript.
  for (const one of node.target.kind === "VarDecl" ? node.target.declarations : []) {
    if (one.value !== null) l.expr(l, one.target.kind === "Name" ? one : one.value);
  }
  const iterable = l.expr(l, node.iterable);
  const iter = value(
    l,
    node.iterable,
    node.keys === true ? { op: "IterNew", src: iterable, keys: true } : { op: "IterNew", src: iterable },
  );
  const header = newBlock(l);
  const body = newBlock(l);
  const end = newBlock(l);
  const done = node.otherwise.length > 0 ? newBlock(l) : end;
  const dst = newReg(l);
  jump(l, header);
  startBlock(l, header);
  finish(l, { op: "ForNext", iter, dst, body, exit: done, at: spanOf(node.target) });
  startBlock(l, body);
  inScope(l, l.unit.scopeOf.get(node), () => {
    const element = node.async === true ? value(l, node.target, { op: "Await", src: dst }) : dst;
    assign(l, node.target.kind === "VarDecl" ? declaredTarget(node.target) : node.target, element);
    loopBody(l, node.body, header, end);
  });
  lowerElse(l, node.otherwise, done, end);
  startBlock(l, end);
}

function declaredTarget(declared: VarDecl) {
  const first = declared.declarations[0];
  if (first === undefined) throw new Error("a declaration of nothing");
  return first.target;
}

export function lowerForLoop(l: Lowering, node: ForLoop): void {
  inScope(l, l.unit.scopeOf.get(node), () => {
    if (node.init !== null) l.statement(l, node.init);
    const test = newBlock(l);
    const body = newBlock(l);
    const update = newBlock(l);
    const end = newBlock(l);
    jump(l, test);
    startBlock(l, test);
    if (node.test === null) jump(l, body);
    else branch(l, node.test, { yes: body, no: end, into: null, assertion: false });
    startBlock(l, body);
    loopBody(l, node.body, update, end);
    startBlock(l, update);
    if (node.update !== null) l.expr(l, node.update);
    jump(l, test);
    startBlock(l, end);
  });
}
