/**
 * Hostile programs through `/execute` of a server in a process of its own. Each is contained and told by its status, `/health`
 * answers throughout, the server stays the process it was, the next ordinary program runs, and no process is left over.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { HEALTH_MS, type ServerWatch, watchServer } from "../sandbox/server-watch.ts";
import { survivors } from "../sandbox/support.ts";
import { allEntries, lookInto, type Reply, type ServerProcess, startServerProcess, temporaryDirectory } from "./server-process.ts";

const LIMITS = { timeout_ms: 1_000, memory_mb: 64, output_bytes: 20_000 };
const SPENT = ["timeout", "memory_exceeded"];
const REFUSED = [...SPENT, "failed", "output_exceeded"];

type Hostile = {
  readonly name: string;
  readonly code: string;
  readonly language?: string;
  /** More than one where the machine's speed decides which ceiling is met first. */
  readonly wants: readonly string[];
  readonly says?: RegExp;
};

/** Reaches the interpreter's own `Function` through a name that only the inputs hold, so that analysis has to ask. */
const WALK = `const reach = console.log[inputs.name];
const found = [];
for (const path of ["process", "require('child_process')", "require('node:fs')", "global.process", "globalThis.process.env", "Deno", "Bun"]) {
  try { found.push(path + ": " + typeof reach("return " + path)()); } catch {}
}
found.length === 0 ? "nothing" : found`;

const PROGRAMS: readonly Hostile[] = [
  { name: "an empty loop", code: "for (;;);", wants: ["timeout"] },
  { name: "a loop that counts", code: "let turns = 0; for (;;) turns++;", wants: ["timeout"] },
  { name: "a loop of awaits", code: "for (;;) await null;", wants: ["timeout"] },
  { name: "a loop of microtasks", code: "(function again() { Promise.resolve().then(again); })()", wants: ["timeout"] },
  { name: "a loop in TypeScript", code: "let n: number = 0; while (true as boolean) n++;", language: "typescript", wants: ["timeout"] },
  { name: "timers for ever", code: "setInterval(() => {}, 1)", wants: ["timeout"] },
  { name: "a full array of 2**32-1", code: "new Array(2 ** 32 - 1).fill(0)", wants: SPENT },
  { name: "a map that grows", code: "const all = new Map(); for (let i = 0; Date.now() > 0; i++) all.set(i, { i });", wants: SPENT },
  { name: "bytes that grow", code: "const all = []; for (;;) all.push(new Uint8Array(1e7).fill(1));", wants: REFUSED },
  { name: "a getter in the result that loops", code: "({ get a() { let n = 0; for (;;) n++; } })", wants: ["timeout"] },
  { name: "500 MB of text as the result", code: "'x'.repeat(5e8)", wants: REFUSED },
  { name: "500 MB of text in pieces", code: "'x'.repeat(5e8).split('').length", wants: SPENT },
  { name: "a flood of the log", code: "for (;;) console.log('x'.repeat(100));", wants: ["output_exceeded"] },
  {
    name: "a walk to the process",
    code: "this.constructor.constructor('return process')()",
    wants: ["failed"],
    says: /^ReferenceError: process/,
  },
  { name: "a walk to the process under a name from outside", code: WALK, wants: ["completed"] },
  { name: "deep recursion", code: "(function down() { down(); })()", wants: ["failed"], says: /^RangeError: Maximum call stack/ },
  { name: "a bigint that squares itself", code: "let b = 2n; for (;;) b = b * b;", wants: [...SPENT, "failed"] },
  { name: "a regex that backtracks", code: "/^(a+)+$/.test('a'.repeat(40) + 'b')", wants: ["timeout"] },
]; // prettier-ignore

let server: ServerProcess;
let watch: ServerWatch;
let attacks = 0;

after(() => server?.kill());
const dataDir = join(temporaryDirectory({ after }), "data");
before(async () => {
  server = await startServerProcess({ dataDir });
  watch = watchServer(server.url, server.pid);
});

for (const program of PROGRAMS) {
  test(program.name, async (t) => {
    const first = await attack(program);
    if (first <= HEALTH_MS) return;
    t.diagnostic(`/health took ${Math.round(first)} ms; once more, in case the machine was busy with something else`);
    const second = await attack(program);
    const message = `/health took ${Math.round(first)} ms, and ${Math.round(second)} ms the second time: more than ${HEALTH_MS} ms while "${program.name}" ran`;
    assert.ok(second <= HEALTH_MS, message);
  });
}

/** Runs it to its end and returns how long the slowest answer of `/health` took meanwhile, in ms. */
async function attack({ name, code, language = "javascript", wants, says }: Hostile): Promise<number> {
  const from = performance.now();
  const reply = await run(name, { language, code, inputs: { name: "constructor" }, limits: LIMITS });
  assert.equal(reply.status, 200, JSON.stringify(reply.body));
  const { decision, executed, execution, violations } = reply.body;
  assert.deepEqual([decision, executed], ["ALLOW", true], violations.join("; "));
  assert.ok(wants.includes(execution.status), `${execution.status} (${execution.error}) instead of ${wants.join(" or ")}`);
  if (execution.status === "completed") assert.equal(execution.result, "nothing");
  if (says !== undefined) assert.match(reply.body.error, says);
  assert.ok(execution.stdout.length + execution.stderr.length <= LIMITS.output_bytes);
  await assertUnharmed();
  return watch.slowest(from);
}

/** What analysis asks about is approved by the only operator there is, as the published one-key flow does, and then run. */
async function run(name: string, body: object): Promise<Reply> {
  const submission = { agent_id: "hostile", session_id: `${name} ${++attacks}`, ...body };
  const asked = await server.execute(submission);
  if (asked.body.decision !== "REQUIRES_APPROVAL") return asked;
  const { approval_id } = asked.body;
  const approved = await server.call(`/api/v1/approval/${approval_id}/approve`, { approver: "the operator" });
  assert.deepEqual([approved.status, approved.body.status], [200, "approved"], JSON.stringify(approved.body));
  return server.execute({ ...submission, approval_id });
}

async function assertUnharmed(): Promise<void> {
  assert.ok(server.running(), "the server process is the one that was started");
  const next = await server.execute({ language: "javascript", code: "[1 + 1, typeof globalThis.turns]" });
  assert.deepEqual([next.body.execution?.status, next.body.execution?.result], ["completed", [2, "undefined"]], JSON.stringify(next.body));
  assert.deepEqual(await watch.orphans(), [], "processes that left the server's tree and still run");
}

test("every run has its attempt and its outcome, and no process outlives the server", async () => {
  const pids = watch.seen();
  await watch.stop();
  assert.ok(pids.length >= 2, "a supervisor and its workers are expected");
  assert.equal(await server.stop(), 0);
  assert.deepEqual(await survivors(pids, 3_000), []);
  const types = await lookInto(server, (store) => allEntries(store).map(({ type }) => type));
  const count = (wanted: string): number => types.filter((type) => type === wanted).length;
  assert.ok(count("attempt") >= PROGRAMS.length);
  assert.equal(count("outcome"), count("attempt"));
});
