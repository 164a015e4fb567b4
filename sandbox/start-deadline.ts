/**
 * How long a process of ours may take to start. A busy machine gives it little of its processors, so what counts is the time
 * that it has used of them; one that uses none stands still.
 */
import { cpuSeconds, processTree } from "./resource-watch.ts";

export type StartLimits = {
  /** Of its own and of what it started. */
  readonly cpuSeconds: number;
  /** Without using any. */
  readonly stillMs: number;
  /** However slow the machine is. */
  readonly longestMs: number;
};

const LOOK_MS = 500;

/** Calls `end` once a limit is reached, unless what it returns was called before. Where CPU time is unknown, all of it is still. */
export function watchStart(pid: () => number | null, limits: StartLimits, end: () => void): () => void {
  const started = performance.now();
  let used = 0;
  let moved = started;
  const look = () => {
    const now = performance.now();
    const root = pid();
    const seconds = root === null ? 0 : processTree(root).reduce((sum, each) => sum + (cpuSeconds(each) ?? 0), 0);
    if (seconds > used) moved = now;
    used = Math.max(used, seconds);
    if (used <= limits.cpuSeconds && now - moved <= limits.stillMs && now - started <= limits.longestMs) return;
    clearInterval(timer);
    end();
  };
  const timer = setInterval(look, Math.min(LOOK_MS, limits.stillMs));
  return () => clearInterval(timer);
}
