/**
 * The backend `oci`: a program as a container of an OCI runtime, started from a bundle without any daemon. The root file
 * system is an empty directory with mounts: the machine's /usr, read-only.
 */
import { execFile, execFileSync } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdirSync, rm, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { NOBODY } from "./launch.ts";
import { CHANNEL_FD, identity, type ProgramStarter, programOptions } from "./program-launch.ts";
import { OUTPUTS, WORK } from "./program-report.ts";
import { type KernelLimits, machineView, type ProgramView, programView, type Scratch } from "./program-view.ts";
import { hasFilter } from "./seccomp/compile-filter.ts";
import { ociFilter } from "./seccomp/oci-filter.ts";
import type { ProgramSettings, RunHead } from "./types.ts";

/** What a runtime calls itself; one that is none of these is used like `runc`. */
type Kind = "crun" | "runc" | "runsc";

type Located = ProgramSettings & { readonly path: string };

type Way = {
  readonly kind: Kind;
  /** Started by nobody, in a user namespace; else by root, with a user id for each run. */
  readonly rootless: boolean;
  /** Within a mount namespace that shows no cgroups: crun refuses machines that have both versions. */
  readonly hidesCgroups: boolean;
};

/** Of containers started by root: nobody has these, so that processes are counted, and signalled, within one run. */
const FIRST_ID = 1_879_048_192;
const IDS = 65_536;
/** Its channel is standard input: gVisor hands no other descriptor on. */
const GVISOR_CHANNEL = 0;
const VERSION_MS = 5_000;
const DELETE_MS = 10_000;
const DEVICES = { path: "/dev", bytes: 65_536, files: 64 };
/** As container engines hide them (docs of the OCI specification call them masked and read-only paths). */
const MASKED = ["/proc/acpi", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list", "/proc/sched_debug", "/proc/scsi"];
const READ_ONLY = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];

let started = 0;

/** Every way to start containers here, strongest first. Throws when the runtime does not say who it is. */
export function ociStarters(settings: Located, bubblewrap: string | null): ProgramStarter[] {
  const said = execFileSync(settings.path, ["--version"], { encoding: "utf8", timeout: VERSION_MS, env: {} });
  const kind: Kind = (["crun", "runsc"] as const).find((name) => said.startsWith(name)) ?? "runc";
  const root = process.geteuid?.() === 0;
  const hides = kind === "crun" && bubblewrap !== null ? [false, true] : [false];
  const ways = (root ? [true, false] : [true]).flatMap((rootless) => hides.map((hidesCgroups) => ({ kind, rootless, hidesCgroups })));
  prepareRoot(settings.directory);
  return ways.map((way) => starterOf(way, settings, bubblewrap));
}

function starterOf(way: Way, settings: Located, bubblewrap: string | null): ProgramStarter {
  const gvisor = way.kind === "runsc";
  return {
    isolation: ["process", "namespaces", gvisor ? "gvisor" : "seccomp", "container"],
    seesProcesses: !gvisor,
    launch: (head) => {
      const who = way.rootless ? identity() : {};
      const id = `run-${process.pid}-${started++}`;
      const bundle = makeBundle(settings.directory, id, who);
      writeFileSync(join(bundle, "config.json"), JSON.stringify(containerOf(head, way, settings)));
      const state = join(bundle, "state");
      const words = [
        ...(way.hidesCgroups && bubblewrap !== null ? withoutCgroups(bubblewrap) : []),
        ...runCommand(way, settings.path, state),
      ];
      const [command, ...args] = [...(gvisor ? ["/bin/sh", "-c", 'exec "$@" <&3 3<&-', "sh"] : []), ...words, "--bundle", bundle, id];
      return {
        ...{ command: command!, args, options: programOptions(who, false), filter: null },
        cleanUp: () => endContainer(way, settings.path, { state, bundle, id }),
      };
    },
  };
}

/** One empty directory for all: each mount needs something to lie on. */
function prepareRoot(directory: string): void {
  const root = join(directory, "root");
  rmSync(root, { recursive: true, force: true });
  for (const path of ["/proc", "/dev", WORK, OUTPUTS]) mkdirSync(join(root, path), { recursive: true });
  // a runtime gives a file system that it mounts the mode of what it lies on
  for (const path of ["/tmp", OUTPUTS]) chmodSync(join(root, path), 0o1777);
  const { readOnly, links } = machineView();
  for (const { source, target } of readOnly) {
    const place = join(root, target);
    mkdirSync(statSync(source).isDirectory() ? place : dirname(place), { recursive: true });
    if (!statSync(source).isDirectory()) writeFileSync(place, "");
  }
  for (const { path, target } of links) symlinkSync(target, join(root, path));
}

function makeBundle(directory: string, id: string, { uid, gid }: { readonly uid?: number; readonly gid?: number }): string {
  const bundle = join(directory, id);
  mkdirSync(bundle, { mode: 0o700 });
  if (uid !== undefined && gid !== undefined) chownSync(bundle, uid, gid);
  return bundle;
}

function runCommand({ kind, rootless }: Way, runtime: string, state: string): string[] {
  const base = [runtime, "--root", state];
  if (kind === "crun") return [...base, "--cgroup-manager=disabled", "run", "--preserve-fds=1"];
  if (kind === "runc") return [...base, "run", "--preserve-fds", "1"];
  return [...base, ...(rootless ? ["--rootless"] : []), "--network=none", "--ignore-cgroups", "run"];
}

function withoutCgroups(bubblewrap: string): string[] {
  return [bubblewrap, "--die-with-parent", "--bind", "/", "/", "--dev-bind", "/dev", "/dev", "--tmpfs", "/sys/fs/cgroup", "--"];
}

/** What a killed runtime could not put away; nobody waits for it. */
function endContainer(way: Way, runtime: string, { state, bundle, id }: { state: string; bundle: string; id: string }): void {
  const remove = () => rm(bundle, { recursive: true, force: true }, () => {});
  const who = way.rootless ? identity() : {};
  if (existsSync(join(state, id)))
    execFile(runtime, ["--root", state, "delete", "--force", id], { ...who, env: {}, timeout: DELETE_MS }, remove);
  else remove();
}

/** config.md of the OCI runtime specification, 1.0.2. */
function containerOf(head: RunHead, way: Way, settings: ProgramSettings): object {
  const view = programView(head, settings.bounds);
  const channel = way.kind === "runsc" ? GVISOR_CHANNEL : CHANNEL_FD;
  const own = way.rootless ? NOBODY : FIRST_ID + (started % IDS);
  return {
    ociVersion: "1.0.2",
    process: {
      terminal: false,
      user: { uid: own, gid: own },
      // the first process of a namespace is spared by signals that others die of: the program is its child
      args: ["/bin/sh", "-c", '"$@"; exit $?', "sh", ...view.command, String(channel)],
      env: Object.entries(view.environment).map(([name, value]) => `${name}=${value}`),
      cwd: "/",
      noNewPrivileges: true,
      capabilities: { bounding: [], effective: [], inheritable: [], permitted: [], ambient: [] },
      rlimits: rlimitsOf(view.limits),
      oomScoreAdj: 1000,
    },
    root: { path: join(settings.directory, "root"), readonly: true },
    hostname: "sandbox",
    mounts: mountsOf(view),
    linux: {
      namespaces: namespacesOf(way).map((type) => ({ type })),
      ...(hasUserNamespace(way) ? mappingOf(own) : {}),
      ...(way.kind !== "runsc" && hasFilter(process.arch) ? { seccomp: ociFilter(process.arch) } : {}),
      maskedPaths: MASKED,
      readonlyPaths: READ_ONLY,
    },
  };
}

/** gVisor makes its own. */
const hasUserNamespace = ({ kind, rootless }: Way): boolean => rootless && kind !== "runsc";

function namespacesOf(way: Way): string[] {
  return ["pid", "ipc", "uts", "mount", "network", ...(hasUserNamespace(way) ? ["user"] : [])];
}

function mappingOf(containerID: number): object {
  const { uid = process.getuid?.() ?? NOBODY, gid = process.getgid?.() ?? NOBODY } = identity();
  return { uidMappings: [{ containerID, hostID: uid, size: 1 }], gidMappings: [{ containerID, hostID: gid, size: 1 }] };
}

function rlimitsOf({ processes, dataBytes, fileBytes, cpuSeconds, openFiles }: KernelLimits): object[] {
  const limits: [type: string, value: number][] = [
    ["NPROC", processes],
    ["DATA", dataBytes],
    ["FSIZE", fileBytes],
    ["CPU", cpuSeconds],
    ["NOFILE", openFiles],
    ["CORE", 0],
  ];
  return limits.map(([type, value]) => ({ type: `RLIMIT_${type}`, hard: value, soft: value }));
}

function mountsOf({ readOnly, scratch }: ProgramView): object[] {
  const memory = ({ path, bytes, files }: Scratch, mode: string) => ({
    ...{ destination: path, type: "tmpfs", source: "tmpfs" },
    options: ["nosuid", "nodev", `size=${bytes}`, `nr_inodes=${files}`, `mode=${mode}`],
  });
  return [
    { destination: "/proc", type: "proc", source: "proc", options: ["nosuid", "nodev", "noexec"] },
    { ...memory(DEVICES, "755"), options: ["nosuid", `size=${DEVICES.bytes}`, `nr_inodes=${DEVICES.files}`, "mode=755"] },
    ...scratch.map((each) => memory(each, "1777")),
    ...readOnly.map(({ source, target }) => ({ destination: target, type: "bind", source, options: ["rbind", "ro", "nosuid", "nodev"] })),
  ];
}
