/** The rings around a worker: the filter of system calls as a program, what it and the mounts refuse for real, and who says so. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { Socket } from "node:net";
import { text } from "node:stream/consumers";
import { describe, test } from "node:test";
import { FILTER_FD, isolationOf, launch, type Variant, variants } from "../../sandbox/launch.ts";
import { type FilterArchitecture, hasFilter, programFilter, workerFilter } from "../../sandbox/seccomp/compile-filter.ts";
import { ociFilter } from "../../sandbox/seccomp/oci-filter.ts";
import { locateBubblewrap } from "../../sandbox/supervisor-link.ts";
import { missingRing } from "../../sandbox/verify-rings.ts";
import { WorkerProcess } from "../../sandbox/worker-process.ts";
import { descendants, isAlive, request, startSandbox } from "./support.ts";

const MAXIMUM = { timeoutMs: 10_000, memoryMb: 128, outputBytes: 65_536, cpuSeconds: 10 };
const bubblewrap = locateBubblewrap();

type Call = { readonly nr: number; readonly args?: readonly number[]; readonly arch?: number };
const AUDIT = { x64: 0xc000003e, arm64: 0xc00000b7 } as const;

/** Runs a filter as the kernel does: linux/filter.h, on a `struct seccomp_data`. */
function answerOf(filter: Buffer, { nr, args = [], arch }: Call & { arch: number }): string {
  const data = Buffer.alloc(64);
  data.writeUInt32LE(nr, 0);
  data.writeUInt32LE(arch, 4);
  for (const [i, value] of args.entries()) data.writeUInt32LE(value >>> 0, 16 + 8 * i);
  let held = 0;
  for (let at = 0; at * 8 < filter.length; at++) {
    const [code, yes, no, value] = [filter.readUInt16LE(at * 8), filter[at * 8 + 2]!, filter[at * 8 + 3]!, filter.readUInt32LE(at * 8 + 4)];
    if (code === 0x20) held = data.readUInt32LE(value);
    else if (code === 0x54) held = (held & value) >>> 0;
    else if (code === 0x15) at += held === value ? yes : no;
    else if (code === 0x35) at += held >= value ? yes : no;
    else if (code === 0x06) {
      return value === 0x7fff0000 ? "allow" : value === 0x80000000 ? "kill" : `errno ${value & 0xffff}`;
    } else assert.fail(`instruction ${code} is not known`);
  }
  return assert.fail("the program ends without an answer");
}

const THREAD = 0x3d0f00;
/** Numbers from the kernel's tables, written here by hand: a wrong number in the product must not pass its own test. */
const CALLS: [name: string, x64: Call | null, arm64: Call | null, wanted: string][] = [
  ["read", { nr: 0 }, { nr: 63 }, "allow"],
  ["mmap", { nr: 9 }, { nr: 222 }, "allow"],
  ["futex", { nr: 202 }, { nr: 98 }, "allow"],
  ["execve", { nr: 59 }, { nr: 221 }, "allow"],
  ["openat to read", { nr: 257, args: [0, 0, 0x80000] }, { nr: 56, args: [0, 0, 0x80000] }, "allow"],
  ["openat to write", { nr: 257, args: [0, 0, 1] }, { nr: 56, args: [0, 0, 1] }, "errno 1"],
  ["openat to create", { nr: 257, args: [0, 0, 0o100] }, { nr: 56, args: [0, 0, 0o100] }, "errno 1"],
  ["a nameless file", { nr: 257, args: [0, 0, 0o20200002] }, { nr: 56, args: [0, 0, 0o20040002] }, "errno 1"],
  ["open to write", { nr: 2, args: [0, 2] }, null, "errno 1"],
  ["a thread", { nr: 56, args: [THREAD] }, { nr: 220, args: [THREAD] }, "allow"],
  ["fork by clone", { nr: 56, args: [0x1200011] }, { nr: 220, args: [0x1200011] }, "errno 1"],
  ["a user namespace", { nr: 56, args: [0x10000000 | THREAD] }, { nr: 220, args: [0x10000000 | THREAD] }, "errno 1"],
  ["clone3", { nr: 435 }, { nr: 435 }, "errno 38"],
  ["fork", { nr: 57 }, null, "errno 1"],
  ["vfork", { nr: 58 }, null, "errno 1"],
  ["socket", { nr: 41 }, { nr: 198 }, "errno 1"],
  ["connect", { nr: 42 }, { nr: 203 }, "errno 1"],
  ["bind", { nr: 49 }, { nr: 200 }, "errno 1"],
  ["ptrace", { nr: 101 }, { nr: 117 }, "errno 1"],
  ["process_vm_readv", { nr: 310 }, { nr: 270 }, "errno 1"],
  ["mount", { nr: 165 }, { nr: 40 }, "errno 1"],
  ["pivot_root", { nr: 155 }, { nr: 41 }, "errno 1"],
  ["unshare", { nr: 272 }, { nr: 97 }, "errno 1"],
  ["setns", { nr: 308 }, { nr: 268 }, "errno 1"],
  ["bpf", { nr: 321 }, { nr: 280 }, "errno 1"],
  ["keyctl", { nr: 250 }, { nr: 219 }, "errno 1"],
  ["io_uring_setup", { nr: 425 }, { nr: 425 }, "errno 1"],
  ["perf_event_open", { nr: 298 }, { nr: 241 }, "errno 1"],
  ["userfaultfd", { nr: 323 }, { nr: 282 }, "errno 1"],
  ["unlink, unlinkat", { nr: 87 }, { nr: 35 }, "errno 1"],
  ["prctl to name a thread", { nr: 157, args: [15] }, { nr: 167, args: [15] }, "allow"],
  ["prctl to keep privileges", { nr: 157, args: [8] }, { nr: 167, args: [8] }, "errno 1"],
  ["ioctl FIONBIO", { nr: 16, args: [3, 0x5421] }, { nr: 29, args: [3, 0x5421] }, "allow"],
  ["ioctl TIOCSTI", { nr: 16, args: [0, 0x5412] }, { nr: 29, args: [0, 0x5412] }, "errno 1"],
  ["a number nobody has", { nr: 4000 }, { nr: 4000 }, "errno 1"],
  ["another architecture", { nr: 0, arch: 0x40000003 }, { nr: 63, arch: 0x40000028 }, "kill"],
  ["the x32 convention", { nr: 0x40000000 }, null, "kill"],
];

/** The same of what programs in processes of their own may do, where it differs. */
const PROGRAM_CALLS: typeof CALLS = [
  ["fork", { nr: 57 }, null, "allow"],
  ["fork by clone", { nr: 56, args: [0x1200011] }, { nr: 220, args: [0x1200011] }, "allow"],
  ["a thread", { nr: 56, args: [THREAD] }, { nr: 220, args: [THREAD] }, "allow"],
  ["a user namespace", { nr: 56, args: [0x10000011] }, { nr: 220, args: [0x10000011] }, "errno 1"],
  ["a mount namespace", { nr: 56, args: [0x20011] }, { nr: 220, args: [0x20011] }, "errno 1"],
  ["clone3", { nr: 435 }, { nr: 435 }, "errno 38"],
  ["openat2", { nr: 437 }, { nr: 437 }, "errno 38"],
  ["openat to write", { nr: 257, args: [0, 0, 1] }, { nr: 56, args: [0, 0, 1] }, "allow"],
  ["unlink, unlinkat", { nr: 87 }, { nr: 35 }, "allow"],
  ["a local socket", { nr: 41, args: [1] }, { nr: 198, args: [1] }, "allow"],
  ["an internet socket", { nr: 41, args: [2] }, { nr: 198, args: [2] }, "errno 1"],
  ["a netlink socket", { nr: 41, args: [16] }, { nr: 198, args: [16] }, "errno 1"],
  ["a packet socket", { nr: 41, args: [17] }, { nr: 198, args: [17] }, "errno 1"],
  ["a socket of virtual machines", { nr: 41, args: [40] }, { nr: 198, args: [40] }, "errno 1"],
  ["a named pipe", { nr: 259, args: [0, 0, 0o10644] }, { nr: 33, args: [0, 0, 0o10644] }, "allow"],
  ["a block device", { nr: 259, args: [0, 0, 0o60644] }, { nr: 33, args: [0, 0, 0o60644] }, "errno 1"],
  ["extended attributes", { nr: 188 }, { nr: 5 }, "errno 95"],
  ["ptrace", { nr: 101 }, { nr: 117 }, "errno 1"],
  ["process_vm_readv", { nr: 310 }, { nr: 270 }, "errno 1"],
  ["mount", { nr: 165 }, { nr: 40 }, "errno 1"],
  ["chroot", { nr: 161 }, { nr: 51 }, "errno 1"],
  ["unshare", { nr: 272 }, { nr: 97 }, "errno 1"],
  ["setns", { nr: 308 }, { nr: 268 }, "errno 1"],
  ["bpf", { nr: 321 }, { nr: 280 }, "errno 1"],
  ["keyctl", { nr: 250 }, { nr: 219 }, "errno 1"],
  ["io_uring_setup", { nr: 425 }, { nr: 425 }, "errno 1"],
  ["perf_event_open", { nr: 298 }, { nr: 241 }, "errno 1"],
  ["userfaultfd", { nr: 323 }, { nr: 282 }, "errno 1"],
  ["ioctl TIOCSTI", { nr: 16, args: [0, 0x5412] }, { nr: 29, args: [0, 0x5412] }, "errno 1"],
  ["a number nobody has", { nr: 4000 }, { nr: 4000 }, "errno 1"],
  ["another architecture", { nr: 0, arch: 0x40000003 }, { nr: 63, arch: 0x40000028 }, "kill"],
];

/** What an OCI runtime is told about a call: whether one of its entries allows it with these arguments. */
function ociAllows(name: string, args: readonly number[]): boolean {
  const { syscalls } = ociFilter("x64") as { syscalls: OciEntry[] };
  return syscalls.some(
    ({ names, action, args: wanted = [] }) =>
      names.includes(name) &&
      action === "SCMP_ACT_ALLOW" &&
      wanted.every(({ index, value, valueTwo }) => ((args[index] ?? 0) & value) >>> 0 === valueTwo),
  );
}
type OciEntry = {
  readonly names: readonly string[];
  readonly action: string;
  readonly args?: readonly { readonly index: number; readonly value: number; readonly valueTwo: number }[];
};

describe("the filter in the words of the OCI specification", () => {
  const cases: [name: string, call: string, args: number[], allowed: boolean][] = [
    ["reading", "read", [], true],
    ["a fork", "clone", [0x1200011], true],
    ["a user namespace", "clone", [0x10000011], false],
    ["a local socket", "socket", [1], true],
    ["an internet socket", "socket", [2], false],
    ["naming a thread", "prctl", [15], true],
    ["keeping privileges", "prctl", [8], false],
    ["mount", "mount", [], false],
  ];
  for (const [name, call, args, allowed] of cases) test(name, () => assert.equal(ociAllows(call, args), allowed));
});

describe("the filter of programs in processes of their own", () => {
  for (const architecture of ["x64", "arm64"] as const satisfies readonly FilterArchitecture[]) {
    const filter = programFilter(architecture);
    for (const [name, x64, arm64, wanted] of PROGRAM_CALLS) {
      const call = architecture === "x64" ? x64 : arm64;
      if (call) test(`${architecture}: ${name}`, () => assert.equal(answerOf(filter, { arch: AUDIT[architecture], ...call }), wanted));
    }
  }
});

describe("the filter of system calls", () => {
  for (const architecture of ["x64", "arm64"] as const satisfies readonly FilterArchitecture[]) {
    const filter = workerFilter(architecture);
    for (const [name, x64, arm64, wanted] of CALLS) {
      const call = architecture === "x64" ? x64 : arm64;
      if (call) test(`${architecture}: ${name}`, () => assert.equal(answerOf(filter, { arch: AUDIT[architecture], ...call }), wanted));
    }
  }
  test("no other architecture has one", () =>
    assert.deepEqual([hasFilter("x64"), hasFilter("ia32"), hasFilter("riscv64")], [true, false, false]));
});

/** What a program finds that has broken out of its isolate: each line must be a refusal. */
const INTRUDER = `
const fs = require("node:fs"), net = require("node:net"), { spawnSync } = require("node:child_process");
const seen = {};
const tries = {
  write: () => fs.writeFileSync("/tmp/x", "x"), create: () => fs.mkdirSync("/tmp/d"), link: () => fs.symlinkSync("/", "/tmp/l"),
  overwrite: () => fs.writeFileSync(process.execPath, "x"), remove: () => fs.unlinkSync(process.execPath),
  passwd: () => fs.readFileSync("/etc/passwd"), home: () => fs.readdirSync("/home"), root: () => fs.readdirSync("/root"),
  shell: () => fs.readFileSync("/bin/sh"), process: () => { const r = spawnSync(process.execPath, ["-v"]); if (r.error) throw r.error },
  core: () => fs.writeFileSync("/proc/sys/kernel/core_pattern", "x"), memory: () => fs.openSync("/dev/mem", "r"),
  first: () => process.kill(1, "SIGKILL") && fs.readFileSync("/proc/1/mem"),
};
for (const [name, run] of Object.entries(tries)) try { run(); seen[name] = "done" } catch (e) { seen[name] = e.code ?? e.message }
seen.environment = Object.keys(process.env).filter((name) => name !== "PWD");
seen.first = [];
try { seen.first = fs.readFileSync("/proc/1/environ", "latin1").split("\\0").filter((line) => line && !line.startsWith("PWD=")) } catch {}
seen.processes = fs.readdirSync("/proc").filter((name) => /^[0-9]+$/.test(name)).length;
seen.interfaces = fs.readFileSync("/proc/net/dev", "latin1").split("\\n").slice(2).filter(Boolean).map((line) => line.trim().split(":")[0]);
seen.privileged = process.getuid() === 0 ? ["uid"] : [];
const socket = net.connect(80, "127.0.0.1");
socket.on("error", (e) => { seen.socket = e.code; process.stderr.write(JSON.stringify(seen)); });
`;

/** The exact rings of a worker, with another program inside. */
async function inside(variant: Variant, script: string): Promise<string> {
  const { command, args, options, filter } = launch({ kind: "javascript", variant, bubblewrap, maximum: MAXIMUM, python: null });
  const outer = args.slice(0, args.lastIndexOf("--") + 1);
  const drop = variant.drop === "worker" ? "process.setgroups([65534]); process.setgid(65534); process.setuid(65534);" : "";
  const child = spawn(command, [...outer, process.execPath, "-e", drop + script], options);
  if (filter) (child.stdio.at(FILTER_FD) as Socket).end(filter);
  const [said] = await Promise.all([text(child.stderr!), once(child, "close")]);
  return said;
}

const strongest = variants(bubblewrap).filter(({ seccomp, rlimits }) => seccomp && rlimits);

describe("what has broken out of its isolate", { skip: bubblewrap === null || strongest.length === 0 }, () => {
  for (const variant of strongest) {
    test(`finds nothing, rights dropped by ${variant.drop}`, async () => {
      const said = await inside(variant, INTRUDER);
      assert.match(said, /^\{/, said);
      const { environment, first, processes, interfaces, privileged, ...tries } = JSON.parse(said);
      assert.deepEqual({ environment, first, privileged, interfaces }, { environment: [], first: [], privileged: [], interfaces: ["lo"] });
      assert.ok(processes <= 2, `${processes} processes are seen`);
      const done = Object.entries(tries).filter(([, outcome]) => !/^(EPERM|EACCES|ENOENT|EROFS|ESRCH)$/.test(String(outcome)));
      assert.deepEqual(done, []);
    });
  }
});

/** Starts a worker; says whether it got ready, and what stands around it then. */
async function ready(variant: Variant): Promise<{ started: boolean; missing: string | null; said: string }> {
  return new Promise((resolve) => {
    let answer = { started: false, missing: null as string | null, said: "" };
    const worker: WorkerProcess = new WorkerProcess(
      { kind: "javascript", variant, bubblewrap, maximum: MAXIMUM, python: null },
      {
        onReady: () => {
          answer = { ...answer, started: true };
          worker.kill();
        },
        onIdle: () => {},
        onExit: (said) => resolve({ ...answer, said }),
      },
    );
  });
}

describe("every way to start a worker here", () => {
  for (const variant of variants(bubblewrap)) {
    const rings = isolationOf(variant).join(", ");
    test(`${rings}; rights dropped: ${variant.drop}; rlimits: ${variant.rlimits}`, async () => {
      const { started, said } = await ready(variant);
      assert.ok(started, said);
    });
  }

  test("rings that are not there are missed", () => {
    const claimed = { namespaces: true, seccomp: true, drop: "none", rlimits: false } as const;
    assert.match(missingRing(process.pid, claimed) ?? "", /shares the namespaces/);
    assert.match(missingRing(2 ** 22 + 1, claimed) ?? "", /cannot be seen/);
    assert.equal(missingRing(process.pid, { ...claimed, namespaces: false, seccomp: false }), null);
  });
});

test("the rings that are named are those of every worker, and no process below holds anything of ours", async (t) => {
  const sandbox = await startSandbox();
  t.after(() => sandbox.close());
  const { isolation } = await sandbox.run(request("1"));
  assert.deepEqual(isolation, sandbox.status().isolation);
  const workers = descendants().filter(
    (pid) => isAlive(pid) && /\0[^\0]*worker\.[jt]s\0/.test(readFileSync(`/proc/${pid}/cmdline`, "latin1")),
  );
  const inner = workers.filter((pid) => !readFileSync(`/proc/${pid}/cmdline`, "latin1").includes("bwrap"));
  assert.ok(inner.length >= 1, "a worker is expected");
  for (const pid of inner) {
    const filtered = /^Seccomp:\s*2$/m.test(readFileSync(`/proc/${pid}/status`, "latin1"));
    assert.equal(filtered, isolation.includes("seccomp"));
  }
  for (const pid of descendants()) {
    const names = readFileSync(`/proc/${pid}/environ`, "latin1").split("\0").filter(Boolean);
    assert.deepEqual(
      names.filter((name) => !name.startsWith("PWD=")),
      [],
    );
  }
});
