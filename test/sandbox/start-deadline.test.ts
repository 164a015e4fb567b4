/** A process that starts slowly because the machine is busy is waited for; one that never will is not. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type StartLimits, watchStart } from "../../sandbox/start-deadline.ts";

const GENEROUS: StartLimits = { cpuSeconds: 30, stillMs: 30_000, longestMs: 300_000 };
const SLOW = "setInterval(() => { for (const until = performance.now() + 30; performance.now() < until; ); }, 50)";

type Case = { readonly name: string; readonly code: string; readonly limits: Partial<StartLimits>; readonly ends: boolean };
const CASES: readonly Case[] = [
  { name: "uses its CPU time up", code: "for (;;);", limits: { cpuSeconds: 0.5 }, ends: true },
  { name: "stands still", code: "setInterval(() => {}, 1e6)", limits: { stillMs: 1_000 }, ends: true },
  { name: "takes too long, however little it uses", code: SLOW, limits: { longestMs: 1_000 }, ends: true },
  { name: "goes on slowly, longer than it may stand still", code: SLOW, limits: { stillMs: 2_000 }, ends: false },
];

for (const { name, code, limits, ends } of CASES) {
  test(`a process that ${name} ${ends ? "is ended" : "is waited for"}`, { skip: process.platform !== "linux" }, async () => {
    const child = spawn(process.execPath, ["-e", code], { stdio: "ignore" });
    let ended = false;
    const stop = watchStart(
      () => child.pid ?? null,
      { ...GENEROUS, ...limits },
      () => {
        ended = true;
      },
    );
    const until = performance.now() + (ends ? 60_000 : 4_000);
    while (!ended && performance.now() < until) await sleep(50);
    stop();
    child.kill("SIGKILL");
    assert.equal(ended, ends);
  });
}
