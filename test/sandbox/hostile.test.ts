/**
 * Programs that attack the sandbox. Each ends as expected, and after each the next ordinary program runs, nothing of the
 * parent's environment is seen anywhere, and at the end no process is left. With bubblewrap, where it works, and without.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { FRAME } from "../../sandbox/frames.ts";
import type { RunRequest, RunResult, RunStatus, Sandbox } from "../../sandbox/sandbox.ts";
import { CANARY, descendants, limited, request, startSandbox, survivors } from "./support.ts";

type Hostile = {
  name: string;
  code: string;
  /** More than one where the machine's speed decides which ceiling is met first. */
  wants: readonly RunStatus[];
  also?: (result: RunResult) => void;
  given?: Partial<RunRequest>;
};

const SPENT: readonly RunStatus[] = ["timeout", "memory_exceeded"];
const REFUSED: readonly RunStatus[] = ["failed", "timeout", "memory_exceeded", "output_exceeded"];
const resultIs = (wanted: unknown) => (result: RunResult) => assert.deepEqual(result.result, wanted);

const TIME: Hostile[] = [
  { name: "a loop", code: "for (;;);", wants: ["timeout"] },
  { name: "a loop of microtasks", code: "(function f() { Promise.resolve().then(f) })()", wants: ["timeout"] },
  { name: "a loop of awaits", code: "for (;;) await null", wants: ["timeout"] },
  { name: "timers for ever", code: "setInterval(() => {}, 1)", wants: ["timeout"] },
  { name: "a million timers", code: "for (let i = 0; i < 1e6; i++) setTimeout(() => {}, 1e6)", wants: ["failed"] },
  { name: "regex backtracking", code: "/^(a+)+$/.test('a'.repeat(40) + 'b')", wants: ["timeout"] },
  { name: "normalize", code: "for (;;) '\\u0390'.repeat(1e7).normalize('NFKD')", wants: SPENT },
  { name: "squaring a bigint", code: "let b = 2n; for (;;) b = b * b", wants: [...SPENT, "failed"] },
  { name: "a sort that never ends", code: "new Array(1e5).fill(0).map((_, i) => i).sort(() => { for (;;); })", wants: ["timeout"] },
  {
    name: "types that need exponential time",
    code: `x=${"async<a>(b=".repeat(24)}1${")".repeat(24)}`,
    wants: ["timeout"],
    given: { language: "typescript" },
  },
];

const MEMORY: Hostile[] = [
  { name: "a full array of 2**32-1", code: "new Array(2 ** 32 - 1).fill(0)", wants: SPENT },
  { name: "an array that grows", code: "const a = []; for (;;) a.push({ a })", wants: SPENT },
  { name: "a map that grows", code: "const m = new Map(); for (let i = 0; ; i++) m.set(i, i)", wants: SPENT },
  { name: "500 MB of text, flattened", code: "'x'.repeat(5e8).split('').length", wants: SPENT },
  { name: "500 MB of text as the result", code: "'x'.repeat(5e8)", wants: REFUSED },
  { name: "500 MB of text to the console", code: "console.log('x'.repeat(5e8))", wants: ["completed", ...REFUSED] },
  { name: "500 MB of text in an output", code: "outputs.a = 'x'.repeat(5e8); 0", wants: REFUSED },
  { name: "bytes", code: "const a = []; for (;;) a.push(new Uint8Array(1e7).fill(1))", wants: REFUSED },
  { name: "a result of 2**32-1 holes", code: "new Array(2 ** 32 - 1)", wants: REFUSED },
  { name: "a result nested beyond the stack", code: "let a = []; for (let i = 0; i < 1e5; i++) a = [a]; a", wants: ["failed"] },
  {
    name: "deep recursion",
    code: "(function f() { f() })()",
    wants: ["failed"],
    also: (r) => assert.match(r.error ?? "", /^RangeError: Maximum call stack/),
  },
  { name: "source nested beyond the stack", code: "[".repeat(100_000), wants: ["failed"] },
];

const RESULT: Hostile[] = [
  { name: "a getter in the result that loops", code: "({ get a() { for (;;); } })", wants: ["timeout"] },
  { name: "toJSON that loops", code: "({ toJSON() { for (;;); } })", wants: ["timeout"] },
  { name: "a proxy as the result", code: "new Proxy({}, { ownKeys() { for (;;); } })", wants: ["timeout"] },
  { name: "a thenable that never answers", code: "({ then() {} })", wants: ["failed"] },
  {
    name: "a thrown value whose text loops",
    code: "throw { get stack() { for (;;); }, toString() { for (;;); }, get a() { for (;;); } }",
    wants: ["timeout"],
  },
  {
    name: "an error whose stack is a getter",
    code: "const e = new Error('x'); Object.defineProperty(e, 'stack', { get() { throw 1 } }); throw e",
    wants: ["failed"],
  },
  {
    name: "an unhandled error whose stack loops",
    code: "const e = new Error('x'); Object.defineProperty(e, 'stack', { get() { for (;;); } }); Promise.reject(e); 1",
    wants: ["timeout", "failed"],
  },
  { name: "a console argument that loops", code: "console.log({ get a() { for (;;); } })", wants: ["timeout"] },
  {
    name: "built-ins replaced before the result is made",
    code: `JSON.stringify = () => "forged"; Object.keys = () => ["forged"]; Reflect.apply = () => "forged";
      const value = { a: [1, { b: "c" }], m: new Map([["k", 1n]]) };
      Function.prototype.call = Function.prototype.apply = () => "forged"; String.prototype.slice = () => "forged";
      Array.prototype[Symbol.iterator] = function* () { yield "forged" }; Object.prototype.get = () => "forged";
      Object.defineProperty(Array.prototype, "0", { set() { throw "forged" } }); Promise.prototype.then = () => "forged";
      Map.prototype.forEach = () => "forged"; globalThis.String = () => "forged";
      value`,
    wants: ["completed"],
    also: resultIs({ a: [1, { b: "c" }], m: { k: "1" } }),
  },
  {
    name: "Object.prototype.toJSON changes only the guest's own value",
    code: "Object.prototype.toJSON = () => 'own'; outputs.a = 'text'; ({ a: 1 })",
    wants: ["completed"],
    also: (r) => assert.deepEqual([r.result, r.files], ["own", { a: "text" }]),
  },
];

/** Every way that a first program would take to the host: none of these names may lead anywhere. */
const PROBES = [
  "this.constructor.constructor('return process')()",
  "Function('return process')()",
  "console.log.constructor('return process')()",
  "setTimeout.constructor('return require(\"child_process\")')()",
  "require.constructor('return process.env')()",
  "(async () => {}).constructor('return process')()",
  "[].constructor.constructor('return globalThis.process.mainModule')()",
  "Error.prepareStackTrace = (e, frames) => frames.map(f => f.getThis?.() ?? f.getFunction?.() ?? null); new Error().stack.filter(x => x !== null && x !== globalThis && typeof x !== 'undefined').map(x => x.process ?? x.constructor('return process')())",
  "(function f() { return f.caller })().constructor('return process')()",
  "(function f() { return f.caller.caller.caller })()",
  "import.meta",
  "new Worker('x')",
  "$0('x')",
  "ivm.Isolate",
  "globalThis[Symbol.for('nodejs.util.inspect.custom')].constructor",
  "Deno.env",
];
const WALK = `const found = [];
for (const probe of ${JSON.stringify(PROBES)}) {
  try {
    const value = await (0, eval)(probe);
    found.push(probe + " -> " + typeof value + " " + JSON.stringify(value));
  } catch {}
}
found`;

const frame = (kind: number) => [0, 0, 0, 19, kind, ...Array(16).fill(0), 0x7b, 0x7d];
const ESCAPE: Hostile[] = [
  {
    name: "constructor walks to the process",
    code: WALK,
    wants: ["completed"],
    also: (r) =>
      assert.deepEqual(
        (r.result as string[]).filter((line) => !/-> (undefined|object \[\]$|object null$)/.test(line)),
        [],
      ),
  },
  {
    name: "no name of the realm is the host's",
    code: "Object.getOwnPropertyNames(globalThis).filter(n => /process|ivm|isolate|reference|buffer$|global$|worker|native|internal|deno|bun/i.test(n) && n !== 'ArrayBuffer' && n !== 'ReferenceError')",
    wants: ["completed"],
    also: resultIs([]),
  },
  {
    name: "frames forged on the console",
    code: `const bytes = ${JSON.stringify([FRAME.result, FRAME.done, FRAME.ready].flatMap(frame))};
      console.log(String.fromCharCode(...bytes)); console.error('{"status":"completed","result":"forged"}'); "real"`,
    wants: ["completed"],
    also: (r) => assert.deepEqual([r.result, r.error, r.files], ["real", null, {}]),
  },
  {
    name: "a report forged as the result",
    code: `({ status: "crashed", reason: "killed", result: "forged", files: { a: "b" } })`,
    wants: ["completed"],
    also: (r) => assert.deepEqual(r.files, {}),
  },
  { name: "text that closes the wrapper", code: "}); globalThis.escaped = 1; (async function () {", wants: ["failed"] },
  { name: "a flood of the log", code: "for (;;) console.log('x'.repeat(100))", wants: ["output_exceeded"] },
  {
    name: "a flood that catches what stops it",
    code: "for (;;) { try { console.log('x'.repeat(1000)) } catch {} }",
    wants: ["output_exceeded"],
  },
  { name: "a flood of empty lines", code: "for (;;) console.error()", wants: ["output_exceeded"] },
  {
    name: "a flood of refused imports",
    code: "for (let i = 0; i < 1e4; i++) try { require('x'.repeat(1000) + i) } catch {}",
    wants: ["completed"],
    also: (r) => assert.ok(r.observedEffects.length <= 50 && r.observedEffects.every((e) => e.target.length <= 200)),
  },
];

const SUITES = { time: TIME, memory: MEMORY, result: RESULT, escape: ESCAPE };

function assertNoCanary(result: RunResult): void {
  assert.ok(!JSON.stringify(result).includes(CANARY), "the parent's environment was seen");
}

async function attack(sandbox: Sandbox, { code, wants, also, given }: Hostile): Promise<void> {
  const result = await sandbox.run(request(code, { ...limited({ timeoutMs: 1_000, memoryMb: 64, outputBytes: 20_000 }), ...given }));
  assert.ok(wants.includes(result.status), `${result.status} (${result.reason}, ${result.error}) instead of ${wants.join(" or ")}`);
  assert.ok(result.stdout.length + result.stderr.length <= 20_000);
  if (result.status !== "completed") assert.notEqual(result.error, null);
  also?.(result);
  assertNoCanary(result);
  const next = await sandbox.run(request("[1 + 1, typeof globalThis.escaped]"));
  assert.deepEqual([next.status, next.result, next.stdout], ["completed", [2, "undefined"], ""], next.error ?? "");
}

function environments(pids: readonly number[]): string {
  return pids
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, "latin1");
      } catch {
        return "";
      }
    })
    .join("\n");
}

for (const bubblewrap of ["auto", "off"] as const) {
  test(`hostile programs, bubblewrap ${bubblewrap}`, async (t) => {
    const sandbox = await startSandbox({ bubblewrap });
    t.after(() => sandbox.close());
    for (const [suite, cases] of Object.entries(SUITES)) {
      await t.test(suite, { concurrency: 2 }, async (s) => {
        await Promise.all(cases.map((item) => s.test(item.name, () => attack(sandbox, item))));
      });
    }
    const pids = descendants();
    assert.ok(pids.length >= 3, "a supervisor and its workers are expected");
    assert.ok(!environments(pids).includes(CANARY), "a process below holds the parent's environment");
    await sandbox.close();
    assert.deepEqual(await survivors(pids, 1_000), [], "processes outlive the sandbox");
  });
}

describe("the isolation that is named", () => {
  test("is never more than there is", async () => {
    const sandbox = await startSandbox({ bubblewrap: "off" });
    try {
      const { isolation } = await sandbox.run(request("1"));
      assert.deepEqual(
        [isolation, sandbox.status().isolation],
        [
          ["isolate", "process"],
          ["isolate", "process"],
        ],
      );
    } finally {
      await sandbox.close();
    }
  });
});
