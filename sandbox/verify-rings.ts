/** Whether the rings that a worker was started with are really there, as the kernel tells it. Linux only. */
import { readFileSync, readlinkSync } from "node:fs";
import type { Variant } from "./launch.ts";

const NAMESPACES = ["mnt", "pid", "net", "ipc", "uts"] as const;
/** Processes of a program behind another kernel are none of this one's; that kernel's own process needs no namespace for its own. */
const OF_A_KERNEL = ["mnt", "net", "ipc", "uts"] as const;
/** `Seccomp:` of proc(5) status: 2 is a filter. */
const SECCOMP_FILTER = "2";

/** What of `variant` is missing in the process, in words; null when all is there. INVARIANT: no ring is claimed unseen. */
export function missingRing(pid: number, variant: Variant): string | null {
  if (!variant.namespaces) return null;
  try {
    const shared = sharedNamespaces(pid, NAMESPACES);
    if (shared.length > 0) return `the worker shares the namespaces ${shared.join(", ")} with the supervisor`;
    const field = statusOf(pid);
    if (variant.seccomp && field("Seccomp")[0] !== SECCOMP_FILTER) return "the worker runs without a filter of system calls";
    if (field("NoNewPrivs")[0] !== "1") return "the worker may gain privileges";
    if (field("Uid").includes("0")) return "the worker runs as root";
    return /^0+$/.test(field("CapEff")[0] ?? "") ? null : "the worker holds capabilities";
  } catch (error) {
    return `the rings around the worker cannot be seen: ${(error as Error).message}`;
  }
}

/**
 * What is missing around a kernel of its own (gVisor) that one of these processes is to be; null when one of them stands
 * in namespaces, behind a filter, and cannot gain privileges.
 */
export function missingKernel(pids: readonly number[]): string | null {
  const found = pids.some((pid) => {
    try {
      const field = statusOf(pid);
      return sharedNamespaces(pid, OF_A_KERNEL).length === 0 && field("Seccomp")[0] === SECCOMP_FILTER && field("NoNewPrivs")[0] === "1";
    } catch {
      return false;
    }
  });
  return found ? null : "no process of the runtime stands in namespaces and behind a filter of system calls";
}

function sharedNamespaces(pid: number, names: readonly string[]): string[] {
  return names.filter((name) => readlinkSync(`/proc/${pid}/ns/${name}`) === readlinkSync(`/proc/self/ns/${name}`));
}

/** proc(5) status: the words of a field. */
function statusOf(pid: number): (name: string) => string[] {
  const status = readFileSync(`/proc/${pid}/status`, "latin1");
  return (name) => new RegExp(`^${name}:\\s*(.*)$`, "m").exec(status)?.[1]?.trim().split(/\s+/) ?? [];
}
