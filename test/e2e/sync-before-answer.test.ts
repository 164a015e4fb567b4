/**
 * INVARIANT 2 of the whole server, seen from the operating system: between the arrival of a request and the first byte of its
 * answer, and before anything is handed to the sandbox, the record is written to the write-ahead log and synced to disk.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { lookInto, type Reply, type ServerProcess, startServerProcess, temporaryDirectory } from "./server-process.ts";

const missing = spawnSync("strace", ["-f", "-o", "/dev/null", "true"]).status !== 0;
const skip = missing && process.env.CI !== "true" && "NOT CHECKED: strace is missing or may not trace here; CI=true requires it";
const ROUNDS = 3;
const CALLS = "trace=read,recvfrom,recvmsg,write,writev,sendto,sendmsg,pwrite64,fsync,fdatasync";

type Event = "request" | "wal write" | "wal sync" | "to the sandbox" | "answer";

test("no decision is answered and nothing is run before its record is synced", { skip }, async (t) => {
  assert.equal(missing, false, "CI=true requires a strace that may trace");
  const directory = temporaryDirectory(t);
  const trace = join(directory, "trace");
  const wrapper = ["strace", "-f", "-y", "-s", "400", "-e", CALLS, "-o", trace];
  // Layers are asked at the tracer's pace here.
  const env = { AGENTGUARD_LIMITS_ANALYSIS_MS: "20000" };
  await using server = await startServerProcess({ dataDir: join(directory, "data"), wrapper, env });
  const decided: Reply[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    decided.push(await submit(server, `decided${round}`, false));
    decided.push(await submit(server, `executed${round}`, true));
  }
  await server.stop();
  const lines = readFileSync(trace, "utf8").split("\n");
  for (let round = 0; round < ROUNDS; round++) {
    assertSynced(eventsOf(lines, `decided${round}`), "answer");
    const run = eventsOf(lines, `executed${round}`);
    assertSynced(run, "to the sandbox");
    assertSynced(run.slice(run.indexOf("to the sandbox")), "answer");
  }
  const recorded = await lookInto(server, (store) => decided.filter(({ body }) => store.entry(body.audit_id) !== null));
  assert.equal(recorded.length, decided.length);
});

/** The marker travels in the agent's id and in the code, by which the request and the run are found in the trace. */
async function submit(server: ServerProcess, marker: string, execute: boolean): Promise<Reply> {
  const body = { code: `"${marker}"`, language: "javascript", agent_id: marker };
  const reply = execute ? await server.execute(body) : await server.enforce(body);
  assert.equal(reply.body.decision, "ALLOW", JSON.stringify(reply.body));
  if (execute) assert.equal(reply.body.execution.result, marker, JSON.stringify(reply.body.execution));
  return reply;
}

/** What happened from the arrival of the request with this marker to the first byte of its answer, in order. */
function eventsOf(lines: readonly string[], marker: string): Event[] {
  const from = lines.findIndex(
    (line) => /\b(read|recv\w+)\(|resumed>/.test(line) && line.includes("POST /api/v1/") && line.includes(marker),
  );
  assert.ok(from >= 0, `the request \`${marker}\` is in the trace`);
  const events: Event[] = ["request"];
  const syncing = new Set<string>();
  for (const line of lines.slice(from + 1)) {
    const event = eventOf(line, marker, syncing);
    if (event !== null) events.push(event);
    if (event === "answer") return events;
  }
  throw new Error(`the answer to \`${marker}\` is not in the trace; seen: ${events.join(", ")}`);
}

/** `syncing` holds the threads whose sync was interrupted by another thread's line: it counts when it returns. */
function eventOf(line: string, marker: string, syncing: Set<string>): Event | null {
  const thread = line.split(/\s/, 1)[0]!;
  const onLog = line.includes("agentguard.db-wal>");
  if (onLog && line.includes("pwrite64(")) return "wal write";
  if (onLog && /\bf(data)?sync\(/.test(line)) {
    if (/\)\s+= 0$/.test(line)) return "wal sync";
    syncing.add(thread);
    return null;
  }
  if (/<\.\.\. f(data)?sync resumed>.*= 0$/.test(line) && syncing.delete(thread)) return "wal sync";
  if (!/\b(write|writev|sendto|sendmsg)\(\d+<(socket|TCP|UNIX)/.test(line)) return null;
  if (line.includes("HTTP/1.1 200")) return "answer";
  return line.includes(marker) ? "to the sandbox" : null;
}

/** Something was written to the log, the last write was followed by a sync, and only then came `last`. */
function assertSynced(events: readonly Event[], last: Event): void {
  const end = events.indexOf(last);
  const before = events.slice(0, end);
  const story = events.join(", ");
  assert.ok(end > 0, `no "${last}": ${story}`);
  assert.ok(before.includes("wal write"), `nothing was recorded before "${last}": ${story}`);
  assert.ok(before.lastIndexOf("wal sync") > before.lastIndexOf("wal write"), `not synced before "${last}": ${story}`);
}
