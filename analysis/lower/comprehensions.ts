/**
 * Comprehensions as loops that fill a container. A generator expression fills a list at once, and is an iterator through it:
 * its consumer sees the same values, only earlier.
 */
import type { BlockId, Reg } from "../ir.ts";
import type { Comprehension, ComprehensionFor, Expr } from "../tree.ts";
import { emit, finish, inScope, jump, newBlock, newReg, spanOf, startBlock, value } from "./builder.ts";
import type { Lowering } from "./context.ts";
import { assign, continueIf } from "./places.ts";

export function lowerComprehension(l: Lowering, node: Comprehension): Reg {
  const type = node.type === "generator" ? "list" : node.type;
  const container = value(l, node, { op: "Build", type, items: [] });
  const first = node.clauses[0];
  // The first iterable belongs to the scope around: it may read a name that the comprehension rebinds.
  const outer = first?.kind === "ComprehensionFor" ? l.expr(l, first.iterable) : null;
  const end = newBlock(l);
  inScope(l, l.unit.scopeOf.get(node), () => {
    let next: BlockId = end;
    for (const clause of node.clauses) {
      if (clause.kind === "ComprehensionIf") continueIf(l, clause.test, next);
      else next = openLoop(l, clause, clause === first && outer !== null ? outer : l.expr(l, clause.iterable), next);
    }
    append(l, node, container);
    jump(l, next);
  });
  startBlock(l, end);
  return node.type === "generator" ? value(l, node, { op: "IterNew", src: container }) : container;
}

/** Starts the loop's body and returns the block that takes the next element. */
function openLoop(l: Lowering, clause: ComprehensionFor, iterable: Reg, exit: BlockId): BlockId {
  const iter = value(l, clause, { op: "IterNew", src: iterable });
  const header = newBlock(l);
  const body = newBlock(l);
  const dst = newReg(l);
  jump(l, header);
  startBlock(l, header);
  finish(l, { op: "ForNext", iter, dst, body, exit, at: spanOf(clause) });
  startBlock(l, body);
  assign(l, clause.target, clause.async === true ? value(l, clause, { op: "Await", src: dst }) : dst);
  return header;
}

function append(l: Lowering, node: Comprehension, container: Reg): void {
  const key: Expr | null = node.key;
  const keyed = key === null ? {} : { key: l.expr(l, key) };
  emit(l, node.element, { op: "Append", container, ...keyed, value: l.expr(l, node.element) });
}
