/** Which variable each name becomes: own frame `x`, one function up `x^1`, global `@x`; renamed ones are `x#2`. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { FunctionIr } from "../../analysis/ir.ts";
import type { Language } from "../../analysis/tree.ts";
import { functionsOf, lowerSource, showRef } from "./lower-source.ts";

type Case = {
  readonly name: string;
  readonly language: Language;
  readonly source: string;
  /** Function -> the variables it uses, by place in the source. */
  readonly uses: Readonly<Record<string, string>>;
};

const CASES: readonly Case[] = [
  {
    name: "a name that is bound anywhere in a Python function is local to it",
    language: "python",
    source: "x = y = 1\ndef f(p):\n  print(x, y, p)\n  if p: x = 2\n",
    uses: { "<module>": "x y f", f: "@print x @y p" },
  },
  {
    name: "every way of binding in Python binds",
    language: "python",
    source: [
      "def f():",
      "  import a.b, c as d",
      "  from e import g as h",
      "  for i, (j, *k) in q: pass",
      "  with q as l, q as (m, n): pass",
      "  try: pass",
      "  except q as o: pass",
      "  del r",
      "  def s(): pass",
      "  class t: pass",
      "  u: int",
      "  v += 1",
      "  [(w := q) for y in q]",
      "  return a, d, h, i, j, k, l, m, n, o, r, s, t, u, v, w, y",
    ].join("\n"),
    uses: { f: "a d h i j k @q l m n o r s t v w y#2 u @y" },
  },
  {
    name: "names captured by `match` are local; classes, values and keys are not captured",
    language: "python",
    source: "def f():\n  match v:\n    case C(a, k=[b, *c]) | {'x': d, **e}: pass\n    case D.E as g: pass\n",
    uses: { f: "@v @C a b c d e @D g" },
  },
  {
    name: "closures count functions; the module's variables are global to them",
    language: "python",
    source: "m = 0\ndef f():\n  a = 1\n  def g():\n    b = 2\n    return lambda c: (m, a, b, c)\n",
    uses: { f: "a g", g: "b", "": "@m a^2 b^1 c" },
  },
  {
    name: "`global` and `nonlocal`",
    language: "python",
    source: "def f():\n  a = b = 0\n  def g():\n    global a, z\n    nonlocal b\n    a = b = z = 1\n    def h(): return a, b\n",
    uses: { f: "a b g", g: "@a b^1 @z h", h: "@a b^2" },
  },
  {
    name: "class variables are seen by the class body alone",
    language: "python",
    source: "def f(o):\n  class C:\n    x = o\n    y = x\n    def m(self): return x, y, o\n    class D:\n      z = x, o\n",
    uses: { f: "C", C: "x o^1 y m D", m: "@x @y o^1", D: "z @x o^1" },
  },
  {
    name: "a comprehension in a class body sees the class in its first iterable only",
    language: "python",
    source: "class C:\n  x = 1\n  y = [x + i for i in x for j in x]\n  z = [lambda: i for i in x]\n",
    uses: { C: "x y @x @i#2 @j#3 z @i#4", "": "@i#4" },
  },
  {
    name: "comprehension variables are their own; a lambda in one finds them",
    language: "python",
    source: "def f(x):\n  return [lambda: (x, y) for x in x for y in y]\n",
    uses: { f: "x#2 x y#3", "": "x#2^1 y#3^1" },
  },
  {
    name: "parameters, defaults and decorators: the latter two belong to the scope around",
    language: "python",
    source: "def f(a):\n  @d(a)\n  def g(a=a, *b, **c): return a, b, c\n",
    uses: { f: "g @d a", g: "a b c" },
  },
  {
    name: "`var` belongs to the function, `let` and `const` to the block",
    language: "javascript",
    source: "function f() { x; y; { var x; let y = 1; { const y = 2; y } y } y }",
    uses: { f: "x @y y y#2" },
  },
  {
    name: "two blocks may each have a variable of the same name",
    language: "javascript",
    source: "function f() { { let a = 1; a } { let a = 2; a } for (let a of b) a; try {} catch (a) { a } }",
    uses: { f: "a a#2 a#3 @b a#4" },
  },
  {
    name: "block variables of the module are renamed, since globals are looked up there",
    language: "javascript",
    source: "let a = 1; { let b = 2; (() => [a, b])() } b",
    uses: { "<module>": "a b#2 @b", "": "@a @b#2" },
  },
  {
    name: "a name used before its `let` in the same block is that variable",
    language: "javascript",
    source: "function f(x) { { g = () => x; let x = 1 } }",
    uses: { f: "@g x#2", "": "x#2^1" },
  },
  {
    name: "patterns bind their targets, not their keys or defaults",
    language: "javascript",
    source: "function f({a: b, [c]: d = e, ...g}, [h, , ...i]) { const {j, k: {l}} = m }",
    uses: { f: "arg#0 b @c d @e g arg#1 h i j l @m" },
  },
  {
    name: "JavaScript class members are not names",
    language: "javascript",
    source: "function f(o) { class C { x = o; static y = [x, y, o]; m() { return [x, m, C, o] } [o]() {} } }",
    uses: { f: "C", C: "#fields C^1 y @x @y o^1 m", "#fields": "o^1", m: "@x @m C^1 o^1" },
  },
  {
    name: "functions of a block: bound in the function in sloppy code",
    language: "javascript",
    source: "function f() { { function g() {} } return g }",
    uses: { f: "g" },
  },
  {
    name: "functions of a block: bound in the block in strict code",
    language: "javascript",
    source: "export function f() { { function g() {} } return g }",
    uses: { f: "g @g" },
  },
  {
    name: "`arguments` belongs to the nearest function that is not an arrow function",
    language: "javascript",
    source: "function f() { return () => arguments } const g = () => arguments",
    uses: { "": "arguments^1 @arguments" },
  },
  {
    name: "one scope for all cases of a `switch`, one for the head of a `for`",
    language: "javascript",
    source: "function f(x) { switch (x) { case 1: let x = 2; default: x } for (let x = 0; x < 1; x++) { let x; x } }",
    uses: { f: "x x#2 x#3 x#4" },
  },
  {
    name: "`undefined` is a constant unless it is declared",
    language: "javascript",
    source: "const a = undefined; function f(undefined) { return undefined }",
    uses: { "<module>": "a f", f: "undefined" },
  },
];

/** Variables that a function reads, writes or deletes, in the order in which they stand in the source. */
function usesOf(fn: FunctionIr): string[] {
  const found: { readonly start: number; readonly name: string }[] = [];
  for (const block of fn.blocks) {
    for (const instr of block.instrs) {
      if (instr.op === "LoadVar" || instr.op === "StoreVar" || instr.op === "DeleteVar") {
        found.push({ start: instr.at.start, name: showRef(instr.ref) });
      }
    }
  }
  return [...new Set(found.toSorted((a, b) => a.start - b.start).map((use) => use.name))];
}

for (const one of CASES) {
  test(one.name, () => {
    const functions = functionsOf(lowerSource(one.source, one.language));
    for (const [name, expected] of Object.entries(one.uses)) {
      const uses = functions.filter((fn) => fn.name === name).flatMap(usesOf);
      assert.equal(uses.join(" "), expected, `in ${name === "" ? "the function without a name" : name}`);
    }
  });
}
