/** Long and deep programs: chains that lean to one side are lowered whole; what is nested beyond the limit may be anything. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { FunctionIr } from "../../analysis/ir.ts";
import { lower } from "../../analysis/lower/lower.ts";
import { type Expr, type Language, LineIndex, type ParsedTree, type Stmt } from "../../analysis/tree.ts";
import { functionsOf } from "./lower-source.ts";

const at = { start: 0, end: 1 } as const;
const name = (of: string): Expr => ({ kind: "Name", ...at, name: of });
const callOf = (callee: Expr): Expr => ({ kind: "Call", ...at, callee, args: [] });

function lowerBody(body: readonly Stmt[], language: Language = "python") {
  const tree: ParsedTree = { module: { kind: "Module", language, ...at, body }, diagnostics: [], lines: new LineIndex("x") };
  return lower(tree, "x");
}

function chain(length: number, link: (left: Expr, index: number) => Expr): Stmt[] {
  let value = name("start");
  for (let i = 0; i < length; i++) value = link(value, i);
  return [{ kind: "ExprStmt", ...at, value }];
}

function count(fn: FunctionIr, op: string): number {
  return fn.blocks.flatMap((block) => block.instrs).filter((instr) => instr.op === op).length;
}

const LENGTH = 20_000;
const CHAINS: readonly { readonly name: string; readonly body: () => readonly Stmt[] }[] = [
  { name: "a + f() + f() ...", body: () => chain(LENGTH, (left) => ({ kind: "Binary", ...at, op: "+", left, right: callOf(name("f")) })) },
  {
    name: "a and f() and f() ...",
    body: () => chain(LENGTH, (left) => ({ kind: "Logical", ...at, op: "and", left, right: callOf(name("f")) })),
  },
  {
    name: "a ?? f() ?? f() ...",
    body: () => chain(LENGTH, (left) => ({ kind: "Logical", ...at, op: "??", left, right: callOf(name("f")) })),
  },
  {
    name: "conditionals in conditionals' other branch",
    body: () => chain(LENGTH, (otherwise) => ({ kind: "Conditional", ...at, test: name("t"), then: callOf(name("f")), otherwise })),
  },
  {
    name: "a = b = c ...",
    body: () =>
      chain(LENGTH, (value, i) => ({
        kind: "Assign",
        ...at,
        op: null,
        target: { kind: "Index", ...at, object: callOf(name("f")), index: name(`i${i}`) },
        value,
      })), // prettier-ignore
  },
  {
    name: "else if ... else if",
    body: () => {
      let otherwise: Stmt[] = [];
      for (let i = 0; i < LENGTH; i++) {
        otherwise = [{ kind: "If", ...at, test: name("t"), then: [{ kind: "ExprStmt", ...at, value: callOf(name("f")) }], otherwise }];
      }
      return otherwise;
    },
  },
];

for (const one of CHAINS) {
  test(`a chain of ${LENGTH} is lowered whole: ${one.name}`, () => {
    const ir = lowerBody(one.body());
    assert.equal(count(ir.get(0), "Call"), LENGTH);
    assert.deepEqual(ir.diagnostics, []);
  });
}

const DEEP: readonly { readonly name: string; readonly body: readonly Stmt[] }[] = [
  { name: "calls of calls", body: chain(LENGTH, (left) => callOf(left)) },
  { name: "`not not ...`", body: chain(LENGTH, (operand) => ({ kind: "Unary", ...at, op: "not", operand })) },
  { name: "conditions that lean to the right", body: [{ kind: "If", ...at, test: rightLeaning(), then: [], otherwise: [] }] },
  { name: "lists in lists", body: chain(LENGTH, (left) => ({ kind: "Collection", ...at, type: "list", elements: [left] })) },
];

function rightLeaning(): Expr {
  let right = name("end");
  for (let i = 0; i < LENGTH; i++) right = { kind: "Logical", ...at, op: i % 2 === 0 ? "and" : "or", left: name("x"), right };
  return right;
}

for (const one of DEEP) {
  test(`what is nested too deeply may call anything, and the rest of the function stays: ${one.name}`, () => {
    const ir = lowerBody([...one.body, { kind: "ExprStmt", ...at, value: callOf(name("after")) }]);
    const fn = ir.get(0);
    assert.ok(fn.blocks.some((block) => block.instrs.some((instr) => instr.op === "Opaque" && instr.mayCall)));
    assert.ok(fn.blocks.some((block) => block.instrs.some((instr) => instr.op === "LoadVar" && instr.ref.name === "after")));
    assert.deepEqual([...new Set(ir.diagnostics.map((diagnostic) => diagnostic.kind))], ["limit"]);
  });
}

test("patterns beyond the limit make the function opaque, and only that function", () => {
  let target = name("x");
  for (let i = 0; i < LENGTH; i++) target = { kind: "Collection", ...at, type: "list", elements: [target] };
  const assign: Stmt = { kind: "ExprStmt", ...at, value: { kind: "Assign", ...at, target, op: null, value: name("v") } };
  const fn = { kind: "FunctionBody", ...at, name: "f", params: [], body: [assign], flavour: "function", decorators: [] } as const;
  const ir = lowerBody([{ kind: "FunctionDef", ...at, fn }]);
  const [module, deep] = functionsOf(ir);
  assert.equal(count(module as FunctionIr, "Opaque"), 0);
  assert.deepEqual(
    (deep as FunctionIr).blocks.map((block) => block.instrs.map((instr) => instr.op)),
    [["Opaque"]],
  );
  assert.equal(ir.diagnostics.length, 1);
});

test("a shell program has no instructions: its commands are read as they are", () => {
  const ir = lowerBody([{ kind: "ExprStmt", ...at, value: callOf(name("f")) }], "shell");
  assert.equal(ir.functionCount(), 1);
  assert.equal(ir.get(0).blocks.flatMap((block) => block.instrs).length, 0);
});

test("an unknown function id is refused", () => {
  assert.throws(() => lowerBody([]).get(1), RangeError);
});
