/** Fuel: a program that costs too much is `exhausted`, keeps the effects already found, and never runs long or throws. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { interpret } from "../../../analysis/interpret/interpret.ts";
import { type Budget, DEFAULT_BUDGET } from "../../../analysis/interpret/run.ts";
import { lower } from "../../../analysis/lower/lower.ts";
import { modelsOf } from "../../../analysis/models.ts";
import type { Language } from "../../../analysis/tree.ts";
import { shippedModels } from "../../rules/shipped-rules.ts";
import { specify } from "../fixme.ts";
import { parser, treeOf } from "../test-parser.ts";
import { programOf } from "./analyze-source.ts";

const tables = shippedModels();
const models = { python: modelsOf(tables.python), javascript: modelsOf(tables.javascript) };

function run(code: string, language: Language, budget: Partial<Budget>) {
  const tree = treeOf(code, language);
  return interpret({
    language,
    source: code,
    ir: lower(tree, code),
    lines: tree.lines,
    models,
    sensitivity: { ofName: () => [], ofLiteral: () => [] },
    budget: { ...DEFAULT_BUDGET, ...budget },
    load: (text, nested) => {
      const parsed = parser.parse(text, nested);
      return parsed.ok ? { ir: lower(parsed.tree, text), lines: parsed.tree.lines } : null;
    },
  });
}

const lines = (count: number, line: (i: number) => string): string => Array.from({ length: count }, (_v, i) => line(i)).join("\n");

describe("the whole budget is spent", () => {
  const code = `import os\nos.remove("/etc/shadow")\n${lines(200, (i) => `x${i} = f(${i})`)}\nos.remove("late")`;

  test("the program is exhausted and what was found stays", () => {
    const result = run(code, "python", { steps: 100 });
    assert.equal(result.exhausted, true);
    assert.ok(result.effects.some((e) => e.kind === "fs.delete" && e.target === "/etc/shadow"));
  });
  test("with enough of it nothing is exhausted and all is found", () => {
    const result = run(code, "python", {});
    assert.equal(result.exhausted, false);
    assert.deepEqual(
      result.effects.filter((e) => e.kind === "fs.delete").map((e) => e.target),
      ["/etc/shadow", "late"],
    );
  });
  test("steps are counted up to the budget and not beyond", () => {
    for (const steps of [1, 10, 1_000]) assert.ok(run(code, "python", { steps }).steps <= steps + 1);
  });
  test("more budget never loses an effect", () => {
    let before: string[] = [];
    for (const steps of [50, 100, 200, 400, 800, 1_600, 10_000]) {
      const now = run(code, "python", { steps }).effects.map((e) => `${e.kind} ${e.target}`);
      for (const effect of before) assert.ok(now.includes(effect), `${effect} is lost with ${steps} steps`);
      before = now;
    }
  });
});

describe("the unrolling budget is spent", () => {
  const decoder = 'import os\nx = ""\nfor i in range(2000):\n    x += "a"\nos.remove(x[:1])';

  test("within it the loop is run", () => {
    const [effect] = run(decoder, "python", {}).effects;
    assert.equal(effect?.target, "a");
  });
  test("beyond it the value is unknown, and the program is not exhausted", () => {
    const result = run(decoder, "python", { unroll: 500 });
    assert.equal(result.exhausted, false);
    assert.ok(result.effects.some((e) => e.kind === "fs.delete" && e.targetClasses.some((c) => c.startsWith("unknown."))));
  });
});

/** Programs whose cost must stay bounded, however large the numbers in them. */
const HOSTILE: Readonly<Record<string, readonly [Language, string]>> = {
  "a long count": ["python", "for i in range(10**9):\n    x = i"],
  "loops in loops": ["python", `${lines(12, (i) => `${" ".repeat(i)}for a${i} in range(1000):`)}\n${" ".repeat(12)}f()`],
  "a string that doubles": ["python", 'x = "a"\nfor i in range(100):\n    x = x + x\nopen(x)'],
  "a list that doubles": ["python", "x = [1]\nfor i in range(100):\n    x = x + x"],
  "a power tower": ["python", "x = 9 ** 9 ** 9 ** 9\ny = 1 << 10**9\nz = 'a' * 10**12"],
  "exponential calls": [
    "python",
    `${lines(30, (i) => `def f${i}(x):\n    return f${i + 1}(x) + f${i + 1}(x)`)}\ndef f30(x): return x\nf0(1)`,
  ],
  Ackermann: [
    "python",
    "def a(m, n):\n    if m == 0: return n + 1\n    if n == 0: return a(m - 1, 1)\n    return a(m - 1, a(m, n - 1))\na(4, 4)",
  ],
  "many branches": ["python", `${lines(300, (i) => `if f(${i}):\n    x = ${i}`)}\nopen(str(x))`],
  "eval that grows": ["python", 's = "eval(s + s)"\neval(s)'],
  "eval of itself": ["python", 's = "eval(s)"\neval(s)'],
  "exec chain": ["python", `x = "1"\n${lines(40, () => 'x = "exec(" + repr(x) + ")"')}\nexec(x)`],
  "closures that make closures": [
    "javascript",
    "const f = (g) => () => f(f(g)); let h = f(() => 1); for (let i = 0; i < 100; i++) h = h();",
  ],
  "arrays of arrays": ["javascript", "let a = [1]; for (let i = 0; i < 60; i++) a = [a, a, ...a];"],
  padding: ["javascript", 'let a = "x"; for (let i = 0; i < 60; i++) a = a.padEnd(a.length * 2, a); require(a);'],
  "spread of huge ranges": ["javascript", "const a = new Array(1e9).fill(0).map((_, i) => i); eval(a.join(String.fromCharCode(...a)));"],
  "endless generators": ["javascript", "function* g() { let i = 0; for (;;) yield i++; } const [a, b] = g(); for (const x of g()) f(x);"],
  "getters that call themselves": ["javascript", "const o = { get x() { return this.x; } }; o.x;"],
  "a prototype cycle": ["javascript", "const a = {}, b = {}; a.x = b; b.x = a; JSON.stringify(a); f(a);"],
  "a class that extends itself": ["python", "class A: pass\nclass A(A): pass\nA().x"],
  "a deep attribute chain": ["python", `x${".a".repeat(3_000)}`],
  "a deep call chain": ["javascript", `f${"()".repeat(2_000)}`],
  "a long concatenation": ["python", `x = ${Array.from({ length: 2_000 }, () => '"a"').join(" + ")}\nopen(x)`],
  "many functions": ["javascript", lines(2_000, (i) => `function f${i}(x) { return f${(i + 1) % 2_000}(x); }`)],
  "many effects": ["python", `import os\n${lines(1_000, (i) => `os.remove("f${i}")`)}`],
};

describe("hostile programs end, with an answer", () => {
  for (const [name, [language, code]] of Object.entries(HOSTILE))
    specify(name, () => {
      const program = programOf(code, language);
      assert.equal(program.language, language);
    });

  test("many effects are all there", () => assert.equal(programOf(HOSTILE["many effects"]?.[1] as string, "python").effects.length, 1_000));
  test("a hostile head does not hide what follows", () => {
    for (const name of ["a long count", "a string that doubles", "a power tower", "eval of itself"]) {
      const program = programOf(`import os\n${HOSTILE[name]?.[1]}\nos.remove("/etc/shadow")`, "python");
      assert.ok(program.exhausted || program.effects.some((e) => e.kind === "fs.delete"), name);
    }
  });
});
