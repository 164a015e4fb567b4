/**
 * How a worker process is started: which rings stand around it. Variants go from the strongest down; the supervisor
 * takes the first whose probe run works, and says which.
 */
import type { SpawnOptions, StdioOptions } from "node:child_process";
import { existsSync, lstatSync, readFileSync, readlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { entryFile, packageEntries, packageRoot, SANDBOX_DIRECTORY } from "./entry.ts";
import { pagesOf } from "./python-memory.ts";
import { hasFilter, workerFilter } from "./seccomp/compile-filter.ts";
import type { RunCeilings } from "./types.ts";

/** uid and gid of nobody on Linux: owns no files. */
export const NOBODY = 65534;
export const SHELL = "/bin/sh";
/** V8 reserves and node maps about this much writable memory before any guest runs (measured: 0.6 GiB and 0.2 per isolate). */
const RUNTIME_DATA_MB = 1536;
/** A worker is retired after this much CPU time, so that the hard limit of the kernel is a backstop only. */
export const WORKER_CPU_SECONDS = 120;

/**
 * isolated-vm needs a process without node's own snapshot (its documentation, from Node 20 on). Isolates keep the hash seed
 * that V8 was built with, which saves a tenth of making one: collisions would cost a program its own time only.
 */
const NODE_FLAGS = ["--no-node-snapshot", "--no-rehash-snapshot", "--no-warnings"];

/** An interpreter that waits shall not hold what only its start needed; the guest's realm loses `gc` with the rest. */
const PYTHON_FLAGS = ["--expose-gc"];
/** What is freed goes back to the kernel (mallopt(3)): snapshots and modules are large, and come and go with every run. */
const PYTHON_ENVIRONMENT = { MALLOC_ARENA_MAX: "2", MALLOC_MMAP_THRESHOLD_: "262144", MALLOC_TRIM_THRESHOLD_: "262144" };

/** The descriptor from which bubblewrap reads the filter of system calls; it is closed before the worker starts. */
export const FILTER_FD = 5;

export type Variant = {
  readonly namespaces: boolean;
  /** Only within namespaces: bubblewrap installs the filter. */
  readonly seccomp: boolean;
  /** `spawn`: started as nobody; `worker`: the worker drops its rights once its files are loaded; `none`: it has none to drop. */
  readonly drop: "spawn" | "worker" | "none";
  readonly rlimits: boolean;
};

/** `snapshot`: a Python worker that makes what the others begin with, and ends. */
export type WorkerKind = "javascript" | "python" | "snapshot";

export type WorkerArguments = {
  readonly isolatedVm: string;
  readonly parser: string;
  /** Directory of the package `pyodide`, for workers that run Python. */
  readonly python: string | null;
  /** Directory of the wheels that programs may import. */
  readonly packages: string | null;
  readonly mode: WorkerKind;
  readonly dropTo: number | null;
  readonly memoryMb: number;
};

/** What decides how a worker is started. */
export type WorkerPlan = {
  readonly kind: WorkerKind;
  readonly variant: Variant;
  readonly bubblewrap: string | null;
  readonly maximum: RunCeilings;
  /** Directory of the package `pyodide`; null for JavaScript. */
  readonly python: string | null;
  /** Directory of wheels; none are offered unless said. */
  readonly packages?: string | null;
};

type Launch = {
  readonly command: string;
  readonly args: readonly string[];
  readonly options: SpawnOptions;
  /** What descriptor 5 has to be given, when there is one. */
  readonly filter: Buffer | null;
};

type WorkerPackages = Pick<WorkerArguments, "isolatedVm" | "parser" | "python" | "packages">;

/** Every way to start a worker on this machine, strongest first. */
export function variants(bubblewrap: string | null): Variant[] {
  const root = process.geteuid?.() === 0;
  const drops: Variant["drop"][] = root ? ["spawn", "worker"] : ["none"];
  const shells = existsSync(SHELL) ? [true, false] : [false];
  const rings = [
    ...(bubblewrap && hasFilter(process.arch) ? [{ namespaces: true, seccomp: true }] : []),
    ...(bubblewrap ? [{ namespaces: true, seccomp: false }] : []),
    { namespaces: false, seccomp: false },
  ];
  const all = rings.flatMap((ring) => drops.flatMap((drop) => shells.map((rlimits) => ({ ...ring, drop, rlimits }))));
  return root ? [...all, { namespaces: false, seccomp: false, drop: "none", rlimits: false }] : all;
}

export function isolationOf({ namespaces, seccomp }: Variant): string[] {
  return ["isolate", "process", ...(namespaces ? ["namespaces"] : []), ...(seccomp ? ["seccomp"] : [])];
}

/** The command line of one worker. Its pipes are descriptor 3 (in) and 4 (out); it has no other, and an environment without anything of ours. */
export function launch({ kind, variant, bubblewrap, maximum, python, packages: wheels = null }: WorkerPlan): Launch {
  const packages = { ...packageEntries(), python, packages: wheels };
  const environment = kind === "javascript" ? {} : PYTHON_ENVIRONMENT;
  const dropTo = variant.drop === "worker" ? NOBODY : null;
  const worker: WorkerArguments = { ...packages, mode: kind, dropTo, memoryMb: maximum.memoryMb };
  const flags = kind === "javascript" ? NODE_FLAGS : [...NODE_FLAGS, ...PYTHON_FLAGS, `--wasm-max-mem-pages=${pagesOf(maximum.memoryMb)}`];
  let words = [process.execPath, ...flags, entryFile(kind === "javascript" ? "worker" : "python-worker"), JSON.stringify(worker)];
  if (variant.namespaces && bubblewrap) words = [bubblewrap, ...bubblewrapArguments(variant, packages, environment), "--", ...words];
  if (variant.rlimits) words = [SHELL, "-c", `${rlimitCommands(maximum)} && exec "$@"`, "sh", ...words];
  const identity = variant.drop === "spawn" ? { uid: NOBODY, gid: NOBODY } : {};
  const [command, ...args] = words as [string, ...string[]];
  const filter = variant.seccomp && hasFilter(process.arch) ? workerFilter(process.arch) : null;
  const stdio: StdioOptions = ["ignore", "ignore", "pipe", "pipe", "pipe", ...(filter ? ["pipe" as const] : [])];
  // detached: its own session and process group, so that one signal ends everything below it
  return {
    command,
    args,
    options: { ...identity, env: environment, cwd: "/", detached: true, stdio },
    filter,
  };
}

/** No core dumps, no files written, few descriptors, and ceilings of the kernel behind those of the watchdog. */
function rlimitCommands(maximum: RunCeilings): string {
  const dataKb = (maximum.memoryMb * 2 + RUNTIME_DATA_MB) * 1024;
  const cpu = WORKER_CPU_SECONDS + maximum.cpuSeconds + 5;
  return `unset PWD OLDPWD; ulimit -c 0 && ulimit -f 0 && ulimit -n 64 && ulimit -d ${dataKb} && ulimit -t ${cpu}`;
}

function bubblewrapArguments(variant: Variant, packages: WorkerPackages, environment: Readonly<Record<string, string>>): string[] {
  const rings =
    variant.drop === "worker"
      ? // real root without a user namespace: the worker needs these two to become nobody, and loses them by it
        ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try"].concat(
          ["--cap-drop", "ALL"],
          ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"],
        )
      : ["--unshare-all", "--cap-drop", "ALL"];
  const mounts = readOnlyPaths(packages).flatMap((path) => mountArguments(path));
  return [
    ...rings,
    ...["--die-with-parent", "--new-session", "--clearenv", "--hostname", "sandbox"],
    ...Object.entries(environment).flatMap(([name, value]) => ["--setenv", name, value]),
    ...(variant.seccomp ? ["--seccomp", String(FILTER_FD)] : []),
    // the empty /tmp first: what is mounted may itself live below the machine's own /tmp
    ...["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"],
    ...mounts,
    ...["--chdir", "/"],
  ];
}

/** The node binary, its libraries, this room and the packages: all that a worker reads. */
function readOnlyPaths(packages: WorkerPackages): string[] {
  const code = [process.execPath, SANDBOX_DIRECTORY, packageRoot(packages.isolatedVm), packageRoot(packages.parser)];
  for (const path of [packages.python, packages.packages]) if (path !== null) code.push(path);
  // the nearest package.json says that the files of this room are modules
  const manifest = join(packageRoot(entryFile("worker")), "package.json");
  const wanted = [...libraryDirectories(), ...code, manifest, ...dependencyOf(packages.isolatedVm)];
  return [...new Set(wanted)].filter((path) => existsSync(path));
}

/** isolated-vm finds its binary through this package. */
function dependencyOf(isolatedVm: string): string[] {
  let directory = dirname(isolatedVm);
  while (dirname(directory) !== directory) {
    const found = join(directory, "node_modules", "node-gyp-build");
    if (existsSync(found)) return [found];
    directory = dirname(directory);
  }
  return [];
}

/** Where this very process has its shared libraries from (the worker runs the same binary), and where the loader is sought. */
export function libraryDirectories(): string[] {
  const found = ["/lib", "/lib64", "/usr/lib64", "/etc/ld.so.cache"];
  try {
    for (const line of readFileSync("/proc/self/maps", "utf8").split("\n")) {
      const path = line.slice(line.indexOf("/"));
      if (line.includes("/") && /\.so(\.|$)/.test(path)) found.push(dirname(path));
    }
  } catch {
    return found;
  }
  return found;
}

/** A symbolic link such as `/lib64 -> usr/lib64` stays one: its target is mounted by itself. */
function mountArguments(path: string): string[] {
  if (!lstatSync(path).isSymbolicLink()) return ["--ro-bind", path, path];
  return ["--symlink", readlinkSync(path), path];
}
