/**
 * `with`. Python: the body runs under a handler, for a context manager may swallow what its body throws: `suppresses` is
 * an operator over manager and exception that an interpreter may decide. JavaScript: names may be properties of an object.
 */
import type { BlockId, Reg } from "../ir.ts";
import type { With, WithItem } from "../tree.ts";
import { branchOn, cut, emit, finish, inScope, jump, newBlock, spanOf, startBlock, value } from "./builder.ts";
import type { Lowering } from "./context.ts";
import { statements } from "./functions.ts";
import { assign } from "./places.ts";
import { hopsBetween, type Scope } from "./scopes.ts";

export function lowerWith(l: Lowering, node: With): void {
  const scope = l.unit.scopeOf.get(node);
  if (scope !== undefined && scope.object !== null) withObject(l, node, scope, scope.object);
  else withManagers(l, node);
}

/** The object stays in a variable, which names in the body are looked up in. */
function withObject(l: Lowering, node: With, scope: Scope, variable: string): void {
  for (const item of node.items) {
    const src = l.expr(l, item.value);
    emit(l, item, { op: "StoreVar", ref: { name: variable, hops: hopsBetween(l.fn.frame, scope.frame) }, src });
    if (item.target !== null) assign(l, item.target, src);
  }
  inScope(l, scope, () => statements(l, node.body));
}

/** A manager that was entered: exceptions from then on go to `onThrow`, which was created under `outer`. */
type Entered = { readonly item: WithItem; readonly manager: Reg; readonly onThrow: BlockId; readonly outer: BlockId | null };

function withManagers(l: Lowering, node: With): void {
  const end = newBlock(l);
  const entered: Entered[] = [];
  for (const item of node.items) {
    const manager = l.expr(l, item.value);
    const got = value(l, item, { op: "EnterWith", src: manager });
    const target = node.async === true ? value(l, item, { op: "Await", src: got }) : got;
    entered.push(guard(l, item, manager));
    if (item.target !== null) assign(l, item.target, target);
  }
  statements(l, node.body);
  jump(l, end);
  for (const one of entered.reverse()) {
    l.handler = one.outer;
    onThrow(l, one, end);
  }
  startBlock(l, end);
}

function guard(l: Lowering, item: WithItem, manager: Reg): Entered {
  const handler = newBlock(l);
  l.entered[handler] = l.live;
  const outer = l.handler;
  l.handler = handler;
  cut(l);
  return { item, manager, onThrow: handler, outer };
}

function onThrow(l: Lowering, { item, manager, onThrow: handler }: Entered, end: BlockId): void {
  startBlock(l, handler);
  const exception = value(l, item, { op: "Catch" });
  const rethrow = newBlock(l);
  branchOn(l, item, value(l, item, { op: "Binary", operator: "suppresses", left: manager, right: exception }), [end, rethrow]);
  startBlock(l, rethrow);
  finish(l, { op: "Throw", src: exception, at: spanOf(item) });
}
