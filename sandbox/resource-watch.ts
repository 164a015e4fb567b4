/** What the kernel says about a worker: resident memory, CPU time, and which process it really is. Linux only; elsewhere null. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";

/** USER_HZ of every Linux architecture that Node runs on (proc(5), sysconf(_SC_CLK_TCK)). */
const TICKS_PER_SECOND = 100;
const AT_PAGESZ = 6n;
const DEFAULT_PAGE = 4096;

const pageBytes = readPageBytes();

/** Page size from the auxiliary vector (getauxval(3)): statm counts pages, and arm64 has larger ones. */
function readPageBytes(): number {
  try {
    const vector = readFileSync("/proc/self/auxv");
    for (let at = 0; at + 16 <= vector.length; at += 16) {
      if (vector.readBigUInt64LE(at) === AT_PAGESZ) return Number(vector.readBigUInt64LE(at + 8));
    }
  } catch {
    return DEFAULT_PAGE;
  }
  return DEFAULT_PAGE;
}

/** A process by its number here, or by a path below `/proc` such as `12/root/proc/3`: number 3 as process 12 sees it. */
export type ProcessName = number | string;

/** Resident bytes of a process, or null when it is gone or this system has no /proc. */
export function residentBytes(pid: ProcessName): number | null {
  try {
    const pages = readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1];
    return Number(pages) * pageBytes;
  } catch {
    return null;
  }
}

/** The same with what it shares with others counted in parts (proc(5), smaps): exact, and a hundred times as dear; null when unknown. */
export function proportionalBytes(pid: ProcessName): number | null {
  try {
    const kib = /^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1];
    return kib === undefined ? null : Number(kib) * 1024;
  } catch {
    return null;
  }
}

type ProcessStat = {
  readonly parent: number;
  readonly cpuSeconds: number;
  readonly endedChildren: number;
  /** In ticks since the machine's start. */
  readonly start: number;
};

/** proc(5) stat: the command name may hold spaces and parentheses, so fields are counted from the last one. */
function processStat(pid: ProcessName): ProcessStat | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    const seconds = (at: number) => (Number(fields[at]) + Number(fields[at + 1])) / TICKS_PER_SECOND;
    return { parent: Number(fields[1]), cpuSeconds: seconds(11), endedChildren: seconds(13), start: Number(fields[19]) };
  } catch {
    return null;
  }
}

/** When a process was started: with its number this is one process and no other; null when it is gone or unknown. */
export function startOf(pid: number): number | null {
  return processStat(pid)?.start ?? null;
}

/** CPU time of a process with all its threads, in seconds; null when unknown. */
export function cpuSeconds(pid: number): number | null {
  return processStat(pid)?.cpuSeconds ?? null;
}

/** The same together with the children that it has collected. */
export function cpuSecondsWithChildren(pid: ProcessName): number {
  const stat = processStat(pid);
  return stat === null ? 0 : stat.cpuSeconds + stat.endedChildren;
}

/** A process and everything below it, parents first. bubblewrap stands between the supervisor and the worker. */
export function processTree(root: number): number[] {
  const tree = [root];
  const parents = new Map<number, number>();
  try {
    for (const name of readdirSync("/proc")) {
      const pid = Number(name);
      const stat = Number.isInteger(pid) ? processStat(pid) : null;
      if (stat) parents.set(pid, stat.parent);
    }
  } catch {
    return tree;
  }
  for (let at = 0; at < tree.length; at++) {
    for (const [pid, parent] of parents) if (parent === tree[at]) tree.push(pid);
  }
  return tree;
}

/** Makes the kernel prefer these processes when the machine runs out of memory. Best effort: it is a second line. */
export function preferForOutOfMemory(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      writeFileSync(`/proc/${pid}/oom_score_adj`, "1000");
    } catch {
      // not Linux, or not permitted: the watchdog does not depend on it
    }
  }
}
