/** Whether the rings that a worker was started with are really there, as the kernel tells it. Linux only. */
import { readFileSync, readlinkSync } from "node:fs";
import type { Variant } from "./launch.ts";

const NAMESPACES = ["mnt", "pid", "net", "ipc", "uts"] as const;
/** `Seccomp:` of proc(5) status: 2 is a filter. */
const SECCOMP_FILTER = "2";

/** What of `variant` is missing in the process, in words; null when all is there. INVARIANT: no ring is claimed unseen. */
export function missingRing(pid: number, variant: Variant): string | null {
  if (!variant.namespaces) return null;
  try {
    const shared = NAMESPACES.filter((name) => readlinkSync(`/proc/${pid}/ns/${name}`) === readlinkSync(`/proc/self/ns/${name}`));
    if (shared.length > 0) return `the worker shares the namespaces ${shared.join(", ")} with the supervisor`;
    const status = readFileSync(`/proc/${pid}/status`, "latin1");
    const field = (name: string) => new RegExp(`^${name}:\\s*(.*)$`, "m").exec(status)?.[1]?.trim().split(/\s+/) ?? [];
    if (variant.seccomp && field("Seccomp")[0] !== SECCOMP_FILTER) return "the worker runs without a filter of system calls";
    if (field("NoNewPrivs")[0] !== "1") return "the worker may gain privileges";
    if (field("Uid").includes("0")) return "the worker runs as root";
    return /^0+$/.test(field("CapEff")[0] ?? "") ? null : "the worker holds capabilities";
  } catch (error) {
    return `the rings around the worker cannot be seen: ${(error as Error).message}`;
  }
}
