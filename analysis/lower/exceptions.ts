/**
 * `try`. A handler block catches what its body throws and forks to the clauses that may match; `finally` is lowered
 * once, every way into it ends there, and it forks to every place those ways were going.
 */
import type { BlockId, Reg } from "../ir.ts";
import type { Expr, Handler, Try } from "../tree.ts";
import { cut, finish, inScope, jump, leave, newBlock, spanOf, startBlock, value } from "./builder.ts";
import type { Leave, Lowering } from "./context.ts";
import { statements } from "./functions.ts";
import { assign } from "./places.ts";

export function lowerTry(l: Lowering, node: Try): void {
  if (node.finalizer === null) lowerHandled(l, node);
  else lowerFinally(l, node, node.finalizer);
}

// ---------------------------------------------------------------- except

/** The body with its handlers and `else`; control goes on behind them. */
function lowerHandled(l: Lowering, node: Try): void {
  if (node.handlers.length === 0) {
    cut(l);
    statements(l, node.body);
    statements(l, node.otherwise);
    return;
  }
  const outer = l.handler;
  const end = newBlock(l);
  const dispatch = newBlock(l);
  l.entered[dispatch] = l.live;
  l.handler = dispatch;
  cut(l);
  statements(l, node.body);
  l.handler = outer;
  if (node.otherwise.length > 0) {
    cut(l);
    statements(l, node.otherwise);
  }
  jump(l, end);
  startBlock(l, dispatch);
  lowerHandlers(l, node, end);
  startBlock(l, end);
}

function lowerHandlers(l: Lowering, node: Try, end: BlockId): void {
  const exception = value(l, node, { op: "Catch" });
  for (const handler of node.handlers) if (handler.type !== null) l.expr(l, handler.type);
  const entries = node.handlers.map(() => newBlock(l));
  const total = node.handlers.some((handler) => catchesAll(handler.type));
  const unmatched = total ? null : newBlock(l);
  const to = unmatched === null ? entries : [...entries, unmatched];
  finish(l, to.length === 1 ? { op: "Jump", to: to[0] as BlockId } : { op: "Fork", to });
  for (const [i, handler] of node.handlers.entries()) {
    startBlock(l, entries[i] as BlockId);
    lowerHandler(l, handler, exception);
    jump(l, end);
  }
  if (unmatched === null) return;
  startBlock(l, unmatched);
  finish(l, { op: "Throw", src: exception, at: spanOf(node) });
}

function lowerHandler(l: Lowering, handler: Handler, exception: Reg): void {
  const outer = l.caught;
  l.caught = exception;
  inScope(l, l.unit.scopeOf.get(handler), () => {
    if (handler.target !== null) assign(l, handler.target, exception);
    statements(l, handler.body);
  });
  l.caught = outer;
}

/** Without a type, or with one that nearly everything is an instance of. */
function catchesAll(type: Expr | null): boolean {
  return type === null || (type.kind === "Name" && (type.name === "BaseException" || type.name === "Exception"));
}

// ---------------------------------------------------------------- finally

function lowerFinally(l: Lowering, node: Try, finalizer: NonNullable<Try["finalizer"]>): void {
  const outer = l.handler;
  const entry = newBlock(l);
  const rethrow = newBlock(l);
  const onThrow = newBlock(l);
  l.entered[onThrow] = l.live;
  const pending: Leave[] = [];
  l.exits.push({ kind: "finally", entry, pending });
  l.handler = onThrow;
  lowerHandled(l, node);
  l.exits.pop();
  l.handler = outer;
  const completes = l.live;
  jump(l, entry);
  startBlock(l, onThrow);
  const exception = value(l, node, { op: "Catch" });
  jump(l, entry);
  startBlock(l, entry);
  statements(l, finalizer);
  leaveFinalizer(l, node, { pending, completes, rethrow, exception });
}

type Ways = { readonly pending: readonly Leave[]; readonly completes: boolean; readonly rethrow: BlockId; readonly exception: Reg };

/** From the end of the finalizer to wherever the ways into it were going. */
function leaveFinalizer(l: Lowering, node: Try, ways: Ways): void {
  const end = newBlock(l);
  const blocks = ways.pending.map(() => newBlock(l));
  finish(l, { op: "Fork", to: [...(ways.completes ? [end] : []), ...blocks, ways.rethrow] });
  for (const [i, how] of ways.pending.entries()) {
    startBlock(l, blocks[i] as BlockId);
    leave(l, how, node);
  }
  startBlock(l, ways.rethrow);
  finish(l, { op: "Throw", src: ways.exception, at: spanOf(node) });
  startBlock(l, end);
}
