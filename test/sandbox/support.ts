/** What the sandbox suites share: a started sandbox, a request with sensible limits, and a look at the processes below. */
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { processTree } from "../../sandbox/resource-watch.ts";
import { createSandbox, type RunRequest, type RunResult, type Sandbox, type SandboxOptions } from "../../sandbox/sandbox.ts";

export const CANARY = "canary-7f3a9c1e5b";
Object.assign(process.env, { AGENTGUARD_SANDBOX_CANARY: CANARY });

export function startSandbox(options: Partial<SandboxOptions> = {}): Promise<Sandbox> {
  return createSandbox({ workers: 2, queueLimit: 50, queueDeadlineMs: 60_000, require: "none", ...options });
}

const LIMITS = { timeoutMs: 20_000, memoryMb: 128, outputBytes: 65_536, cpuSeconds: 10 };
const PROFILE = { filesystem: "none", declaredFiles: true, network: "none", hosts: [] } as const;
let lastId = 0;

export function request(code: string, change: Partial<RunRequest> = {}): RunRequest {
  lastId++;
  return { id: `run-${lastId}`, language: "javascript", code, inputs: null, files: {}, limits: LIMITS, profile: PROFILE, ...change };
}

export function limited(change: Partial<RunRequest["limits"]>): { limits: RunRequest["limits"] } {
  return { limits: { ...LIMITS, ...change } };
}

/** Every process below this one, the supervisor first among them. */
export function descendants(): number[] {
  return processTree(process.pid).slice(1);
}

/** A zombie is gone: it runs nothing, and waits only to be collected by its parent. */
export function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return stat[stat.lastIndexOf(")") + 2] !== "Z";
  } catch {
    return false;
  }
}

/** Those of `pids` that are still there after `ms`. */
export async function survivors(pids: readonly number[], ms: number): Promise<number[]> {
  const deadline = Date.now() + ms;
  while (Date.now() < deadline && pids.some(isAlive)) await sleep(20);
  return pids.filter(isAlive);
}

/** Waits for something that another process brings about; the suite's own timeout ends a wait in vain. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(10);
}

/** A run together with the moment at which its first output arrives: then it is known to be running. */
export function started(sandbox: Sandbox, given: RunRequest): { running: Promise<void>; result: Promise<RunResult> } {
  let running: () => void = () => {};
  const promise = new Promise<void>((resolve) => {
    running = resolve;
  });
  return { running: promise, result: sandbox.run(given, () => running()) };
}
