/**
 * One program in a process of its own as the supervisor sees it: started, its rings looked at, given its text, watched,
 * and ended with everything it started. What it writes passes unread but for the first word of its report.
 */
import { type ChildProcess, spawn } from "node:child_process";
import type { Socket } from "node:net";
import { constants } from "node:os";
import { FRAME } from "./frames.ts";
import { CHANNEL_FD, PROGRAM_FILTER_FD, type ProgramLaunch } from "./program-launch.ts";
import { READY, splitReport } from "./program-report.ts";
import {
  allocatedTogether,
  cpuTogether,
  endGroup,
  findGroup,
  heldBelow,
  kernelMemoryFiles,
  members,
  type ProcessGroup,
  proportionalTogether,
  residentTogether,
} from "./program-watch.ts";
import { type ProcessName, preferForOutOfMemory } from "./resource-watch.ts";
import type { RunCeilings, RunMeta, RunReason, RunStatus, WorkerReport } from "./types.ts";
import { missingKernel, missingRing } from "./verify-rings.ts";

/** Until a runner says that it waits; gVisor on a busy machine takes a second. */
const START_TIMEOUT_MS = 20_000;
/** How long a launcher may take to end once the program has. */
const LAST_RESORT_MS = 500;
const DETAIL_BYTES = 4096;
/** Resident memory that is the interpreter's: its code, and pages that processes share. */
const MEMORY_SLACK_BYTES = 48 * 1024 * 1024;
/** How much processes that share pages may grow before it is looked at what of them is their own. */
const LOOK_AGAIN_BYTES = 16 * 1024 * 1024;
const REPORT_OVERHEAD_BYTES = 256 * 1024;
/** Another kernel keeps files in the memory of its own process, where they are counted. */
const NOTHING = { memoryBytes: 0, files: 0 };
const RINGS = { namespaces: true, seccomp: true, drop: "none", rlimits: true } as const;

export type ProgramRun = {
  readonly limits: RunCeilings;
  /** Entries that it may create. */
  readonly files: number;
  /** File systems in memory that it may fill. */
  readonly scratch: readonly string[];
  /** Whether the kernel shows the program's own processes. */
  readonly seesProcesses: boolean;
  readonly body: Buffer;
  readonly onStarted: () => void;
  readonly onOutput: (kind: number, text: Buffer) => void;
  /** `detail`: what the launcher said when the program was never started. */
  readonly onEnd: (meta: RunMeta, report: Buffer, detail: string | null) => void;
};

type Verdict = { readonly status: RunStatus; readonly reason: RunReason | null };

/** Has a lifetime: from spawn until the process is gone. */
export class ProgramProcess {
  readonly #run: ProgramRun;
  readonly #launch: ProgramLaunch;
  readonly #child: ChildProcess;
  readonly #report: Buffer[] = [];
  #reported = 0;
  #written = 0;
  #detail = "";
  #group: ProcessGroup = { tree: [], firsts: [] };
  #timer: NodeJS.Timeout;
  #lastResort: NodeJS.Timeout | null = null;
  #started: number | null = null;
  #baseline = 0;
  /** Where another kernel keeps the program's memory, and how much it had taken before. */
  #kernel: { readonly files: readonly string[]; readonly baseline: number } = { files: [], baseline: 0 };
  #peak = 0;
  #looked = { resident: 0, proportional: 0 };
  #verdict: Verdict | null = null;
  #over = false;

  constructor(launch: ProgramLaunch, run: ProgramRun) {
    this.#run = run;
    this.#launch = launch;
    this.#child = spawn(launch.command, [...launch.args], launch.options);
    const { stdio, stdout, stderr } = this.#child;
    if (launch.filter) (stdio[PROGRAM_FILTER_FD] as Socket).on("error", () => {}).end(launch.filter);
    const channel = stdio[CHANNEL_FD] as Socket;
    for (const stream of [channel, stdout, stderr]) stream?.on("error", () => {});
    channel.on("data", (chunk: Buffer) => this.#receive(chunk));
    stdout?.on("data", (text: Buffer) => this.#output(FRAME.stdout, text));
    stderr?.on("data", (text: Buffer) => this.#output(FRAME.stderr, text));
    this.#child.on("error", (error) => this.#ended(null, null, error.message));
    this.#child.on("close", (code, signal) => this.#ended(code, signal, this.#detail));
    this.#timer = setTimeout(() => this.end("crashed", "worker_died"), START_TIMEOUT_MS);
  }

  get group(): number | null {
    return this.#child.pid ?? null;
  }

  /** Called every 10 ms. Where each process has to be sought, and for CPU time, every tenth is enough. */
  watch(tick: number): void {
    const { limits, files, scratch, seesProcesses } = this.#run;
    if (this.#started === null || (tick % 10 !== 0 && !seesProcesses)) return;
    const processes = members(this.#group, seesProcesses);
    const held = seesProcesses ? heldBelow(this.#group, scratch) : NOTHING;
    const kept = allocatedTogether(this.#kernel.files) - this.#kernel.baseline;
    const used = Math.max(this.#memory(processes) + held.memoryBytes, kept);
    this.#peak = Math.max(this.#peak, used);
    if (used > limits.memoryMb * 1024 * 1024 + MEMORY_SLACK_BYTES) this.end("memory_exceeded", null);
    if (held.files > files) this.end("memory_exceeded", "too_many_files");
    if (tick % 10 === 0 && cpuTogether(processes) > limits.cpuSeconds) this.end("timeout", "cpu_seconds");
  }

  /** What they share is sought out only where it decides, and not again before they have grown. */
  #memory(processes: readonly ProcessName[]): number {
    const resident = residentTogether(processes) - this.#baseline;
    const limit = this.#run.limits.memoryMb * 1024 * 1024 + MEMORY_SLACK_BYTES;
    if (resident <= limit) return resident;
    if (resident - this.#looked.resident > LOOK_AGAIN_BYTES) {
      this.#looked = { resident, proportional: proportionalTogether(processes) - this.#baseline };
    }
    return this.#looked.proportional + Math.max(0, resident - this.#looked.resident);
  }

  /** Ends the run and all its processes; it is answered when they are gone. */
  end(status: RunStatus, reason: RunReason | null): void {
    this.#verdict ??= { status, reason };
    this.kill();
  }

  kill(): void {
    if (this.#over) return;
    // before the runner has spoken nobody knows its processes
    endGroup(this.#group.tree.length > 0 ? this.#group : findGroup(this.#child.pid ?? 0));
    this.#lastResort ??= setTimeout(() => this.killGroup(), LAST_RESORT_MS);
  }

  killGroup(): void {
    if (!this.#over && this.#child.pid !== undefined) endGroup({ tree: [-this.#child.pid], firsts: [] });
  }

  #receive(chunk: Buffer): void {
    if (this.#started === null) {
      if (chunk.toString("latin1") === READY) this.#begin();
      else this.end("crashed", "protocol_violation");
      return;
    }
    this.#reported += chunk.length;
    const room = this.#run.limits.outputBytes * 2 + REPORT_OVERHEAD_BYTES;
    if (this.#reported > room) this.end("output_exceeded", "result_too_large");
    else this.#report.push(chunk);
  }

  /** INVARIANT: no program is handed over before its rings have been seen. */
  #begin(): void {
    const { seesProcesses, limits, body } = this.#run;
    this.#group = findGroup(this.#child.pid!);
    const missing = seesProcesses ? this.#missing() : missingKernel(this.#group.tree);
    if (missing !== null) {
      this.#detail = missing;
      this.end("crashed", "worker_died");
      return;
    }
    clearTimeout(this.#timer);
    preferForOutOfMemory(this.#group.tree);
    this.#baseline = residentTogether(members(this.#group, seesProcesses));
    const kernelFiles = seesProcesses ? [] : kernelMemoryFiles(this.#group.tree);
    this.#kernel = { files: kernelFiles, baseline: allocatedTogether(kernelFiles) };
    this.#timer = setTimeout(() => this.end("timeout", null), limits.timeoutMs);
    this.#started = performance.now();
    (this.#child.stdio[CHANNEL_FD] as Socket).end(body);
    this.#run.onStarted();
  }

  #missing(): string | null {
    const { tree, firsts } = this.#group;
    if (firsts.length === 0) return "the program has no process namespace of its own";
    const inside = tree.slice(tree.indexOf(firsts[0]!));
    return inside.map((pid) => missingRing(pid, RINGS)).find((ring) => ring !== null) ?? null;
  }

  #output(kind: number, text: Buffer): void {
    if (this.#started === null) {
      this.#detail = (this.#detail + text.toString("latin1")).slice(0, DETAIL_BYTES);
      return;
    }
    const room = this.#run.limits.outputBytes - this.#written;
    this.#written += text.length;
    if (room > 0) this.#run.onOutput(kind, text.subarray(0, room));
    if (text.length > room) this.end("output_exceeded", null);
  }

  #ended(code: number | null, signal: NodeJS.Signals | null, detail: string): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#timer);
    if (this.#lastResort) clearTimeout(this.#lastResort);
    const durationMs = this.#started === null ? 0 : performance.now() - this.#started;
    const about = { durationMs, memoryPeakBytes: Math.max(0, this.#peak) };
    const { status, reason, report } = this.#outcome(code, signal);
    this.#launch.cleanUp();
    this.#run.onEnd({ status, reason, ...about }, report, this.#started === null ? detail || "it ended at once" : null);
  }

  #outcome(code: number | null, signal: NodeJS.Signals | null): Verdict & { readonly report: Buffer } {
    const nothing = Buffer.alloc(0);
    if (this.#verdict !== null) return { ...this.#verdict, report: nothing };
    if (this.#started === null) return { status: "crashed", reason: "worker_died", report: nothing };
    const said = splitReport(Buffer.concat(this.#report));
    if (said !== null) return { ...said, reason: null };
    // shells and launchers tell a signal as 128 and its number
    const number = code !== null && code > 128 ? code - 128 : signal === null ? null : constants.signals[signal];
    if (number === constants.signals.SIGXCPU) return { status: "timeout", reason: "cpu_seconds", report: nothing };
    const how = number === null ? `with code ${code}` : `by signal ${number}`;
    return { status: "failed", reason: null, report: failureReport(`the program's process was ended ${how} before it could report`) };
  }
}

function failureReport(error: string): Buffer {
  const report: WorkerReport = { reason: null, error, result: null, heapBytes: 0, observedEffects: [], files: {} };
  return Buffer.from(JSON.stringify(report));
}
