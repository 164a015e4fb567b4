/** Loading and storing variables by source name, through JavaScript's `with` objects where there are any. */
import type { Reg, Span, VarRef } from "../ir.ts";
import { attributeName, branchOn, emit, jump, move, newBlock, newReg, opaque, refTo, startBlock, text, value } from "./builder.ts";
import type { Lowering } from "./context.ts";
import { withObjects } from "./scopes.ts";

/** `with` statements around a name that are followed; each one costs several instructions for every use of a name. */
const MAX_OBJECTS = 4;

export function loadName(l: Lowering, node: Span, name: string): Reg {
  const ref = refTo(l, name);
  const objects = objectsFor(l, name);
  if (objects.length === 0) return value(l, node, { op: "LoadVar", ref });
  if (objects.length > MAX_OBJECTS) return opaque(l, node, "name under many `with` statements", [], true);
  const dst = newReg(l);
  const end = newBlock(l);
  for (const object of objects) {
    askObject(l, node, { object, name, end }, (holder) =>
      move(l, node, dst, value(l, node, { op: "GetAttr", object: holder, name: attributeName(name) })),
    );
  }
  move(l, node, dst, value(l, node, { op: "LoadVar", ref }));
  jump(l, end);
  startBlock(l, end);
  return dst;
}

export function storeName(l: Lowering, node: Span, name: string, src: Reg): void {
  const ref = refTo(l, name);
  const objects = objectsFor(l, name);
  if (objects.length === 0) {
    emit(l, node, { op: "StoreVar", ref, src });
    return;
  }
  if (objects.length > MAX_OBJECTS) {
    opaque(l, node, "name under many `with` statements", [src], true);
    return;
  }
  const end = newBlock(l);
  for (const object of objects) {
    askObject(l, node, { object, name, end }, (holder) => emit(l, node, { op: "SetAttr", object: holder, name: attributeName(name), src }));
  }
  emit(l, node, { op: "StoreVar", ref, src });
  jump(l, end);
  startBlock(l, end);
}

function objectsFor(l: Lowering, name: string): VarRef[] {
  return l.unit.usesWith ? withObjects(l.scope, l.fn.frame, name) : [];
}

type Asked = { readonly object: VarRef; readonly name: string; readonly end: number };

/** `name in object`: when it is, `found` runs and control goes to `end`; otherwise it goes on. */
function askObject(l: Lowering, node: Span, asked: Asked, found: (holder: Reg) => void): void {
  const holder = value(l, node, { op: "LoadVar", ref: asked.object });
  const test = value(l, node, { op: "Binary", operator: "in", left: text(l, node, asked.name), right: holder });
  const hit = newBlock(l);
  const next = newBlock(l);
  branchOn(l, node, test, [hit, next]);
  startBlock(l, hit);
  found(holder);
  jump(l, asked.end);
  startBlock(l, next);
}
