/** One function per kind of expression, each leaving its value in a register. */
import type { ConstValue, ItemReg, Reg } from "../ir.ts";
import type { Binary, Cast, Collection, Dict, Expr, Name, Node, Num, Sequence, Slice, Spread, Stmt, Unary, Unsupported } from "../tree.ts";
import { childrenOf } from "../tree.ts";
import { constant, opaque, text, value } from "./builder.ts";
import { lowerAccess, lowerCall, lowerJsx, lowerTaggedTemplate, lowerTemplate } from "./calls.ts";
import { lowerComprehension } from "./comprehensions.ts";
import { lowerCompareChain, lowerConditional, lowerLogical } from "./conditions.ts";
import type { Lowering } from "./context.ts";
import { makeClass, makeFunction } from "./functions.ts";
import { loadName } from "./names.ts";
import { deletePlace, lowerAssign, lowerUpdate } from "./places.ts";

/** Levels of expressions and statements inside each other; the front ends stop well before. */
export const MAX_DEPTH = 600;

type Table<Kinds extends Node> = { readonly [K in Kinds["kind"]]: (l: Lowering, node: Extract<Kinds, { readonly kind: K }>) => Reg };

const EXPRESSIONS: Table<Expr> = {
  Name: lowerName,
  Str: (l, node) => text(l, node, node.value),
  Bytes: (l, node) => constant(l, node, { type: "bytes", value: node.value }),
  Num: lowerNum,
  Bool: (l, node) => constant(l, node, { type: "bool", value: node.value }),
  Null: (l, node) => constant(l, node, { type: "null" }),
  EllipsisLiteral: (l, node) => constant(l, node, { type: "ellipsis" }),
  Regex: (l, node) => constant(l, node, { type: "regex", pattern: node.pattern, flags: node.flags } satisfies ConstValue),
  Template: lowerTemplate,
  TaggedTemplate: lowerTaggedTemplate,
  Call: lowerCall,
  Member: (l, node) => lowerAccess(l, node, l.expr(l, node.object)),
  Index: (l, node) => lowerAccess(l, node, l.expr(l, node.object)),
  Slice: lowerSlice,
  Unary: lowerUnary,
  Binary: lowerBinary,
  Logical: whole(lowerLogical),
  CompareChain: whole(lowerCompareChain),
  Conditional: whole(lowerConditional),
  Assign: whole(lowerAssign),
  Update: whole(lowerUpdate),
  FunctionExpr: (l, node) => makeFunction(l, node.fn, node),
  ClassExpr: (l, node) => makeClass(l, node.cls, node),
  Collection: lowerCollection,
  Dict: lowerDict,
  Comprehension: whole(lowerComprehension),
  Await: (l, node) => value(l, node, { op: "Await", src: l.expr(l, node.value) }),
  Yield: (l, node) => {
    const src = node.value === null ? l.unit.dialect.nothing(l, node) : l.expr(l, node.value);
    return value(l, node, node.delegate === true ? { op: "Yield", src, delegate: true } : { op: "Yield", src });
  },
  Spread: whole((l, node: Spread) => l.expr(l, node.value)),
  DefaultPattern: (l, node) => opaque(l, node, "pattern outside an assignment", [l.expr(l, node.target), l.expr(l, node.value)], false),
  Sequence: whole(lowerSequence),
  Cast: whole((l, node: Cast) => l.expr(l, node.value)),
  Jsx: lowerJsx,
  TypeNode: (l, node) => l.unit.dialect.nothing(l, node),
  Unsupported: lowerUnsupported,
};

export function lowerExpr(l: Lowering, node: Expr): Reg {
  if (l.depth >= MAX_DEPTH) return tooDeep(l, node);
  l.depth++;
  const reg = (EXPRESSIONS[node.kind] as (l: Lowering, node: Expr) => Reg)(l, node);
  l.depth--;
  return reg;
}

/** Notes where the value of an expression is that no instruction of its own yields. */
function whole<T extends Expr>(lower: (l: Lowering, node: T) => Reg): (l: Lowering, node: T) => Reg {
  return (l, node) => {
    const reg = lower(l, node);
    l.wholes.push({ at: { start: node.start, end: node.end }, reg, block: l.block, index: l.block.instrs.length });
    return reg;
  };
}

function lowerSequence(l: Lowering, node: Sequence): Reg {
  let last = -1;
  for (const part of node.expressions) last = l.expr(l, part);
  return last < 0 ? l.unit.dialect.nothing(l, node) : last;
}

/** What is nested beyond the limit is not looked into, and may be anything. */
export function tooDeep(l: Lowering, node: Node): Reg {
  l.unit.diagnostics.push({ kind: "limit", message: "nested too deeply to be analysed", location: l.unit.lines.locate(node) });
  return opaque(l, node, "nested too deeply", [], true);
}

function lowerName(l: Lowering, node: Name): Reg {
  return l.unit.dialect.reserved(l, node) ?? loadName(l, node, node.name);
}

function lowerNum(l: Lowering, node: Num): Reg {
  const number = constant(l, node, { type: "number", value: node.value, ...(node.float === true ? { float: true } : {}) });
  return node.imaginary === true ? value(l, node, { op: "Unary", operator: "imaginary", operand: number }) : number;
}

/** A slice as a value (`a[1:2] = v`, `m[:, 0]`): its bounds, under an operator that no interpreter evaluates. */
function lowerSlice(l: Lowering, node: Slice): Reg {
  const items = [node.lower, node.upper, node.step].map(
    (bound): ItemReg => ({ value: bound === null ? constant(l, node, { type: "null" }) : l.expr(l, bound) }),
  );
  return value(l, node, { op: "Unary", operator: "slice", operand: value(l, node, { op: "Build", type: "tuple", items }) });
}

function lowerUnary(l: Lowering, node: Unary): Reg {
  if (node.op === "delete") {
    deletePlace(l, node.operand);
    return constant(l, node, { type: "bool", value: true });
  }
  return value(l, node, { op: "Unary", operator: node.op, operand: l.expr(l, node.operand) });
}

/** `a + b + c` leans to the left and may be thousands long: the spine is lowered in a loop. */
function lowerBinary(l: Lowering, node: Binary): Reg {
  const spine: Binary[] = [];
  let left: Expr = node;
  for (; left.kind === "Binary"; left = left.left) spine.push(left);
  let reg = l.expr(l, left);
  for (let at = spine.pop(); at !== undefined; at = spine.pop()) {
    reg = value(l, at, { op: "Binary", operator: at.op, left: reg, right: l.expr(l, at.right) });
  }
  return reg;
}

function lowerCollection(l: Lowering, node: Collection): Reg {
  const items = node.elements.map((element): ItemReg => {
    if (element === null) return { value: l.unit.dialect.nothing(l, node) };
    return element.kind === "Spread" ? { value: l.expr(l, element.value), spread: "list" } : { value: l.expr(l, element) };
  });
  return value(l, node, { op: "Build", type: node.type, items });
}

function lowerDict(l: Lowering, node: Dict): Reg {
  const items = node.entries.map((entry): ItemReg => {
    if (entry.kind === "Spread") return { value: l.expr(l, entry.value), spread: "dict" };
    const key = l.expr(l, entry.key);
    const item = { key, value: l.expr(l, entry.value) };
    return entry.accessor === undefined ? item : { ...item, accessor: entry.accessor };
  });
  return value(l, node, { op: "Build", type: l.unit.dialect.displayType, items });
}

/** Everything that could be understood inside is evaluated first; then anything may have happened. */
export function lowerUnsupported(l: Lowering, node: Unsupported): Reg {
  const parts = node.parts.map((part) => lowerAny(l, part)).filter((reg) => reg !== null);
  return opaque(l, node, node.reason, parts, node.mayCall);
}

function lowerAny(l: Lowering, node: Node): Reg | null {
  if (node.kind in EXPRESSIONS) return l.expr(l, node as Expr);
  if (node.kind === "FunctionBody") return makeFunction(l, node, node);
  if (node.kind === "ClassBody") return makeClass(l, node, node);
  if (!CARRIERS.has(node.kind)) {
    l.statement(l, node as Stmt);
    return null;
  }
  let last: Reg | null = null;
  for (const child of childrenOf(node)) last = lowerAny(l, child) ?? last;
  return last;
}

/** Nodes that are neither expressions nor statements: only what they hold can be evaluated. */
const CARRIERS: ReadonlySet<string> = new Set(
  "Module Hole Arg Entry ComprehensionFor ComprehensionIf Param Handler WithItem ImportName Case SwitchCase".split(" "),
);
