/** How a program's process is started by one of the backends, in the terms that the supervisor needs to start and to end it. */
import type { SpawnOptions, StdioOptions } from "node:child_process";
import { NOBODY } from "./launch.ts";
import type { RunHead } from "./types.ts";

/** The descriptor on which a runner and the supervisor speak, and the one from which bubblewrap reads the filter. */
export const CHANNEL_FD = 3;
export const PROGRAM_FILTER_FD = 4;

export type ProgramLaunch = {
  readonly command: string;
  readonly args: readonly string[];
  readonly options: SpawnOptions;
  /** What `PROGRAM_FILTER_FD` is given, when there is one. */
  readonly filter: Buffer | null;
  /** After its end: takes away what the start left on disk. */
  readonly cleanUp: () => void;
};

/** One way to start programs here. */
export type ProgramStarter = {
  readonly isolation: readonly string[];
  /** What is claimed of the processes that the kernel sees; null where another kernel stands between. */
  readonly seesProcesses: boolean;
  launch(head: RunHead): ProgramLaunch;
};

/** Root becomes nobody before anything else is started; anybody else stays who they are. */
export function identity(): { readonly uid?: number; readonly gid?: number } {
  return process.geteuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
}

/** Output and channel as pipes, nothing of ours besides. */
export function programOptions(who: { readonly uid?: number; readonly gid?: number }, withFilter: boolean): SpawnOptions {
  const stdio: StdioOptions = ["ignore", "pipe", "pipe", "pipe", ...(withFilter ? ["pipe" as const] : [])];
  return { ...who, env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" }, cwd: "/", detached: true, stdio };
}
