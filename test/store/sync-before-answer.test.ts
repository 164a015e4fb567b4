/** INVARIANT 2, seen from the operating system: the write-ahead log is synced after its last write and before the answer. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { it } from "node:test";
import { startChild } from "./child-process.ts";
import { temporaryDirectory } from "./samples.ts";

const tracer = spawnSync("strace", ["-f", "-o", "/dev/null", "true"]);
const skip = tracer.status !== 0 && "NOT CHECKED: strace is missing or may not trace here";

type Call = "write" | "sync";

/** What happened to the write-ahead log between two lines of the child's output, in order. */
function callsBetween(trace: readonly string[], first: string, last: string): readonly Call[] {
  const from = trace.findIndex((line) => line.includes(`"${first}\\n"`));
  const to = trace.findIndex((line) => line.includes(`"${last}\\n"`));
  assert.ok(from >= 0 && to > from, `${first} and ${last} are in the trace`);
  const syncing = new Set<string>();
  const calls: Call[] = [];
  for (const line of trace.slice(from, to)) {
    const thread = line.split(/\s/, 1)[0]!;
    const onLog = line.includes("agentguard.db-wal>");
    if (onLog && line.includes("pwrite64(")) calls.push("write");
    if (onLog && /\bf(data)?sync\(/.test(line)) {
      if (line.includes("= 0")) calls.push("sync");
      else syncing.add(thread);
    }
    // A call that another thread's line interrupted counts when it returns.
    if (/<\.\.\. f(data)?sync resumed>.*= 0/.test(line) && syncing.delete(thread)) calls.push("sync");
  }
  return calls;
}

it("no commit is answered before its sync, and a crowd shares few", { skip }, async (test) => {
  const directory = temporaryDirectory(test);
  const traceFile = join(directory, "trace");
  const calls = "trace=fsync,fdatasync,pwrite64,write";
  const child = startChild(
    test,
    "sync-child.ts",
    [join(directory, "data")],
    ["strace", "-f", "-y", "-s", "40", "-e", calls, "-o", traceFile],
  );
  assert.equal(await child.ended, 0);
  const trace = readFileSync(traceFile, "utf8").split("\n");
  for (let round = 0; round < 5; round++) {
    const seen = callsBetween(trace, `begin ${round}`, `stored ${round}`);
    assert.ok(seen.includes("write"), `round ${round} writes`);
    assert.equal(seen.at(-1), "sync", `round ${round} ends with a sync, not with a write: ${seen.join(" ")}`);
  }
  const crowd = callsBetween(trace, "begin crowd", "stored crowd");
  const syncs = crowd.filter((call) => call === "sync").length;
  assert.equal(crowd.at(-1), "sync");
  assert.ok(syncs >= 1 && syncs <= 50, `200 units at once took ${syncs} syncs`);
});
