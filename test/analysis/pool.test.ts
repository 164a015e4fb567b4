/** The pool answers every program, hostile ones with a failure and its reason, and the next ordinary one as if nothing had been. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, describe, it } from "node:test";
import type { Language } from "../../analysis/tree.ts";
import { compileRules } from "../../layers/1-policy-guard/compile-rules.ts";
import { type AnalysisPool, createAnalysisPool, PoolBusyError, type PoolOptions } from "../../src/analysis-pool/analysis-pool.ts";
import { type Knowledge, packKnowledge } from "../../src/analysis-pool/knowledge.ts";
import { shippedModels, shippedPolicy } from "../rules/shipped-rules.ts";
import { parser } from "./test-parser.ts";

const KNOWLEDGE: Knowledge = { policy: shippedPolicy(parser.parse), models: shippedModels() };
const OPTIONS: PoolOptions = {
  size: 2,
  // Long enough for ordinary programs on a busy machine, and short for `SLOW`.
  deadlineMs: 1_000,
  queueLimit: 50,
  cacheEntries: 100,
  knowledge: packKnowledge(KNOWLEDGE),
};

function digestOf(language: Language, code: string): string {
  return createHash("sha256").update(`${language}\0${code}`).digest("hex");
}

function ask(pool: AnalysisPool, language: Language, code: string, more: { background?: boolean; signal?: AbortSignal } = {}) {
  return pool.analyze({ language, code, digest: digestOf(language, code), ...more });
}

const many = (text: string, times: number) => text.repeat(times);
/** Babel's TypeScript plugin needs seconds for it. */
const SLOW = `x=${many("async<a>(b=", 20)}1${many(")", 20)}`;

/** `invalid`: the program is analysed, and a `syntax` diagnostic says that it is not valid. `any`: whatever comes, it comes. */
type Expected = "limit" | "deadline" | "invalid" | "valid" | "any";
const HOSTILE: readonly (readonly [Language, string, string, Expected])[] = [
  ["python", "10,000 nested brackets", many("[", 10_000) + many("]", 10_000), "limit"],
  ["python", "10,000 open brackets", many("(", 10_000), "limit"],
  ["python", "10,000 nested calls", many("f(", 10_000) + many(")", 10_000), "limit"],
  ["python", "10,000 nested f-strings", many('f"{', 10_000) + many('}"', 10_000), "limit"],
  ["python", "100 nested f-strings", `x = ${many("f'{", 100)}1${many("}'", 100)}`, "valid"],
  ["python", "10,000 ifs on a line", many("if x: ", 10_000), "any"],
  ["python", "one line of 1 MB", `x = "${many("a", 1_000_000)}"`, "any"],
  ["python", "a million line ends", many("\n", 1_000_000), "any"],
  ["python", "bracket garbage", many("){", 100_000), "any"],
  ["python", "100,000 quotes", many('"', 99_999), "any"],
  ["python", "null bytes", `${many("\0", 1000)}import os\n`, "invalid"],
  ["python", "lone surrogates", 'x = "\ud800\udbff"', "invalid"],
  ["javascript", "10,000 nested brackets", many("[", 10_000) + many("]", 10_000), "limit"],
  ["javascript", "10,000 nested calls", many("f(", 10_000) + many(")", 10_000), "limit"],
  ["javascript", "10,000 nested templates", many("`${", 10_000) + many("}`", 10_000), "limit"],
  ["javascript", "10,000 nested ifs", `${many("if(x)", 10_000)};`, "limit"],
  ["javascript", "a million signs", `${many("!", 1_000_000)}x`, "any"],
  ["javascript", "one line of 1 MB", `x = "${many("a", 1_000_000)}"`, "any"],
  ["javascript", "a million line ends", many("\n", 1_000_000), "valid"],
  ["javascript", "100,000 closing braces", many("}", 100_000), "any"],
  ["javascript", "null bytes", `${many("\0", 1000)}f()`, "invalid"],
  ["javascript", "lone surrogates", 'x = "\ud800"', "valid"],
  ["typescript", "twenty asynchronous arrows that are none", SLOW, "deadline"],
  ["typescript", "10,000 open type arguments", many("a<", 10_000), "any"],
  ["typescript", "a deeply nested regex", `x = /${many("(", 5_000)}a${many(")*", 5_000)}/;`, "any"],
  ["shell", "10,000 nested substitutions", many("$(", 10_000) + many(")", 10_000), "limit"],
  ["shell", "10,000 nested groups", many("{ ", 10_000) + many("; }", 10_000), "any"],
  ["shell", "10,000 nested ifs", `${many("if a; then ", 10_000)}b${many("; fi", 10_000)}`, "any"],
  ["shell", "20,000 commands in a pipeline", `${many("a | ", 20_000)}b`, "any"],
  ["shell", "10,000 here-documents", many("cat <<E\n", 10_000), "any"],
  ["shell", "one line of 1 MB", `x="${many("a", 1_000_000)}"`, "any"],
  ["shell", "a million line ends", many("\n", 1_000_000), "any"],
  ["shell", "100,000 quotes", many('"', 99_999), "any"],
  ["shell", "null bytes", `${many("\0", 1000)}ls\n`, "any"],
  ["shell", "lone surrogates", 'x="\ud800"', "any"],
];

describe("hostile programs", () => {
  let pool: AnalysisPool;
  before(async () => {
    pool = await createAnalysisPool(OPTIONS);
  });
  after(() => pool.close());

  for (const [language, title, code, expected] of HOSTILE) {
    it(`${language}: ${title}`, async () => {
      const result = await ask(pool, language, code);
      const invalid = result.ok && result.program.diagnostics.some(({ kind }) => kind === "syntax");
      const outcome = result.ok ? (invalid ? "invalid" : "valid") : result.failure.reason;
      if (expected !== "any") assert.equal(outcome, expected);
      const next = await ask(pool, language === "shell" ? "python" : language, `mark(${JSON.stringify(title)});`);
      assert.deepEqual(next.ok ? next.program.diagnostics : next.failure, []);
    });
  }

  it("only facts come back, and they survive a structured clone", async () => {
    const result = await ask(pool, "python", 'import os\nos.system("ls")\n');
    assert.ok(result.ok);
    assert.deepEqual(structuredClone(result), result);
  });
});

describe("deadline", () => {
  it("a worker that overran is replaced, and the answer is cached only after the second time", async () => {
    let now = 0;
    const pool = await createAnalysisPool({ ...OPTIONS, size: 1, clock: () => now });
    try {
      for (let time = 1; time <= 3; time++) {
        const result = await ask(pool, "typescript", SLOW);
        assert.equal(result.ok ? null : result.failure.reason, "deadline");
        assert.deepEqual([pool.stats().deadlines, pool.stats().cacheHits], time < 3 ? [time, 0] : [2, 1]);
      }
      now = 61_000;
      await ask(pool, "typescript", SLOW);
      assert.equal(pool.stats().deadlines, 3, "after a minute it is tried again");
      assert.equal(pool.stats().replaced, 3);
    } finally {
      await pool.close();
    }
  });
});

describe("crash", () => {
  it("a worker that runs out of memory dies alone, and nothing of it is cached", async () => {
    const pool = await createAnalysisPool({ ...OPTIONS, size: 1, deadlineMs: 60_000, memoryMb: 64 });
    try {
      const result = await ask(pool, "javascript", many("[a];", 250_000));
      assert.equal(result.ok ? null : result.failure.reason, "crashed");
      assert.deepEqual([pool.stats().crashes, pool.stats().cached], [1, 0]);
      assert.ok((await ask(pool, "javascript", "a")).ok, "its replacement answers");
    } finally {
      await pool.close();
    }
  });
});

describe("rules that would search without end", () => {
  const text = `rules:
  - id: greedy
    message: m
    severity: INFO
    languages: [python]
    pattern: f(..., $A, ..., $B, ..., $C, ..., $D, ..., $A, ..., g())
`;

  it("are a limit and no crash, and the next program is answered", async () => {
    const compiled = compileRules([{ path: "greedy.yaml", text }], parser.parse);
    assert.ok(compiled.ok);
    const knowledge = packKnowledge({ policy: compiled.rules, models: KNOWLEDGE.models });
    const pool = await createAnalysisPool({ ...OPTIONS, size: 1, deadlineMs: 60_000, knowledge });
    try {
      const result = await ask(pool, "python", `f(${Array.from({ length: 150 }, (_, n) => `a${n}`).join(", ")})\ng()\n`);
      assert.deepEqual(result.ok ? null : result.failure, {
        reason: "limit",
        message: "analysis failed: matching the policy rules took too many steps",
      });
      assert.deepEqual([pool.stats().crashes, pool.stats().replaced], [0, 0]);
      assert.ok((await ask(pool, "python", "f(1)\n")).ok);
    } finally {
      await pool.close();
    }
  });
});

describe("queue and cache", () => {
  it("the same program is analysed once, however often it is asked for", async () => {
    const pool = await createAnalysisPool({ ...OPTIONS, size: 1 });
    try {
      const results = await Promise.all([1, 2, 3].map(() => ask(pool, "python", "x = 1\n")));
      results.push(await ask(pool, "python", "x = 1\n"));
      assert.ok(results.every((result) => result.ok));
      assert.deepEqual([pool.stats().analysed, pool.stats().cacheHits, pool.stats().cached], [1, 1, 1]);
      await ask(pool, "javascript", "x = 1\n");
      assert.equal(pool.stats().analysed, 2, "another language is another program");
    } finally {
      await pool.close();
    }
  });

  it("a full queue refuses at once, and what waits is answered in order, background last", async () => {
    const pool = await createAnalysisPool({ ...OPTIONS, size: 1, queueLimit: 2 });
    try {
      const order: string[] = [];
      const note = (name: string) => (result: { ok: boolean }) => order.push(`${name}:${result.ok}`);
      const running = ask(pool, "typescript", SLOW).then(note("running"));
      const background = ask(pool, "python", "a = 1", { background: true }).then(note("background"));
      const waiting = ask(pool, "python", "b = 1").then(note("waiting"));
      await assert.rejects(ask(pool, "python", "c = 1"), PoolBusyError);
      await Promise.all([running, background, waiting]);
      assert.deepEqual(order, ["running:false", "waiting:true", "background:true"]);
    } finally {
      await pool.close();
    }
  });

  it("background programs use one worker at a time", async () => {
    const pool = await createAnalysisPool(OPTIONS);
    try {
      const first = ask(pool, "typescript", SLOW, { background: true });
      const second = ask(pool, "python", "a = 1", { background: true });
      assert.deepEqual([pool.stats().busy, pool.stats().queued], [1, 1]);
      assert.ok((await ask(pool, "python", "b = 1")).ok, "others pass by");
      assert.equal(pool.stats().queued, 1);
      assert.equal((await first).ok, false);
      assert.ok((await second).ok);
    } finally {
      await pool.close();
    }
  });

  it("an aborted caller is told so; the program is analysed all the same", async () => {
    const pool = await createAnalysisPool({ ...OPTIONS, size: 1 });
    try {
      const controller = new AbortController();
      const asked = ask(pool, "python", "a = 1", { signal: controller.signal });
      controller.abort(new Error("gone"));
      await assert.rejects(asked, /gone/);
      assert.ok((await ask(pool, "python", "a = 1")).ok);
      assert.equal(pool.stats().analysed, 1);
    } finally {
      await pool.close();
    }
  });

  it("a closed pool answers what still waits", async () => {
    const pool = await createAnalysisPool({ ...OPTIONS, size: 1 });
    const asked = [ask(pool, "typescript", SLOW), ask(pool, "python", "a = 1")];
    await pool.close();
    for (const result of await Promise.all(asked)) assert.equal(result.ok ? null : result.failure.reason, "crashed");
  });
});

describe("broken installations fail closed", () => {
  const none = { apis: new Map(), methods: new Map(), families: new Map(), globals: new Set<string>(), remote: [], serving: [] };
  const BROKEN: readonly (readonly [string, Partial<Knowledge>])[] = [
    ["no rules", { policy: { rules: new Map(), index: new Map() } }],
    ["no API models for Python", { models: { ...KNOWLEDGE.models, python: none } }],
    ["no API models for JavaScript", { models: { ...KNOWLEDGE.models, javascript: none } }],
  ];
  for (const [title, broken] of BROKEN) {
    it(title, async () => {
      const pool = await createAnalysisPool({ ...OPTIONS, knowledge: packKnowledge({ ...KNOWLEDGE, ...broken }), size: 1 });
      try {
        const result = await ask(pool, "python", "x = 1");
        assert.equal(result.ok ? null : result.failure.reason, "rules_broken");
        assert.notEqual(pool.stats().fault, null);
        assert.equal(pool.stats().cached, 0);
      } finally {
        await pool.close();
      }
    });
  }
});
