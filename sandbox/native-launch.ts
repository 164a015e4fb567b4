/**
 * The backend `native`: a program in namespaces of its own (bubblewrap), behind a filter of system calls, with limits of
 * the kernel. It needs user namespaces: the limit of processes is counted within one, and holds for nobody, not for root.
 */
import { SHELL } from "./launch.ts";
import { CHANNEL_FD, identity, PROGRAM_FILTER_FD, type ProgramStarter, programOptions } from "./program-launch.ts";
import { type KernelLimits, type ProgramView, programView } from "./program-view.ts";
import { hasFilter, programFilter } from "./seccomp/compile-filter.ts";
import type { ProgramBounds } from "./types.ts";

/** Null when this machine has no bubblewrap, or its architecture no filter. */
export function nativeStarter(bubblewrap: string | null, bounds: ProgramBounds): ProgramStarter | null {
  const { arch } = process;
  if (bubblewrap === null || !hasFilter(arch)) return null;
  return {
    isolation: ["process", "namespaces", "seccomp"],
    seesProcesses: true,
    launch: (head) => {
      const view = programView(head, bounds);
      const runner = [...view.command, String(CHANNEL_FD)];
      return {
        command: bubblewrap,
        args: [...bubblewrapArguments(view), "--", SHELL, "-c", `${limitCommands(view.limits)} && exec "$@"`, "sh", ...runner],
        options: { ...programOptions(identity(), true), env: {} },
        filter: programFilter(arch),
        cleanUp: () => {},
      };
    },
  };
}

/** Set inside the user namespace, so that processes are counted there. POSIX knows no letter for them: shells differ. */
function limitCommands({ processes, dataBytes, fileBytes, cpuSeconds, openFiles }: KernelLimits): string {
  const count = `if (ulimit -u ${processes}) 2>/dev/null; then ulimit -u ${processes}; else ulimit -p ${processes}; fi`;
  const others = `ulimit -c 0 && ulimit -f ${Math.ceil(fileBytes / 512)} && ulimit -n ${openFiles} && ulimit -t ${cpuSeconds}`;
  return `unset PWD OLDPWD; ${others} && ulimit -d ${Math.ceil(dataBytes / 1024)} && ${count}`;
}

/** What is not named is not there; root, devices and what is mounted are read-only, so that `scratch` is all that can be filled. */
function bubblewrapArguments({ environment, readOnly, links, scratch }: ProgramView): string[] {
  return [
    ...["--unshare-all", "--cap-drop", "ALL", "--die-with-parent", "--new-session", "--clearenv", "--hostname", "sandbox"],
    ...Object.entries(environment).flatMap(([name, value]) => ["--setenv", name, value]),
    ...["--seccomp", String(PROGRAM_FILTER_FD), "--proc", "/proc", "--dev", "/dev", "--remount-ro", "/dev", "--dir", "/tmp/work"],
    ...scratch.flatMap(({ path, bytes }) => ["--size", String(bytes), "--perms", "1777", "--tmpfs", path]),
    ...readOnly.flatMap(({ source, target }) => ["--ro-bind", source, target]),
    ...links.flatMap(({ path, target }) => ["--symlink", target, path]),
    ...["--remount-ro", "/", "--chdir", "/"],
  ];
}
