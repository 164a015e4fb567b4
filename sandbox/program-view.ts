/**
 * What a program in a process of its own sees, whoever starts it: its interpreter, files to read, one place to write, an
 * environment, limits of the kernel. Everything of the machine is below /usr and read-only.
 */
import { existsSync, lstatSync, readlinkSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { entryFile, packageEntries, packageRoot, SANDBOX_DIRECTORY } from "./entry.ts";
import { libraryDirectories } from "./launch.ts";
import { OUTPUTS, WORK } from "./program-report.ts";
import type { ProgramBounds, RunHead, SandboxLanguage } from "./types.ts";

export type Mount = { readonly source: string; readonly target: string };
/** A file system in memory. */
export type Scratch = { readonly path: string; readonly bytes: number; readonly files: number };

/** setrlimit(2); bytes and seconds. */
export type KernelLimits = {
  readonly processes: number;
  readonly dataBytes: number;
  readonly fileBytes: number;
  readonly cpuSeconds: number;
  readonly openFiles: number;
};

export type ProgramView = {
  /** Without the number of the descriptor that it speaks on, which is the last word. */
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly readOnly: readonly Mount[];
  readonly links: readonly { readonly path: string; readonly target: string }[];
  readonly scratch: readonly Scratch[];
  readonly limits: KernelLimits;
};

const MIB = 1024 * 1024;
/** Where the sandbox's own files stand inside. */
const HOME = "/sandbox";
const SYSTEM = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc/ld.so.cache", "/etc/alternatives"];
const PYTHONS = ["/usr/bin/python3", "/usr/local/bin/python3"];
const SHELLS = ["/usr/bin/bash", "/bin/bash", "/bin/sh"];
/** V8 and node reserve this much writable memory before any program runs; other interpreters a fraction. */
const NODE_DATA_MB = 1536;
const OTHER_DATA_MB = 128;
const OPEN_FILES = 256;
/** Beyond what is watched for, so that a heap that grows is ended as such, and not by an abort that says nothing. */
const HEAP_ROOM_MB = 128;

/** The interpreter's absolute path, or why there is none. */
export function findInterpreter(language: SandboxLanguage): { readonly path: string } | { readonly missing: string } {
  if (language === "javascript" || language === "typescript") return { path: process.execPath };
  const known = language === "python" ? PYTHONS : SHELLS;
  const path = known.find((candidate) => existsSync(candidate));
  return path === undefined ? { missing: `no interpreter for ${language} is installed (${known.join(", ")})` } : { path };
}

/** What a run of `head` sees. Throws where there is no interpreter: `findInterpreter` says so before. */
export function programView({ language, limits, filesystem, directory }: RunHead, bounds: ProgramBounds): ProgramView {
  const found = findInterpreter(language);
  if ("missing" in found) throw new Error(found.missing);
  const writes = filesystem === "read-write";
  const disk = { bytes: bounds.diskMb * MIB, files: bounds.files };
  const usesNode = language !== "python";
  return {
    command: commandOf(language, found.path, limits.memoryMb),
    environment: { PATH: "/usr/local/bin:/usr/bin:/bin", HOME: WORK, LANG: "C.UTF-8", ...(writes ? { TMPDIR: "/tmp" } : {}) },
    readOnly: [...machineView().readOnly, ...(directory === null ? [] : [{ source: directory, target: WORK }])],
    links: machineView().links,
    scratch: writes
      ? [
          { path: "/tmp", ...disk },
          { path: "/dev/shm", ...disk },
        ]
      : [{ path: OUTPUTS, ...disk }],
    limits: {
      processes: bounds.processes,
      dataBytes: (usesNode ? limits.memoryMb * 2 + NODE_DATA_MB : limits.memoryMb + OTHER_DATA_MB) * MIB,
      fileBytes: disk.bytes,
      cpuSeconds: Math.ceil(limits.cpuSeconds) + 1,
      openFiles: OPEN_FILES,
    },
  };
}

/** What of the machine every program sees, whatever it is. */
export function machineView(): Pick<ProgramView, "readOnly" | "links"> {
  seen ??= {
    readOnly: [...systemMounts(), ...ownMounts()],
    links: SYSTEM.filter(isLink).map((path) => ({ path, target: readlinkSync(path) })),
  };
  return seen;
}

let seen: Pick<ProgramView, "readOnly" | "links"> | undefined;

/** Node runs JavaScript, and stands beside a shell to hand its outputs back. */
function commandOf(language: SandboxLanguage, interpreter: string, memoryMb: number): string[] {
  const own = (file: string) => join(HOME, "room", relative(SANDBOX_DIRECTORY, file));
  if (language === "python") return [interpreter, "-I", "-B", own(join(SANDBOX_DIRECTORY, "native-python.py"))];
  const node = [join(HOME, "node"), "--no-warnings", `--max-old-space-size=${memoryMb + HEAP_ROOM_MB}`, own(entryFile("native-node"))];
  return [...node, join(HOME, "parser", relative(packageRoot(packageEntries().parser), packageEntries().parser)), interpreter];
}

const isLink = (path: string): boolean => existsSync(path) && lstatSync(path).isSymbolicLink();

function systemMounts(): Mount[] {
  const libraries = libraryDirectories().filter((path) => !SYSTEM.some((known) => path === known || path.startsWith(`${known}/`)));
  const paths = [...SYSTEM, ...libraries].filter((path) => existsSync(path) && !isLink(path));
  return paths.map((path) => ({ source: path, target: path }));
}

/** This room, the parser of JavaScript, node, and the manifest that says that the room's files are modules. */
function ownMounts(): Mount[] {
  const manifest = join(packageRoot(entryFile("native-node")), "package.json");
  return [
    { source: SANDBOX_DIRECTORY, target: join(HOME, "room") },
    { source: packageRoot(packageEntries().parser), target: join(HOME, "parser") },
    { source: process.execPath, target: join(HOME, "node") },
    { source: manifest, target: join(HOME, basename(manifest)) },
  ];
}
