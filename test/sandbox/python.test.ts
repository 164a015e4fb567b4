/** What a Python program gets and gives: values, output in order, errors at its own lines, inputs, files, time, randomness. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { RunRequest, RunResult, Sandbox } from "../../sandbox/sandbox.ts";
import { limited, request, startSandbox } from "./support.ts";

let sandbox: Sandbox;
before(async () => {
  sandbox = await startSandbox({ workers: 1, python: { interpreters: 2, startAfterMs: 0 } });
});
after(() => sandbox.close());

const NO_FILES = { profile: { filesystem: "none", declaredFiles: false, network: "none", hosts: [] } } as const;
type Case = { name: string; code: string; wants: Partial<RunResult>; given?: Partial<RunRequest> };
const run = (code: string, given: Partial<RunRequest> = {}) => sandbox.run(request(code, { ...given, language: "python" }));
const ok = (result: unknown): Partial<RunResult> => ({ status: "completed", result, error: null });
const failed = (error: string): Partial<RunResult> => ({ status: "failed", result: null, error });

const VALUES: Case[] = [
  { name: "the last expression", code: "a = 1\na + 1", wants: ok(2) },
  { name: "`result` when the last statement is no expression", code: "result = {'n': 1}", wants: ok({ n: 1 }) },
  { name: "`result` when the last expression is None", code: "result = 3\nprint()", wants: { ...ok(3), stdout: "\n" } },
  { name: "neither", code: "a = 1", wants: ok(null) },
  { name: "nothing at all", code: "", wants: ok(null) },
  { name: "a lone string", code: '"hello"', wants: ok("hello") },
  {
    name: "what JSON has, and what it has not",
    code: "[1, 2.5, True, None, (1,), {3}, float('nan'), 2 ** 70, b'a', 1j, {1: 2}, range(2)]",
    wants: ok([1, 2.5, true, null, [1], [3], null, "1180591620717411303424", "a", "1j", { "1": 2 }, [0, 1]]),
  },
  { name: "dates", code: "import datetime\ndatetime.date(2020, 1, 2)", wants: ok("2020-01-02") },
  { name: "a dataclass", code: "from dataclasses import dataclass\n@dataclass\nclass P:\n  x: int\nP(1)", wants: ok({ x: 1 }) },
  { name: "a top-level await", code: "import asyncio\nawait asyncio.sleep(0.001)\n'later'", wants: ok("later") },
  {
    name: "asyncio.run, gather and threads that are none",
    code: "import asyncio\nasync def f(n):\n  await asyncio.sleep(0.01)\n  return n\nasync def main():\n  return [*await asyncio.gather(f(1), f(2)), await asyncio.to_thread(len, 'abc')]\nasyncio.run(main())",
    wants: ok([1, 2, 3]),
  },
  { name: "its own module", code: "import sys\nx = 1\n[__name__, sys.modules['__main__'].x]", wants: ok(["__main__", 1]) },
  { name: "surrogates and control characters", code: "'\\ud800\\x00é😀'", wants: ok("\ud800\u0000é😀") },
];

const REALM: Case[] = [
  { name: "inputs", code: "inputs['a'][0]", wants: ok(1), given: { inputs: { a: [1] } } },
  { name: "no inputs", code: "inputs", wants: ok(null) },
  {
    name: "files, as a variable and in the working directory",
    code: "outputs['b.txt'] = open('d/a.txt').read().upper()\nfiles['d/a.txt']",
    wants: { ...ok("text"), files: { "b.txt": "TEXT" } },
    given: { files: { "d/a.txt": "text" } },
  },
  {
    name: "a file that would lie elsewhere is not placed",
    code: "import os\n[sorted(files), os.path.exists('/escaped')]",
    wants: ok([["/escaped"], false]),
    given: { files: { "/escaped": "x" } },
  },
  {
    name: "no files where none are declared",
    code: "['files' in globals(), 'outputs' in globals()]",
    wants: ok([false, false]),
    given: NO_FILES,
  },
  {
    name: "where files are blocked, none is written, read or listed, and it is told",
    code: "import os, sqlite3\ndef tried(f, *args):\n  try:\n    return f(*args)\n  except PermissionError as error:\n    return error.strerror\n{tried(*each) for each in [(open, '/tmp/x', 'w'), (open, 'a'), (os.mkdir, 'd'), (os.listdir, '/'), (os.scandir, '/'), (sqlite3.connect, 'x.db')]}",
    wants: {
      ...ok(["files are not available in the sandbox"]),
      observedEffects: [
        { kind: "import", target: "os", allowed: true },
        { kind: "import", target: "sqlite3", allowed: true },
        { kind: "fs.write", target: "/tmp/x", allowed: false },
        { kind: "fs.read", target: "a", allowed: false },
        { kind: "fs.write", target: "d", allowed: false },
        { kind: "fs.read", target: "/", allowed: false },
        { kind: "fs.write", target: "x.db", allowed: false },
      ],
    },
    given: NO_FILES,
  },
  {
    name: "where files are blocked, the standard library goes on",
    code: "import sqlite3, zoneinfo, mimetypes, decimal, email.mime.text\n[sqlite3.connect(':memory:').execute('select 2').fetchone()[0], mimetypes.guess_type('a.txt')[0]]",
    wants: ok([2, "text/plain"]),
    given: NO_FILES,
  },
  {
    name: "a module of the request's own",
    code: "import helpers\nhelpers.double(4)",
    wants: ok(8),
    given: { files: { "helpers.py": "def double(n): return 2 * n" } },
  },
  { name: "a file system in memory", code: "open('/tmp/x', 'w').write('1')\nopen('/tmp/x').read()", wants: ok("1") },
  { name: "sqlite in memory", code: "import sqlite3\nsqlite3.connect(':memory:').execute('select 1 + 1').fetchone()", wants: ok([2]) },
];

const OUTPUT: Case[] = [
  {
    name: "both streams, in order",
    code: "import sys\nprint('a', end='')\nprint('b', file=sys.stderr)\nprint('ü€😀')\nsys.stdout.write('c')\nNone",
    wants: { ...ok(null), stdout: "aü€😀\nc", stderr: "b\n" },
  },
  {
    name: "below print",
    code: "import os\nos.write(1, 'é'.encode()[:1])\nos.write(1, 'é'.encode()[1:])",
    wants: { ...ok(1), stdout: "é" },
  },
  { name: "what was printed before an error", code: "print('before')\n1 / 0", wants: { status: "failed", stdout: "before\n" } },
];

const ERRORS: Case[] = [
  {
    name: "the program's own lines, and no others",
    code: "def f(x):\n  return 1 / x\n\nf(0)",
    wants: failed(
      'Traceback (most recent call last):\n  File "user.py", line 4, in <module>\n    f(0)\n    ~^^^\n  File "user.py", line 2, in f\n    return 1 / x\n           ~~^~~\nZeroDivisionError: division by zero',
    ),
  },
  {
    name: "a syntax error",
    code: "x = (1,\n",
    wants: failed("  File \"user.py\", line 1\n    x = (1,\n        ^\nSyntaxError: '(' was never closed"),
  },
  {
    name: "a package that is not there",
    code: "import numpy",
    wants: { status: "failed", observedEffects: [{ kind: "import", target: "numpy", allowed: false }] },
  },
  { name: "the end of input", code: "input()", wants: { status: "failed" } },
];

for (const [suite, cases] of Object.entries({ values: VALUES, realm: REALM, output: OUTPUT, errors: ERRORS })) {
  describe(`Python ${suite}`, () => {
    for (const { name, code, wants, given } of cases) {
      test(name, async () => {
        const result = await run(code, given);
        assert.deepEqual({ ...result, ...wants }, result);
        assert.equal(result.backend, "pyodide");
      });
    }
  });
}

test("every run draws its own random numbers, though all begin with one memory", async () => {
  const code = "import random, uuid, secrets, os\n[random.random(), str(uuid.uuid4()), secrets.token_hex(8), os.urandom(8).hex()]";
  const [first, second] = await Promise.all([run(code), run(code)]);
  const values = [...(first.result as unknown[]), ...(second.result as unknown[])];
  assert.equal(new Set(values).size, 8, JSON.stringify(values));
});

test("nothing is kept for the next program of a session unless that is configured", async () => {
  const leave = "import builtins, os\nbuiltins.mark = os.environ['MARK'] = '1'\nopen('/tmp/mark', 'w').close()";
  const look = "import builtins, os\n[hasattr(builtins, 'mark'), 'MARK' in os.environ, os.path.exists('/tmp/mark')]";
  for (let round = 0; round < 3; round++) {
    assert.deepEqual((await run(look, { session: "one" })).result, [false, false, false]);
    assert.equal((await run(leave, { session: "one" })).status, "completed");
  }
});

test("memory is granted to the request's limit and no further", async () => {
  const code = "a = []\ntry:\n  while True: a.append(bytearray(10 ** 6))\nexcept MemoryError:\n  n, a = len(a), None\nn";
  const [small, large] = await Promise.all([run(code, limited({ memoryMb: 32 })), run(code, limited({ memoryMb: 96 }))]);
  const [few, many] = [small.result as number, large.result as number];
  assert.ok(few > 24 && few < 40 && many > 88 && many < 104, `${few} and ${many} MB: ${small.error} ${large.error}`);
});

test("sleeping costs no CPU time", async () => {
  const result = await run("import time\nt = time.monotonic()\ntime.sleep(1.5)\ntime.monotonic() - t", limited({ cpuSeconds: 0.8 }));
  assert.equal(result.status, "completed", result.error ?? "");
  assert.ok((result.result as number) >= 1.5);
});

test("output streams while the program runs, and kill ends it", async () => {
  const given = { ...request("print('started')\nwhile True: pass"), language: "python" as const, id: "to-kill" };
  const result = await sandbox.run(given, (_stream, text) => {
    if (text.includes("started")) sandbox.kill("to-kill");
  });
  assert.deepEqual([result.status, result.reason, result.stdout], ["crashed", "killed", "started\n"]);
});

test("without Python nothing runs, and the sandbox says so", async () => {
  const without = await startSandbox({ workers: 1 });
  try {
    const { languages, backends } = without.status();
    assert.deepEqual([languages.includes("python"), backends.python], [false, false]);
    const result = await without.run(request("1", { language: "python" }));
    assert.deepEqual([result.status, result.reason], ["not_run", "executor_unavailable"]);
  } finally {
    await without.close();
  }
});
