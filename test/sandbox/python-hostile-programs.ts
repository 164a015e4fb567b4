/** Python programs that attack the sandbox, and how each must end. Data for python-hostile.test.ts. */
import type { RunResult, RunStatus } from "../../sandbox/sandbox.ts";

export type HostilePython = {
  readonly name: string;
  readonly code: string;
  /** More than one where the machine's speed decides which ceiling is met first. */
  readonly wants: readonly RunStatus[];
  readonly result?: unknown;
  /** What the error's text must say. */
  readonly error?: RegExp;
  /** Effects, as `kind target`, that must have been observed as refused. */
  readonly refused?: readonly string[];
  /** 1 s unless said. */
  readonly timeoutMs?: number;
  readonly also?: (result: RunResult) => void;
};

const SPENT: readonly RunStatus[] = ["timeout", "memory_exceeded"];
const lines = (...text: string[]) => text.join("\n");
const forever = (...body: string[]) => lines("while True:", ...body.map((line) => `  ${line}`));

const TIME: HostilePython[] = [
  { name: "a loop", code: forever("pass"), wants: ["timeout"] },
  { name: "a loop that catches everything", code: forever("try:", "  while True: pass", "except BaseException: pass"), wants: ["timeout"] },
  { name: "a long sleep", code: "import time\ntime.sleep(1000)", wants: ["timeout"] },
  {
    name: "a sleep that catches everything",
    code: forever("try: __import__('time').sleep(9)", "except BaseException: pass"),
    wants: ["timeout"],
  },
  { name: "an await for ever", code: "import asyncio\nawait asyncio.sleep(1000)", wants: ["timeout"] },
  {
    name: "a future that nobody settles",
    code: "import asyncio\nawait asyncio.get_running_loop().create_future()",
    wants: ["failed"],
    error: /waits for something that nothing settles/,
  },
  { name: "regex backtracking", code: "import re\nre.match('(a+)+$', 'a' * 40 + 'b')", wants: ["timeout"] },
  { name: "a number with 10**8 digits", code: "10 ** 10 ** 8", wants: SPENT },
  { name: "a sum in C", code: "sum(range(10 ** 13))", wants: ["timeout"] },
  {
    name: "a comparison that never ends",
    code: lines("class A:", "  def __lt__(self, other):", "    while True: pass", "sorted([A(), A()])"),
    wants: ["timeout"],
  },
  {
    name: "a trace function that never ends",
    code: lines("import sys", "def t(*a):", "  while True: pass", "sys.settrace(t)", "(lambda: 1)()"),
    wants: ["timeout"],
  },
];

const MEMORY: HostilePython[] = [
  { name: "a list that grows", code: "a = []\nwhile True: a.append([0] * 1000)", wants: SPENT },
  {
    name: "a list that grows and catches",
    code: lines("a = []", forever("try: a.append(bytearray(10 ** 6))", "except MemoryError: pass")),
    wants: SPENT,
  },
  { name: "a dict that grows", code: "d = {}\nfor i in range(10 ** 9): d[i] = str(i) * 10", wants: SPENT },
  { name: "a list of 10**9", code: "list(range(10 ** 9))", wants: ["memory_exceeded"], error: /File "user.py", line 1|memory/ },
  { name: "bytes that double", code: "b = b'x'\nwhile True: b += b", wants: ["memory_exceeded"] },
  {
    name: "files that fill the disk",
    code: lines("i = 0", forever("open(f'f{i}', 'wb').write(b'x' * 10 ** 6)", "i += 1")),
    wants: [...SPENT, "failed"],
  },
  { name: "one file without end", code: "f = open('big', 'wb')\nwhile True: f.write(b'x' * 10 ** 6)", wants: [...SPENT, "failed"] },
  { name: "empty files without end", code: lines("i = 0", forever("open(f'f{i}', 'w').close()", "i += 1")), wants: [...SPENT, "failed"] },
  { name: "deep recursion", code: "def f(n): return f(n + 1)\nf(0)", wants: ["failed"], error: /RecursionError/ },
  {
    name: "recursion without a limit",
    code: "import sys\nsys.setrecursionlimit(10 ** 9)\ndef f(n): return f(n + 1)\nf(0)",
    wants: [...SPENT, "failed"],
  },
  { name: "recursion in C", code: "a = []\nfor _ in range(10 ** 5): a = [a]\nrepr(a)", wants: ["failed"] },
  {
    name: "recursion in C without a limit",
    code: lines("import sys", "sys.setrecursionlimit(10 ** 9)", "a = b = []", "for _ in range(10 ** 5): a, b = [a], [b]", "a == b"),
    wants: [...SPENT, "failed"],
  },
  { name: "JSON nested a million deep", code: "import json\njson.loads('[' * 10 ** 6)", wants: ["failed"] },
  { name: "source nested beyond the stack", code: "(".repeat(100_000), wants: ["failed"], error: /SyntaxError/ },
  { name: "an expression of 100,000 terms", code: Array(100_000).fill("1").join("+"), wants: ["failed", "completed", "timeout"] },
];

const OUTPUT: HostilePython[] = [
  { name: "a flood of print", code: "while True: print('x' * 100)", wants: ["output_exceeded"] },
  {
    name: "a flood that catches what stops it",
    code: forever("try: print('x' * 1000)", "except BaseException: pass"),
    wants: ["output_exceeded"],
  },
  { name: "a flood of single characters", code: "import sys\nwhile True: sys.stderr.write('x')", wants: ["output_exceeded", "timeout"] },
  { name: "a flood below print", code: "import os\nwhile True: os.write(1, b'y' * 10000)", wants: ["output_exceeded"] },
  { name: "a result that is too large", code: "'x' * 10 ** 6", wants: ["output_exceeded"], error: /result is larger than/ },
  { name: "a result whose text loops", code: lines("class A:", "  def __str__(self):", "    while True: pass", "A()"), wants: ["timeout"] },
  {
    name: "a dict that never ends",
    code: lines("class D(dict):", "  def items(self):", "    while True: yield 'a', 1", "D()"),
    wants: ["output_exceeded", "timeout"],
  },
  { name: "a result that holds itself", code: "a = []\na.append(a)\na", wants: ["completed"], result: ["[Circular]"] },
  { name: "a result nested too deep", code: "a = {}\nfor _ in range(10 ** 4): a = {'a': a}\na", wants: ["failed"], error: /nested/ },
  {
    name: "an error whose text loops",
    code: lines("class E(Exception):", "  def __str__(self):", "    while True: pass", "raise E()"),
    wants: ["timeout"],
  },
  {
    name: "an error of 10 MB",
    code: "raise Exception('x' * 10 ** 7)",
    wants: ["failed"],
    also: ({ error }) => {
      if ((error ?? "").length > 16_384) throw new Error("the error is not cut");
    },
  },
  {
    name: "frames of the worker forged on stdout",
    code: "import os\nos.write(1, bytes([0, 0, 0, 19, 21] + [0] * 16 + [123, 125]))\n'real'",
    wants: ["completed"],
    result: "real",
  },
  {
    name: "the worker's own descriptors",
    code: lines(
      "import os",
      "seen = []",
      "for fd in range(3, 64):",
      "  try: seen.append(os.write(fd, b'x'))",
      "  except OSError: pass",
      "seen",
    ),
    wants: ["completed"],
    result: [],
  },
  {
    name: "the driver's own serialiser replaced",
    code: "import json\njson.dumps = lambda *a, **k: 'forged'\n'real'",
    wants: ["completed"],
    result: "real",
  },
  {
    name: "the driver itself replaced",
    code: "import sys\nm = sys.modules['_sandbox_driver']\nm._to_json = lambda *a: 'not json'\n1",
    wants: ["failed"],
    error: /broke its own interpreter/,
  },
];

const PROCESSES: HostilePython[] = [
  {
    name: "os.system",
    code: "import os\nos.system('id')",
    wants: ["failed"],
    error: /processes are not available/,
    refused: ["process.exec id"],
  },
  {
    name: "os.system through ctypes",
    code: "import ctypes\nctypes.CDLL(None).system(b'id')",
    wants: ["completed"],
    result: -1,
    refused: ["code.load None"],
  },
  { name: "subprocess", code: "import subprocess\nsubprocess.run(['id'])", wants: ["failed"] },
  { name: "os.popen", code: "import os\nos.popen('id').read()", wants: ["failed"] },
  { name: "os.execv", code: "import os\nos.execv('/bin/sh', ['sh'])", wants: ["failed"], refused: ["process.exec sh"] },
  { name: "fork", code: "import os\nos.fork()", wants: ["failed"], refused: ["process.spawn fork"] },
  { name: "a fork bomb", code: "import os\nwhile True: os.fork()", wants: ["failed"] },
  {
    name: "a process of multiprocessing",
    code: "import multiprocessing as m\nm.Process(target=print).start()",
    wants: ["failed", "timeout"],
  },
  {
    name: "a thread",
    code: "import threading\nthreading.Thread(target=print).start()",
    wants: ["failed"],
    error: /can't start new thread/,
    refused: ["process.spawn thread"],
  },
  { name: "the end of the process", code: "import os\nos._exit(7)", wants: ["failed"], error: /exit\(7\)/ },
  { name: "an abort", code: "import os\nos.abort()", wants: ["failed"], error: /File "user.py", line 2/ },
  { name: "a signal to itself", code: "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", wants: ["failed"] },
  { name: "a signal to every process", code: "import os, signal\nos.kill(-1, signal.SIGKILL)", wants: ["failed"] },
  { name: "a crash in C", code: "import signal\nsignal.raise_signal(signal.SIGSEGV)", wants: ["failed"] },
  { name: "sys.exit with a code", code: "import sys\nsys.exit(3)", wants: ["failed"], error: /SystemExit: 3/ },
  { name: "sys.exit without one", code: "print('out')\nimport sys\nsys.exit()", wants: ["completed"], result: null },
];

/** Names that lead to what only a host has; whatever is found here has left the isolate. */
const HOST_NAMES = [
  "process",
  "require",
  "Deno",
  "Bun",
  "WebAssembly",
  "fetch",
  "XMLHttpRequest",
  "importScripts",
  "Worker",
  "ivm",
  "SharedArrayBuffer",
  "Atomics",
];

/** Every JsProxy that Python can find is asked for the global object and for constructors that make code. */
const JS_WALK = `import gc, sys
from pyodide.ffi import JsProxy
roots = [sys.modules['_sandbox_driver']._host] + [o for o in gc.get_objects() if isinstance(o, JsProxy)]
for module in list(sys.modules.values()):
  for value in list(getattr(module, '__dict__', {}).values()):
    if isinstance(value, JsProxy): roots.append(value)
seen, found, pending = 0, [], [(r, '') for r in roots]
names = ${JSON.stringify(HOST_NAMES)}
while pending and seen < 1500:
  at, path = pending.pop(0)
  seen += 1
  for name in ['constructor', '__proto__', 'prototype', 'caller', 'arguments', '_api', '_module', 'globalThis', 'config', 'wasmMemory', 'memory', *names]:
    try: value = getattr(at, name)
    except BaseException: continue
    if name in names: found.append(path + '.' + name)
    if name == 'constructor':
      for text in ('return globalThis', 'return process', 'return this.constructor'):
        try: found.append(path + '.constructor(' + text + ') ' + str(value(text)()))
        except BaseException: pass
        try: found.append(path + '.constructor.new(' + text + ') ' + str(value.new(text)()))
        except BaseException: pass
    if isinstance(value, JsProxy) and path.count('.') < 5: pending.append((value, path + '.' + name))
[len(roots) > 0, found]`;

const ESCAPE: HostilePython[] = [
  {
    name: "the module js",
    code: "import js\njs.process",
    wants: ["failed"],
    error: /No module named 'js'/,
    also: ({ error }) => void error,
  },
  { name: "the module pyodide_js", code: "import pyodide_js\npyodide_js.FS", wants: ["failed"], error: /No module named 'pyodide_js'/ },
  { name: "run_js", code: "from pyodide.code import run_js\nrun_js('globalThis.process')", wants: ["failed"] },
  {
    name: "a walk over every JsProxy",
    code: JS_WALK,
    wants: ["completed"],
    timeoutMs: 20_000,
    also: ({ status, result }) => {
      if (status === "completed" && JSON.stringify(result) !== "[true,[]]") throw new Error(`reached: ${JSON.stringify(result)}`);
    },
  },
  {
    name: "JavaScript through ctypes",
    code: "import ctypes\nctypes.CDLL(None).emscripten_run_script(b'globalThis.process.exit()')",
    wants: ["failed"],
  },
  {
    name: "memory beyond the interpreter's",
    code: "import ctypes\nctypes.string_at(0xfffffff0, 100)",
    wants: ["failed"],
    error: /out of bounds/,
  },
  {
    name: "its own memory overwritten",
    code: "import ctypes\nctypes.memset(0, 1, 10 ** 7)",
    wants: ["failed", "timeout", "memory_exceeded"],
  },
  {
    name: "machine code of its own",
    code: "open('/tmp/x.so', 'wb').write(bytes([0, 97, 115, 109, 1, 0, 0, 0]))\nimport ctypes\nctypes.CDLL('/tmp/x.so')",
    wants: ["failed"],
  },
  {
    name: "the host's files",
    code: lines("import os, glob", "[glob.glob('/etc/*'), glob.glob('/root/*'), glob.glob('/proc/*/environ'), os.path.exists('/usr/bin')]"),
    wants: ["completed"],
    result: [[], [], [], false],
  },
  {
    name: "a link out of the file system",
    code: "import os\nos.symlink('../../../../etc/passwd', 'l')\nopen('l').read()",
    wants: ["failed"],
    error: /No such file/,
  },
  {
    name: "the host's environment",
    code: "import os\n[sorted(os.environ), os.path.exists('/proc/self/environ'), os.path.exists('/proc/1')]",
    wants: ["completed"],
    also: ({ result }) => {
      if (/AGENTGUARD|NODE|npm/i.test(JSON.stringify(result))) throw new Error("an environment is seen");
    },
  },
  {
    name: "a mount of the host",
    code: "from pyodide_js import FS\nFS.mount(FS.filesystems.NODEFS, {'root': '/'}, '/mnt')",
    wants: ["failed"],
  },
  {
    name: "a socket",
    code: "import socket\nsocket.create_connection(('127.0.0.1', 80))",
    wants: ["failed"],
    error: /network is not available/,
  },
  {
    name: "a name looked up",
    code: "import socket\nsocket.getaddrinfo('example.com', 80)",
    wants: ["failed"],
    refused: ["net.fetch example.com"],
  },
  {
    name: "urllib",
    code: "import urllib.request\nurllib.request.urlopen('http://169.254.169.254/latest')",
    wants: ["failed"],
    refused: ["net.fetch http://169.254.169.254/latest"],
  },
  {
    name: "a listening socket",
    code: "import socket\ns = socket.socket()\ns.bind(('0.0.0.0', 8080))",
    wants: ["failed"],
    refused: ["net.listen ('0.0.0.0', 8080)"],
  },
  { name: "pyfetch", code: "from pyodide.http import pyfetch\nawait pyfetch('http://127.0.0.1/')", wants: ["failed"], timeoutMs: 5_000 },
  {
    name: "a package from the network",
    code: "import micropip\nawait micropip.install('x')",
    wants: ["failed"],
    error: /No module named 'micropip'/,
  },
  { name: "every built-in deleted", code: "import builtins\nfor name in list(vars(builtins)): delattr(builtins, name)", wants: ["failed"] },
  { name: "every module forgotten", code: "import sys\nsys.modules.clear()\n1", wants: ["completed"], result: 1 },
  {
    name: "streams closed below Python",
    code: "import os, sys\nos.close(1)\nos.close(2)\nsys.stdout.close()\n7",
    wants: ["completed", "failed"],
  },
  {
    name: "something left for the next run",
    code: "import sys, builtins, os\nbuiltins.escaped = sys.escaped = 1\nos.environ['ESCAPED'] = '1'\nopen('/tmp/escaped', 'w').write('1')\nopen('escaped', 'w').write('1')\n1",
    wants: ["completed"],
    result: 1,
  },
];

export const HOSTILE_PYTHON = { time: TIME, memory: MEMORY, output: OUTPUT, processes: PROCESSES, escape: ESCAPE };
