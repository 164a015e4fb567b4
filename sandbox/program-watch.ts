/** What the kernel says about a program's processes, however many it has made, and how all of them are ended. Linux only. */
import { readdirSync, readFileSync, readlinkSync, type Stats, statfsSync, statSync } from "node:fs";
import { cpuSecondsWithChildren, type ProcessName, processTree, proportionalBytes, residentBytes } from "./resource-watch.ts";

/** What a program holds: processes, bytes of memory with its files in memory, CPU seconds, files. */
export type Held = { readonly memoryBytes: number; readonly files: number };

export type ProcessGroup = {
  /** From the first started to the program's own, as seen from here. */
  readonly tree: readonly number[];
  /** First processes of namespaces among them: when one ends, the kernel ends all that are in its namespace. */
  readonly firsts: readonly number[];
};

/** Looks once, when a runner has said that it waits: whatever it becomes parent of stays in the namespaces found now. */
export function findGroup(root: number): ProcessGroup {
  const tree = processTree(root);
  return { tree, firsts: tree.filter(isFirst) };
}

/** proc(5) status, NSpid: its number in each namespace, the innermost last. */
function isFirst(pid: number): boolean {
  try {
    const numbers = /^NSpid:\s*(.*)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]?.split(/\s+/) ?? [];
    return numbers.length > 1 && numbers.at(-1) === "1";
  } catch {
    return false;
  }
}

/** Every process of the group now: those of its namespaces as they list them, or else those below its first. */
export function members({ tree, firsts }: ProcessGroup, byNamespace: boolean): ProcessName[] {
  if (!byNamespace || firsts.length === 0) return tree[0] === undefined ? [] : processTree(tree[0]);
  return firsts.flatMap((first) => {
    const proc = `${first}/root/proc`;
    return namesIn(`/proc/${proc}`).map((name) => `${proc}/${name}`);
  });
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory).filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

export function residentTogether(processes: readonly ProcessName[]): number {
  return processes.reduce<number>((sum, each) => sum + (residentBytes(each) ?? 0), 0);
}

/** Processes share pages: their sizes added up are too much, and said to be no more than this. Unknown counts as it is. */
export function proportionalTogether(processes: readonly ProcessName[]): number {
  return processes.reduce<number>((sum, each) => sum + (proportionalBytes(each) ?? residentBytes(each) ?? 0), 0);
}

/** gVisor keeps the memory of its programs in a file of this name, of which it maps no more than what is used right now. */
const KERNEL_MEMORY = "runsc-memory";
/** Of stat(2), whatever the file system. */
const BLOCK_BYTES = 512;

/** Where a kernel of its own, one of these processes, keeps what its programs hold: open files, as paths below /proc. */
export function kernelMemoryFiles(tree: readonly number[]): string[] {
  const files = tree.flatMap((pid) => namesIn(`/proc/${pid}/fd`).map((name) => `/proc/${pid}/fd/${name}`));
  const found = new Map(files.filter(isKernelMemory).map((file) => [statOf(file)?.ino, file]));
  return [...found.values()];
}

function isKernelMemory(file: string): boolean {
  try {
    return readlinkSync(file).includes(KERNEL_MEMORY);
  } catch {
    return false;
  }
}

/** Null: the process is gone, or not ours to look at. */
function statOf(file: string): Stats | null {
  try {
    return statSync(file);
  } catch {
    return null;
  }
}

/** Memory that these files take. */
export function allocatedTogether(files: readonly string[]): number {
  return files.reduce((sum, file) => sum + (statOf(file)?.blocks ?? 0) * BLOCK_BYTES, 0);
}

export function cpuTogether(processes: readonly ProcessName[]): number {
  return processes.reduce<number>((sum, each) => sum + cpuSecondsWithChildren(each), 0);
}

/** What lies in a file system in memory, as a process of the group sees it; nothing where it cannot be seen. */
export function heldBelow({ firsts }: ProcessGroup, paths: readonly string[]): Held {
  let held: Held = { memoryBytes: 0, files: 0 };
  for (const path of paths) {
    try {
      const { blocks, bfree, bsize, files, ffree } = statfsSync(`/proc/${firsts.at(-1)}/root${path}`);
      held = { memoryBytes: held.memoryBytes + (blocks - bfree) * bsize, files: held.files + files - ffree };
    } catch {
      // gone, or of another kernel, which counts it as memory
    }
  }
  return held;
}

/** SIGKILL from the inside out; a process that is already gone is as good. */
export function endGroup({ tree, firsts }: ProcessGroup): void {
  for (const pid of [...firsts.toReversed(), ...tree.toReversed()]) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // gone
    }
  }
}
