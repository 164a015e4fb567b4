// One file on purpose: the corpus of hostile programs is read, and grows, as one list.
/** Hostile JavaScript and TypeScript with the status that each must end in. `hostile.test.ts` runs them. */
import assert from "node:assert/strict";
import { FRAME } from "../../sandbox/frames.ts";
import type { RunResult, RunStatus } from "../../sandbox/sandbox.ts";
import type { Attack } from "./containment.ts";

/** JavaScript unless it says otherwise. */
type Hostile = Omit<Attack, "language"> & { readonly language?: Attack["language"] };

const SPENT: readonly RunStatus[] = ["timeout", "memory_exceeded"];
const REFUSED: readonly RunStatus[] = ["failed", "timeout", "memory_exceeded", "output_exceeded"];
const resultIs = (wanted: unknown) => (result: RunResult) => assert.deepEqual(result.result, wanted);

const TIME: Hostile[] = [
  { name: "a loop", code: "for (;;);", wants: ["timeout"] },
  { name: "a loop of microtasks", code: "(function f() { Promise.resolve().then(f) })()", wants: ["timeout"] },
  { name: "a loop of awaits", code: "for (;;) await null", wants: ["timeout"] },
  { name: "timers for ever", code: "setInterval(() => {}, 1)", wants: ["timeout"] },
  { name: "a million timers", code: "for (let i = 0; i < 1e6; i++) setTimeout(() => {}, 1e6)", wants: ["failed", "timeout"] },
  { name: "regex backtracking", code: "/^(a+)+$/.test('a'.repeat(40) + 'b')", wants: ["timeout"] },
  { name: "normalize", code: "for (;;) '\\u0390'.repeat(1e7).normalize('NFKD')", wants: SPENT },
  { name: "squaring a bigint", code: "let b = 2n; for (;;) b = b * b", wants: [...SPENT, "failed"] },
  { name: "a sort that never ends", code: "new Array(1e5).fill(0).map((_, i) => i).sort(() => { for (;;); })", wants: ["timeout"] },
  {
    name: "types that need exponential time",
    code: `x=${"async<a>(b=".repeat(24)}1${")".repeat(24)}`,
    wants: ["timeout"],
    language: "typescript",
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

/** What stays behind in a worker would be seen by the next program: each of these must find nothing of the one before. */
const LEAK: Hostile[] = [
  {
    name: "globals and prototypes left for the next run",
    code: `globalThis.escaped = "other"; Object.prototype.escaped = "other"; Array.prototype.map = () => "other";
      Function.prototype.escaped = "other"; console.escaped = "other"; 1`,
    wants: ["completed"],
  },
  {
    name: "frozen built-ins left for the next run",
    code: "Object.freeze(Object.prototype); Object.freeze(globalThis); 1",
    wants: ["completed"],
  },
  {
    name: "files of another run",
    code: "[Object.keys(files), typeof readFile, (() => { try { return readFile('given.txt') } catch (e) { return e.message } })()]",
    wants: ["completed"],
    also: resultIs([[], "function", "no file `given.txt`"]),
  },
  {
    name: "files with the names of built-ins",
    code: "[files.__proto__ ?? 'none', files.constructor, Object.getPrototypeOf(files)]",
    wants: ["completed"],
    files: { constructor: "text" },
    also: resultIs(["none", "text", null]),
  },
  { name: "a given file changed", code: '"use strict"; files["a"] = "b"', wants: ["failed"], files: { a: "a" } },
  { name: "inputs changed", code: '"use strict"; inputs.deep.a = 2', wants: ["failed"], inputs: { deep: { a: 1 } } },
  {
    name: "an output named like a prototype",
    code: 'Object.defineProperty(outputs, "__proto__", { value: "text", enumerable: true }); 1',
    wants: ["completed"],
    also: (r) => assert.ok(Object.keys(r.files).every((name) => name === "__proto__")),
  },
  {
    name: "more outputs than there may be",
    code: "for (let i = 0; i < 1e4; i++) outputs['f' + i] = 'x'; 1",
    wants: ["completed", "failed"],
    also: (r) => assert.ok(Object.keys(r.files).length <= 64),
  },
  { name: "one large output", code: "outputs.a = 'x'.repeat(1e6); 1", wants: ["failed"] },
];

/** Ways to code, memory that is shared, and the world outside. */
const REACH: Hostile[] = [
  ...["fs", "node:fs", "child_process", "net", "worker_threads", "vm", "process", "module", "inspector", "isolated-vm"].map(
    (name): Hostile => ({
      name: `require of ${name}`,
      code: `require(${JSON.stringify(name)})`,
      wants: ["failed"],
      also: (r) => assert.deepEqual(r.observedEffects, [{ kind: "import", target: name, allowed: false }]),
    }),
  ),
  { name: "a static import", code: 'import { readFileSync } from "node:fs"; readFileSync("/etc/passwd")', wants: ["failed"] },
  { name: "an import that is computed", code: 'await import(["node", "fs"].join(":"))', wants: ["failed"] },
  { name: "an import of text", code: 'await import("data:text/javascript,export default 1")', wants: ["failed"] },
  {
    name: "an import inside of eval",
    code: "await eval('import(\"node:fs\")')",
    wants: ["failed"],
  },
  {
    name: "shared memory and WebAssembly",
    code: "[typeof SharedArrayBuffer, typeof Atomics, typeof WebAssembly, typeof new Function('return this')().WebAssembly]",
    wants: ["completed"],
    also: resultIs(["undefined", "undefined", "undefined", "undefined"]),
  },
  {
    name: "the environment and the process",
    code: "[typeof process, typeof global, typeof Buffer, typeof __dirname, typeof require.cache, typeof module.children]",
    wants: ["completed"],
    also: resultIs(Array(6).fill("undefined")),
  },
  { name: "the metadata service", code: 'await fetch("http://169.254.169.254/latest/meta-data/")', wants: ["failed"] },
  { name: "this machine's server", code: 'await fetch("http://127.0.0.1:5000/health")', wants: ["failed"] },
  { name: "a file by fetch", code: 'await fetch("file:///etc/passwd")', wants: ["failed"] },
  { name: "an end of the process", code: "process.exit(0)", wants: ["failed"] },
  { name: "a debugger", code: "debugger; 1", wants: ["completed"] },
];

/** Spending time and memory in ways that are no loop. */
const SPEND: Hostile[] = [
  { name: "a set that grows", code: "const s = new Set(); for (let i = 0; ; i++) s.add(i)", wants: SPENT },
  { name: "promises that grow", code: "const a = []; for (;;) a.push(new Promise(() => {}))", wants: SPENT },
  { name: "closures that grow", code: "let f = () => 1; for (;;) { const g = f; f = () => g }", wants: SPENT },
  { name: "a generator without end, spread", code: "[...(function* () { for (;;) yield 1 })()]", wants: REFUSED },
  { name: "a buffer of 8 GB", code: "new ArrayBuffer(2 ** 33).byteLength", wants: REFUSED },
  { name: "a resizable buffer of 8 GB", code: "new ArrayBuffer(1, { maxByteLength: 2 ** 33 }).resize(2 ** 33); 1", wants: REFUSED },
  { name: "padding", code: "'x'.padEnd(2 ** 29, 'y').split('').length", wants: REFUSED },
  { name: "a join of holes", code: "new Array(1e9).join('xxxxxxxxxx').length", wants: REFUSED },
  { name: "a huge power", code: "(2n ** (2n ** 40n)).toString().length", wants: REFUSED },
  { name: "JSON nested beyond the stack", code: "JSON.parse('['.repeat(1e6))", wants: REFUSED },
  {
    name: "a regex with many groups",
    code: "new RegExp('(a?)'.repeat(25) + 'a'.repeat(25)).test('a'.repeat(24) + 'b') || /(x+x+)+y/.test('x'.repeat(40))",
    wants: ["timeout"],
  },
  { name: "a replacement that doubles", code: "let s = 'ab'; for (;;) s = s.replaceAll('a', 'aa')", wants: REFUSED },
  { name: "a proxy chain", code: "let p = {}; for (let i = 0; i < 1e6; i++) p = new Proxy(p, {}); p.x", wants: [...REFUSED, "crashed"] },
  { name: "a clone of a deep value", code: "let a = []; for (let i = 0; i < 1e5; i++) a = [a]; structuredClone(a)", wants: ["failed"] },
  { name: "weak references that grow", code: "const a = []; for (;;) a.push(new WeakRef({ a: new Array(1000) }))", wants: SPENT },
  { name: "a timer that makes timers", code: "(function f() { setTimeout(f, 0); setTimeout(f, 0) })()", wants: ["timeout", "failed"] },
  {
    name: "a rejection flood",
    code: "for (let i = 0; i < 1e6; i++) Promise.reject(new Error('x')); for (;;) await null",
    wants: SPENT,
  },
  {
    name: "one rejection, and a loop",
    code: "Promise.reject(new Error('x')); for (;;) await null",
    wants: ["timeout"],
    also: (r) => assert.match(r.error ?? "", /ran longer than/),
  },
  { name: "source of a million statements", code: "1;".repeat(300_000), wants: ["completed", ...REFUSED] },
  {
    name: "a switch to TypeScript that is none",
    code: "enum A { B = (() => { for (;;); })() }",
    wants: ["timeout"],
    language: "typescript",
  },
  {
    name: "types nested beyond the stack",
    code: `type A = ${"Array<".repeat(20_000)}1${">".repeat(20_000)};`,
    wants: [...REFUSED, "crashed"],
    language: "typescript",
  },
];

const SUITES = { time: TIME, memory: MEMORY, result: RESULT, escape: ESCAPE, leak: LEAK, reach: REACH, spend: SPEND };
const asAttack = (hostile: Hostile): Attack => ({ language: "javascript", ...hostile });
export const HOSTILE_SUITES: Readonly<Record<string, readonly Attack[]>> = Object.fromEntries(
  Object.entries(SUITES).map(([suite, programs]) => [suite, programs.map(asAttack)]),
);
