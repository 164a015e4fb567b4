/** What a program gets and gives: values, output, errors at the guest's own lines, inputs, files, timers. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { RunRequest, RunResult, Sandbox } from "../../sandbox/sandbox.ts";
import { request, startSandbox } from "./support.ts";

let sandbox: Sandbox;
before(async () => {
  sandbox = await startSandbox();
});
after(() => sandbox.close());

type Case = { name: string; code: string; wants: Partial<RunResult>; given?: Partial<RunRequest> };
const ts = { language: "typescript" } as const;
const ok = (result: unknown): Partial<RunResult> => ({ status: "completed", result, error: null });
const failed = (error: string): Partial<RunResult> => ({ status: "failed", result: null, error });

const VALUES: Case[] = [
  { name: "the last expression", code: "const a = 1;\na + 1", wants: ok(2) },
  { name: "with its semicolon and a comment", code: "1 + 1 // two\n ;", wants: ok(2) },
  { name: "an object literal in parentheses", code: "({ a: 1 })", wants: ok({ a: 1 }) },
  { name: "a lone string", code: '"hello"', wants: ok("hello") },
  { name: "a top-level return", code: "if (true) return 3;\n4", wants: ok(3) },
  { name: "a top-level await", code: "const x = await Promise.resolve(4);\nx", wants: ok(4) },
  { name: "a promise is awaited", code: "(async () => 5)()", wants: ok(5) },
  { name: "no last expression", code: "const a = 1", wants: ok(null) },
  { name: "nothing at all", code: "", wants: ok(null) },
  { name: "export default", code: "export const b = 1;\nexport default { b }", wants: ok({ b: 1 }) },
  { name: "export default of a function without a name", code: "export default function () {}\n7", wants: ok(7) },
  { name: "an interpreter line", code: "#!/usr/bin/env node\n1", wants: ok(1) },
  { name: "sloppy code stays sloppy", code: "with ({ q: 8 }) { var r = q }\nr", wants: ok(8) },
  { name: "strict code stays strict", code: '"use strict";\n(function () { return this === undefined })()', wants: ok(true) },
  { name: "module.exports does no harm", code: "module.exports = { a: 1 }", wants: ok({ a: 1 }) },
  { name: "bigint as decimal text", code: "({ n: 2n ** 70n })", wants: ok({ n: "1180591620717411303424" }) },
  {
    name: "map, set and bytes",
    code: "[new Map([['a', 1]]), new Map([[1, 2]]), new Set([1]), new Uint8Array([1, 2])]",
    wants: ok([{ a: 1 }, [[1, 2]], [1], [1, 2]]),
  },
  { name: "a cycle", code: "const a = { b: [] }; a.b.push(a); a", wants: ok({ b: ["[Circular]"] }) },
  { name: "the same object twice is no cycle", code: "const a = { x: 1 }; [a, a]", wants: ok([{ x: 1 }, { x: 1 }]) },
  { name: "a function", code: "() => 1", wants: ok("[function]") },
  { name: "an error as a value", code: "new RangeError('r')", wants: ok({ name: "RangeError", message: "r" }) },
  { name: "toJSON", code: "new Date(0)", wants: ok("1970-01-01T00:00:00.000Z") },
  { name: "types are stripped", code: "interface A { n: number }\nconst a: A = { n: 1 };\n(a as A).n", wants: ok(1), given: ts },
  { name: "TypeScript that returns", code: "const a: number = 1; return a", wants: ok(1), given: ts },
  { name: "an enum", code: "enum Colour { Red, Blue }\nColour.Blue", wants: ok(1), given: ts },
  {
    name: "a parameter property, returned",
    code: "class P { constructor(readonly x: number) {} }\nreturn new P(3).x",
    wants: ok(3),
    given: ts,
  },
];

const REALM: Case[] = [
  { name: "inputs", code: "inputs.a[0]", wants: ok(1), given: { inputs: { a: [1] } } },
  { name: "inputs are frozen to the bottom", code: "inputs.a.push(2)", wants: { status: "failed" }, given: { inputs: { a: [1] } } },
  {
    name: "inputs named __proto__",
    code: "Object.keys(inputs)",
    wants: ok(["__proto__"]),
    given: { inputs: JSON.parse('{"__proto__": {"x": 1}}') },
  },
  { name: "files", code: "[files['a.txt'], readFile('a.txt')]", wants: ok(["A", "A"]), given: { files: { "a.txt": "A" } } },
  { name: "a file that is not there", code: "readFile('b')", wants: failed("Error: no file `b`\n    at user.js:1:1") },
  { name: "outputs", code: "outputs['a.txt'] = 'A'; outputs.b = { c: 1 }; 0", wants: { ...ok(0), files: { "a.txt": "A", b: '{"c":1}' } } },
  {
    name: "timers run in order",
    code: "const s = []; setTimeout(() => s.push(2), 20); setTimeout(() => s.push(1), 5); queueMicrotask(() => s.push(0)); s",
    wants: ok([0, 1, 2]),
  },
  {
    name: "a cleared interval",
    code: "let n = 0; const t = setInterval(() => { if (++n === 3) clearInterval(t) }, 1); await new Promise(r => setTimeout(r, 60)); n",
    wants: ok(3),
  },
  { name: "base64", code: "[btoa('hé'), atob('aGk='), atob(btoa('\\xff\\x00'))]", wants: ok(["aOk=", "hi", "ÿ\0"]) },
  {
    name: "UTF-8",
    code: "[...new TextEncoder().encode('é😀\\ud800')].concat(new TextDecoder().decode(new Uint8Array([0xf0, 0x9f, 0x98, 0x80, 0xff])))",
    wants: ok([195, 169, 240, 159, 152, 128, 239, 191, 189, "😀\ufffd"]),
  },
  {
    name: "structuredClone",
    code: "const a = { d: new Date(0), m: new Map([[1, [2]]]) }; a.self = a; const b = structuredClone(a); [b.self === b, b.m.get(1)[0], b.d.getTime(), b.m !== a.m]",
    wants: ok([true, 2, 0, true]),
  },
  {
    name: "what is dangerous is not there",
    code: "[typeof WebAssembly, typeof SharedArrayBuffer, typeof Atomics, typeof process, typeof Buffer, typeof global]",
    wants: ok(Array(6).fill("undefined")),
  },
  { name: "nothing stays from another run", code: "const was = globalThis.left; globalThis.left = 1; was === undefined", wants: ok(true) },
  {
    name: "nothing stays from another run, again",
    code: "const was = globalThis.left; globalThis.left = 1; was === undefined",
    wants: ok(true),
  },
];

const OUTPUT: Case[] = [
  {
    name: "log and error",
    code: "console.log('a', 1, { b: [2] }); console.error('c'); 0",
    wants: { ...ok(0), stdout: "a 1 { b: [ 2 ] }\n", stderr: "c\n" },
  },
  { name: "templates", code: "console.log('%s is %d%% %j', 'x', 5, { a: 1 }, 'rest')", wants: { stdout: 'x is 5% {"a":1} rest\n' } },
  {
    name: "errors with their stack",
    code: "console.warn(new TypeError('t'));\nlet last",
    wants: { stderr: "TypeError: t\n    at user.js:1:14\n" },
  },
  { name: "getters that throw", code: "console.log({ get a() { throw new Error('no') } }); 1", wants: { ...ok(1) } },
  { name: "a polluted console", code: "console.log = null; console.info('still')", wants: { stdout: "still\n" } },
];

const ERRORS: Case[] = [
  {
    name: "line and column",
    code: "\nfunction f() {\n  throw new TypeError('boo')\n}\nlet z = f()",
    wants: failed("TypeError: boo\n    at f (user.js:3:9)\n    at user.js:5:9"),
  },
  {
    name: "on the returned line",
    code: "const o = null;\no.x",
    wants: failed("TypeError: Cannot read properties of null (reading 'x')\n    at user.js:2:3"),
  },
  {
    name: "in TypeScript",
    code: "type A = {\n  b: number }\nconst a: any = null;\na.b",
    wants: failed("TypeError: Cannot read properties of null (reading 'b')\n    at user.ts:4:3"),
    given: ts,
  },
  {
    name: "after an enum that was rewritten",
    code: "enum A {\n x }\n\nconst n: any = null;\nn.foo;\nreturn 1",
    wants: failed("TypeError: Cannot read properties of null (reading 'foo')\n    at user.ts:5:3"),
    given: ts,
  },
  { name: "thrown text", code: "throw 'text'", wants: failed("Uncaught text") },
  { name: "a rejected promise", code: "await Promise.reject(new Error('r'))", wants: failed("Error: r\n    at user.js:1:22") },
  { name: "a rejection that nobody handles", code: "Promise.reject(new Error('u'));\n1", wants: failed("Error: u\n    at user.js:1:16") },
  {
    name: "an error in a timer",
    code: "setTimeout(() => { throw new Error('t') }, 1);\n1",
    wants: failed("Error: t\n    at user.js:1:26"),
  },
  {
    name: "a promise that nothing settles",
    code: "await new Promise(() => {})",
    wants: failed("Error: the program waits for a promise that nothing settles"),
  },
  { name: "syntax", code: "let x = 1;\nlet y = ;", wants: failed("SyntaxError: Unexpected token\n    at user.js:2:9") },
  { name: "syntax that only V8 refuses", code: "let a = 1;\nlet a = 2", wants: { status: "failed" } },
  {
    name: "TypeScript syntax",
    code: "let ok = 1\nlet x: number = ;",
    wants: failed("SyntaxError: Expression expected\n    at user.ts:2:17"),
    given: ts,
  },
  { name: "TypeScript syntax after a return", code: "if (1) return 2\nlet x: number = ;", wants: { status: "failed" }, given: ts },
];

const refused = (kind: string, target: string) => ({ observedEffects: [{ kind, target, allowed: false }] });
const REFUSALS: Case[] = [
  {
    name: "require",
    code: "const fs = require('fs')",
    wants: { ...failed("Error: module `fs` is not available in the sandbox\n    at user.js:1:12"), ...refused("import", "fs") },
  },
  {
    name: "a static import",
    code: "1;\nimport {\n readFile as r } from 'node:fs';\nr()",
    wants: { ...failed("Error: module `node:fs` is not available in the sandbox\n    at user.js:2:1"), ...refused("import", "node:fs") },
  },
  {
    name: "a dynamic import",
    code: "const m = await import('child_process')",
    wants: {
      ...failed("Error: module `child_process` is not available in the sandbox\n    at user.js:1:17"),
      ...refused("import", "child_process"),
    },
  },
  { name: "an import inside eval", code: "await eval(\"import('fs')\")", wants: { status: "failed" } },
  {
    name: "fetch, caught",
    code: "await fetch('http://169.254.169.254/').catch(e => e.message)",
    wants: {
      ...ok("network is not available in the sandbox: `http://169.254.169.254/`"),
      ...refused("net.fetch", "http://169.254.169.254/"),
    },
  },
];

async function check({ code, wants, given }: Case): Promise<void> {
  const result = await sandbox.run(request(code, given));
  const seen = Object.fromEntries(Object.keys(wants).map((key) => [key, result[key as keyof RunResult]]));
  assert.deepEqual(seen, wants, result.error ?? "no error");
}

const SUITES = { values: VALUES, realm: REALM, output: OUTPUT, errors: ERRORS, refusals: REFUSALS };
for (const [suite, cases] of Object.entries(SUITES)) {
  describe(suite, () => {
    for (const item of cases) test(item.name, () => check(item));
  });
}

test("without declared files there are none", async () => {
  const profile = { filesystem: "none", declaredFiles: false, network: "none", hosts: [] } as const;
  const result = await sandbox.run(request("[typeof files, typeof outputs, typeof readFile]", { profile, files: { a: "secret" } }));
  assert.deepEqual(result.result, ["undefined", "undefined", "undefined"]);
});

test("output streams while the program runs", async () => {
  const seen: string[] = [];
  const code = "console.log('first'); await new Promise(r => setTimeout(r, 30)); console.error('second')";
  const result = await sandbox.run(request(code), (stream, text) => seen.push(`${stream}:${text}`));
  assert.deepEqual(seen, ["stdout:first\n", "stderr:second\n"]);
  assert.equal(result.status, "completed");
});

for (const language of ["python", "shell"] as const) {
  test(`${language} has no executor`, async () => {
    const { status, reason, result } = await sandbox.run(request("1", { language }));
    assert.deepEqual({ status, reason, result }, { status: "not_run", reason: "executor_unavailable", result: null });
  });
}

test("limits go downward only", async () => {
  const small = await startSandbox({ maximum: { timeoutMs: 300, memoryMb: 64, outputBytes: 100, cpuSeconds: 5 } });
  try {
    assert.equal((await small.run(request("for (;;);"))).status, "timeout");
    const flood = await small.run(request("console.log('x'.repeat(500))"));
    assert.equal(flood.status, "output_exceeded");
    assert.equal(flood.stdout, "x".repeat(100));
    assert.equal((await small.run(request("'x'.repeat(500)"))).reason, "result_too_large");
  } finally {
    await small.close();
  }
});
