/**
 * Programs in processes of their own keep the contract of every executor: result, output, errors at the program's lines,
 * inputs, files and outputs, limits, what was observed, and their end from outside.
 */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { RunRequest, RunResult, Sandbox } from "../../sandbox/sandbox.ts";
import { backendsHere, sandboxOf, unusable } from "./program-support.ts";
import { limited, request, started } from "./support.ts";

type Filesystem = RunRequest["profile"]["filesystem"];
const PROFILE = { filesystem: "read-write", declaredFiles: true, network: "none", hosts: [] } as const;
const FILES = { "in.txt": "hello", "lib/part.py": "y = 5" };
const INPUTS = { a: [1, 2] };

type Case = {
  readonly name: string;
  readonly language: RunRequest["language"];
  readonly code: string;
  readonly filesystem?: Filesystem;
  readonly more?: Partial<RunRequest>;
  readonly wants: Partial<Pick<RunResult, "status" | "result" | "stdout" | "stderr" | "error" | "files" | "reason">>;
  /** Effects as `kind target`, with `!` before what was refused. */
  readonly observed?: readonly string[];
};

const CASES: readonly Case[] = [
  {
    name: "Python: inputs, files, output, outputs, result",
    language: "python",
    code: "import sys\nfrom lib import part\nprint(inputs['a'], open('in.txt').read(), files['in.txt'])\nprint('err', file=sys.stderr)\noutputs['o'] = {'n': 1}\npart.y + 1",
    wants: { status: "completed", result: 6, stdout: "[1, 2] hello hello\n", stderr: "err\n", files: { o: '{"n":1}' } },
    observed: ["fs.read in.txt"],
  },
  {
    name: "Python: await, threads and processes of its own",
    language: "python",
    code: "import asyncio, subprocess, threading\nout = []\nt = threading.Thread(target=lambda: out.append(1)); t.start(); t.join()\nawait asyncio.sleep(0)\nout + [subprocess.run(['echo', 'x'], capture_output=True, text=True).stdout]",
    wants: { status: "completed", result: [1, "x\n"] },
    observed: ["process.exec echo x"],
  },
  {
    name: "Python: an error with its lines, and nothing of the runner",
    language: "python",
    code: "def f():\n  raise ValueError('no')\n\nf()",
    wants: {
      status: "failed",
      error:
        'Traceback (most recent call last):\n  File "user.py", line 4, in <module>\n    f()\n  File "user.py", line 2, in f\n    raise ValueError(\'no\')\nValueError: no',
    },
  },
  {
    name: "Python: an ordinary end",
    language: "python",
    code: "print('a', end='')\nimport sys\nsys.exit()",
    wants: { status: "completed", stdout: "a", result: null },
  },
  {
    name: "Python: the network is refused, and said so",
    language: "python",
    code: "import socket\ntry: socket.create_connection(('10.0.0.1', 80))\nexcept OSError: pass\nimport urllib.request\ntry: urllib.request.urlopen('http://169.254.169.254/x')\nexcept OSError: pass\n1",
    wants: { status: "completed", result: 1 },
    observed: ["!net.fetch http://169.254.169.254/x"],
  },
  {
    name: "Python: only reading",
    language: "python",
    filesystem: "read-only",
    code: "open('in.txt').read()\nopen('new', 'w')",
    wants: { status: "failed" },
    observed: ["fs.read in.txt", "!fs.write new"],
  },
  {
    name: "Python: what analysis had not predicted ends it",
    language: "python",
    code: "open('in.txt').read()\nimport subprocess\nsubprocess.run(['id'])\nprint('on')",
    more: { profile: { ...PROFILE, expects: ["fs.read"] } },
    wants: { status: "failed", reason: "unpredicted_effect", stdout: "" },
    observed: ["fs.read in.txt", "process.exec id"],
  },
  {
    name: "Python: what analysis had predicted does not",
    language: "python",
    code: "import subprocess\nsubprocess.run(['true'], stdout=subprocess.DEVNULL).returncode",
    more: { profile: { ...PROFILE, expects: ["process.spawn"] } },
    wants: { status: "completed", result: 0 },
  },
  {
    name: "Python: no files",
    language: "python",
    code: "import os\n['files' in globals(), os.listdir('.')]",
    filesystem: "none",
    more: { profile: { ...PROFILE, filesystem: "none", declaredFiles: false } },
    wants: { status: "completed", result: [false, []] },
  },
  {
    name: "JavaScript: modules, inputs, files, outputs, result",
    language: "javascript",
    code: "import fs, { readFileSync as read } from 'node:fs';\nimport * as path from 'path';\nconsole.log(read('in.txt', 'utf8'), inputs.a[1], files['in.txt'], typeof fs.statSync, path.sep);\noutputs.o = 'x';\nconst { join } = await import('node:path');\njoin('a', 'b')",
    wants: { status: "completed", result: "a/b", stdout: "hello 2 hello function /\n", files: { o: "x" } },
    observed: ["import fs", "import path"],
  },
  {
    name: "JavaScript: exports and module syntax",
    language: "javascript",
    code: "export const a = 1;\nexport default function twice(n) { return n * 2 }\ntwice(a + 2)",
    wants: { status: "completed", result: 6 },
  },
  {
    name: "TypeScript: an error in a timer, at its own line and column",
    language: "typescript",
    code: "const ms: number = 1;\nfunction late(): never {\n  throw new Error('no');\n}\nsetTimeout(late, ms);",
    wants: { status: "failed", error: "Error: no\n    at Timeout.late [as _onTimeout] (user.ts:3:9)" },
  },
  {
    name: "JavaScript: text that does not parse",
    language: "javascript",
    code: "const a = 1;\nconst = 2",
    wants: { status: "failed", error: "SyntaxError: Unexpected token\n    at user.js:2:7" },
  },
  {
    name: "JavaScript: its own end",
    language: "javascript",
    code: "console.log(1); process.exit(3)",
    wants: { status: "failed", stdout: "1\n", error: "the program ended its process with code 3" },
  },
  {
    name: "JavaScript: what analysis had not predicted ends it",
    language: "javascript",
    code: "require('node:child_process').execSync('id')",
    more: { profile: { ...PROFILE, expects: ["fs.read"] } },
    wants: { status: "failed", reason: "unpredicted_effect" },
    observed: ["import child_process"],
  },
  {
    name: "shell: inputs, files, outputs, the line of a mistake",
    language: "shell",
    code: 'echo "$INPUTS"; cat in.txt\nprintf out > "$OUTPUTS/o.txt"\nnosuchcommand\ntrue',
    wants: {
      ...{ status: "completed", result: null, stdout: '{"a":[1,2]}\nhello', files: { "o.txt": "out" } },
      stderr: "user.sh: line 3: nosuchcommand: command not found\n",
    },
    observed: [],
  },
  {
    name: "shell: reading only, and outputs all the same",
    language: "shell",
    filesystem: "read-only",
    code: 'cat in.txt; echo x > new; echo y > "$OUTPUTS/y"',
    wants: { status: "completed", stdout: "hello", files: { y: "y\n" }, stderr: "user.sh: line 1: new: Read-only file system\n" },
  },
  { name: "shell: a code", language: "shell", code: "exit 3", wants: { status: "failed", error: "the program ended with code 3" } },
  {
    name: "CPU time of children counts",
    language: "shell",
    code: "while :; do :; done & while :; do :; done & wait",
    more: limited({ cpuSeconds: 0.4, timeoutMs: 15_000 }),
    wants: { status: "timeout", reason: "cpu_seconds" },
  },
];

for (const backend of backendsHere().filter(({ system }) => system === "host")) {
  describe(`programs by ${backend.name}`, { skip: backend.missing, concurrency: 2 }, () => {
    let sandbox: Sandbox;
    let unable: string | null = null;
    before(async () => {
      sandbox = await sandboxOf(backend, ["javascript", "typescript", "python", "shell"]);
      unable = unusable(backend, sandbox.status().executors.python?.ready);
    });
    after(() => sandbox.close());
    const given = ({ language, code, filesystem, more }: Pick<Case, "language" | "code" | "filesystem" | "more">) =>
      request(code, { language, inputs: INPUTS, files: FILES, profile: { ...PROFILE, filesystem: filesystem ?? "read-write" }, ...more });

    for (const each of CASES) {
      test(each.name, async (t) => {
        if (unable !== null) return t.skip(unable);
        const run = await sandbox.run(given(each));
        assert.deepEqual({ ...run, ...each.wants }, run);
        const observed = run.observedEffects.map(({ kind, target, allowed }) => `${allowed ? "" : "!"}${kind} ${target}`);
        if (each.observed)
          for (const effect of each.observed) assert.ok(observed.includes(effect), `${effect} among ${observed.join(", ")}`);
        if (each.observed?.length === 0) assert.deepEqual(observed, []);
      });
    }

    test("output arrives while a program runs, and a killed one says why", async (t) => {
      if (unable !== null) return t.skip(unable);
      const program = given({ language: "python", code: "import time\nprint('begun')\ntime.sleep(1000)" });
      const { running, result } = started(sandbox, program);
      await running;
      sandbox.kill(program.id, "kill_switch");
      const { status, reason, stdout } = await result;
      assert.deepEqual([status, reason, stdout], ["crashed", "kill_switch", "begun\n"]);
    });

    test("memory is that of the program, its children and its files together", async (t) => {
      if (unable !== null) return t.skip(unable);
      const children =
        "import os, time\nfor _ in range(3):\n  if os.fork() == 0:\n    a = os.urandom(50 << 20)\n    time.sleep(100)\ntime.sleep(100)";
      const bounds = limited({ memoryMb: 64, timeoutMs: 15_000 });
      assert.equal((await sandbox.run(given({ language: "python", code: children, more: bounds }))).status, "memory_exceeded");
      // sixteen children that share what they were born with hold little
      const sharing =
        "import os, time\na = os.urandom(8 << 20)\nfor _ in range(16):\n  if os.fork() == 0: time.sleep(0.3); os._exit(0)\nfor _ in range(16): os.wait()\n1";
      assert.equal((await sandbox.run(given({ language: "python", code: sharing, more: bounds }))).status, "completed");
    });
  });
}

test("more runs than there is room for wait, and none sees another", { skip: backendsHere()[0]!.missing }, async (t) => {
  const [native] = backendsHere();
  const sandbox = await sandboxOf(native!, ["python"]);
  t.after(() => sandbox.close());
  const unable = unusable(native!, sandbox.status().executors.python?.ready);
  if (unable !== null) return t.skip(unable);
  const program = (n: number) =>
    request(
      `import os, time\nopen('/tmp/mine', 'x').write('${n}')\ntime.sleep(0.05)\n[open('/tmp/mine').read(), len([p for p in os.listdir('/proc') if p.isdigit()]) < 4]`,
      {
        ...{ language: "python", profile: PROFILE },
      },
    );
  const runs = await Promise.all([1, 2, 3, 4, 5, 6].map((n) => sandbox.run(program(n))));
  assert.deepEqual(
    runs.map(({ result }) => result),
    [1, 2, 3, 4, 5, 6].map((n) => [String(n), true]),
  );
});
