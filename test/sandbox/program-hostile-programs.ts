// One file on purpose: the corpus of hostile programs is read, and grows, as one list.
/** Programs that attack the sandboxes in which they have a process of their own, and how each must end. Data for program-containment.ts. */
import type { RunStatus, SandboxLanguage } from "../../sandbox/types.ts";

export type HostileProgram = {
  readonly name: string;
  readonly language: SandboxLanguage;
  readonly code: string;
  /** More than one where the machine's speed, or the kernel below, decides which bound is met first. */
  readonly wants: readonly RunStatus[];
  readonly result?: unknown;
  /** What is printed must match. */
  readonly prints?: RegExp;
  readonly error?: RegExp;
  /** May not write; others may, in memory. */
  readonly readsOnly?: true;
  /** What is asserted of results holds for this machine's kernel; gVisor answers some calls by itself, harmlessly. */
  readonly hostKernel?: true;
  /** Also where each run takes a second. */
  readonly everywhere?: true;
  /** 0.7 s unless said. */
  readonly timeoutMs?: number;
};

const SPENT: readonly RunStatus[] = ["timeout", "memory_exceeded"];
const ENDED: readonly RunStatus[] = ["failed", "timeout", "memory_exceeded"];
/** More than any run has: what it is asked for is not there in time. */
const LONG_MS = 6_000;
const lines = (...text: string[]) => text.join("\n");
const python = (name: string, code: string, wants: readonly RunStatus[], more: Partial<HostileProgram> = {}): HostileProgram => ({
  ...{ name: `Python: ${name}`, language: "python", code, wants },
  ...more,
});
const node = (name: string, code: string, wants: readonly RunStatus[], more: Partial<HostileProgram> = {}): HostileProgram => ({
  ...{ name: `Node: ${name}`, language: "javascript", code, wants },
  ...more,
});
const shell = (name: string, code: string, wants: readonly RunStatus[], more: Partial<HostileProgram> = {}): HostileProgram => ({
  ...{ name: `shell: ${name}`, language: "shell", code, wants },
  ...more,
});

/** Python: tries each and tells which were not refused. */
const tries = (...calls: string[]) =>
  lines(
    "import ctypes, errno, os, signal, socket, struct",
    "libc = ctypes.CDLL(None, use_errno=True)",
    "def attempt(call):",
    "  try: value = call()",
    "  except OSError: return False",
    "  return value != -1",
    `calls = {${calls.map((call) => `${JSON.stringify(call)}: lambda: ${call}`).join(", ")}}`,
    "[name for name, call in calls.items() if attempt(call)]",
  );

const TIME: HostileProgram[] = [
  python("a loop", "while True: pass", ["timeout"]),
  python(
    "a loop that ignores signals",
    lines(
      "import signal",
      "for s in range(1, 65):",
      "  try: signal.signal(s, signal.SIG_IGN)",
      "  except (OSError, ValueError): pass",
      "while True: pass",
    ),
    ["timeout"],
  ),
  python("a child that loops while its parent sleeps", "import os, time\nif os.fork() == 0:\n  while True: pass\ntime.sleep(1000)", [
    "timeout",
  ]),
  python("a read from nobody", "import os\nr, w = os.pipe()\nos.read(r, 1)", ["timeout"]),
  node("a loop", "for (;;);", ["timeout"]),
  node("a promise that nobody settles", "await new Promise(() => {})", ["failed"], { error: /nothing settles/, timeoutMs: LONG_MS }),
  node("a timer without end", "setInterval(() => {}, 5); 1", ["timeout"]),
  shell("a loop that ignores signals", "trap '' TERM INT HUP QUIT\nwhile :; do :; done", ["timeout"]),
  shell("a long sleep", "sleep 1000", ["timeout"]),
];

const MEMORY: HostileProgram[] = [
  python("10 GB at once", "bytearray(10 ** 10)", ["memory_exceeded"], { timeoutMs: LONG_MS }),
  python("300 MB, held", "import time\na = b'x' * (3 * 10 ** 8)\ntime.sleep(1000)", ["memory_exceeded"], {
    everywhere: true,
    timeoutMs: LONG_MS,
  }),
  python("a list that grows", "a = []\nwhile True: a.append(bytes(10 ** 6))", SPENT, { timeoutMs: LONG_MS }),
  python(
    "ten children that each take a share",
    lines(
      "import os, time",
      "for _ in range(10):",
      "  if os.fork() == 0:",
      "    a = b'x' * (60 << 20)",
      "    time.sleep(1000)",
      "time.sleep(1000)",
    ),
    SPENT,
    { timeoutMs: LONG_MS },
  ),
  python("shared memory", "import mmap\na = mmap.mmap(-1, 1 << 30)\nfor i in range(0, 1 << 30, 4096): a[i] = 1", [...SPENT, "failed"], {
    timeoutMs: LONG_MS,
  }),
  python("memory that is a file", "import os\nf = os.memfd_create('x')\nwhile True: os.write(f, b'x' * (1 << 20))", [...SPENT, "failed"]),
  python("deep recursion without a limit", "import sys\nsys.setrecursionlimit(10 ** 9)\ndef f(): return f()\nf()", ENDED, {
    timeoutMs: LONG_MS,
  }),
  node("an array that grows", "const a = []; for (;;) a.push(new Array(10000).fill(Math.random()))", [...SPENT, "failed"], {
    timeoutMs: LONG_MS,
  }),
  node("buffers", "const a = []; for (;;) a.push(Buffer.alloc(10 << 20, 1))", [...SPENT, "failed"], { timeoutMs: LONG_MS }),
  node(
    "WebAssembly memory",
    "const m = new WebAssembly.Memory({ initial: 20000 }); new Uint8Array(m.buffer).fill(1); 1",
    [...SPENT, "failed"],
    {
      timeoutMs: LONG_MS,
    },
  ),
  shell("a variable that doubles", "a=xxxxxxxxxxxxxxxx\nwhile :; do a=$a$a; done", ENDED, { timeoutMs: LONG_MS }),
];

const DISK: HostileProgram[] = [
  python("one file without end", "f = open('/tmp/big', 'wb')\nwhile True: f.write(b'x' * 10 ** 6)", ENDED),
  python("many files without end", "i = 0\nwhile True:\n  open(f'f{i}', 'wb').write(b'x' * 10 ** 6)\n  i += 1", ENDED),
  python("empty files without end", "i = 0\nwhile True:\n  open(f'f{i}', 'w').close()\n  i += 1", ENDED, { timeoutMs: LONG_MS }),
  python("directories without end", "import os\nwhile True:\n  os.mkdir('d')\n  os.chdir('d')", ENDED),
  python("a sparse file", "f = open('s', 'wb')\nf.truncate(1 << 40)", ["failed"], { hostKernel: true }),
  python(
    "whatever else could be filled",
    lines(
      "written = []",
      "for path in ['/x', '/dev/x', '/usr/x', '/etc/x', '/sandbox/x', '/sandbox/room/x', '/proc/x', '/var/x', '/dev/mqueue/x', '/sys/x']:",
      "  try: open(path, 'w').write('x'); written.append(path)",
      "  except OSError: pass",
      "written",
    ),
    ["completed"],
    { timeoutMs: LONG_MS },
  ),
  python(
    "writing where a program may only read",
    lines(
      "import os",
      "written = []",
      "for path in ['x', 'in.txt', '/tmp/x', '/tmp/work/x', '/dev/shm/x', '/var/tmp/x', '/run/x']:",
      "  try: open(path, 'w').write('x'); written.append(path)",
      "  except OSError: pass",
      "for call in [os.unlink, os.rmdir, lambda p: os.chmod(p, 0o777), lambda p: os.rename(p, 'y'), lambda p: os.link(p, '/tmp/outputs/z')]:",
      "  try: call('in.txt'); written.append(str(call))",
      "  except OSError: pass",
      "[written, open('in.txt').read()]",
    ),
    ["completed"],
    { readsOnly: true, result: [[], "given"], timeoutMs: LONG_MS, everywhere: true },
  ),
  shell("dd", "dd if=/dev/zero of=/dev/shm/x bs=1M count=2000 || dd if=/dev/zero of=/tmp/x bs=1M count=2000", ENDED),
];

const OUTPUT: HostileProgram[] = [
  python("a flood of print", "while True: print('x' * 1000)", ["output_exceeded"], { everywhere: true, timeoutMs: LONG_MS }),
  python("a flood from a child", "import os\nos.system('yes')", ["output_exceeded"], { timeoutMs: LONG_MS }),
  python("a result that is too large", "'x' * 10 ** 6", ["output_exceeded"], { error: /result is larger than/, timeoutMs: LONG_MS }),
  python("outputs that are too large", "outputs['x'] = 'y' * 10 ** 6", ["failed", "output_exceeded"], { timeoutMs: LONG_MS }),
  node("a flood on standard error", "for (;;) console.error('x'.repeat(1000))", ["output_exceeded"], { timeoutMs: LONG_MS }),
  node("a result that is too large", "'x'.repeat(1e6)", ["output_exceeded"], { error: /result is larger than/, timeoutMs: LONG_MS }),
  shell("an output that is too large", "head -c 1000000 /dev/zero | tr '\\0' x > $OUTPUTS/big", ["output_exceeded"], {
    timeoutMs: LONG_MS,
  }),
  shell(
    "an output that is a link to what it may not hand back",
    "cd $OUTPUTS; ln -s /proc/self/environ e; ln -s /etc/passwd p; printf '%s\\n' *",
    ["completed"],
    {
      prints: /^e\np\n$/,
      timeoutMs: LONG_MS,
    },
  ),
];

const PROCESSES: HostileProgram[] = [
  python("a fork bomb", "import os\nwhile True: os.fork()", ENDED, { everywhere: true }),
  python("a fork bomb that catches", "import os\nwhile True:\n  try: os.fork()\n  except OSError: pass", SPENT),
  python("threads without end", "import threading, time\nwhile True: threading.Thread(target=time.sleep, args=(99,)).start()", ENDED),
  python(
    "an orphan in a session of its own",
    lines(
      "import os, time",
      "if os.fork() == 0:",
      "  os.setsid()",
      "  if os.fork() == 0:",
      "    os.close(1); os.close(2); time.sleep(1000)",
      "  os._exit(0)",
      "1",
    ),
    ["completed"],
    { everywhere: true, timeoutMs: LONG_MS },
  ),
  python("its own end", "import os\nos._exit(0)", ["failed"], { error: /before it could report/, timeoutMs: LONG_MS }),
  python("a signal to itself", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", ["failed"], {
    error: /signal 9/,
    timeoutMs: LONG_MS,
  }),
  python("an abort", "import os\nos.abort()", ["failed"], { error: /signal 6/, timeoutMs: LONG_MS }),
  python("a crash in C", "import ctypes\nctypes.string_at(8)", ["failed"], { error: /signal 11/, timeoutMs: LONG_MS }),
  python("a signal to every process", "import os\nos.kill(-1, 9)\nimport time\ntime.sleep(1)", ["failed", "timeout"]),
  python("a signal to the first process", "import os\nos.kill(1, 9)\nimport time\ntime.sleep(1000)", ["failed", "timeout"]),
  python("a child that comes back as the program", "import os\nos.fork()\n1", ["completed"], { result: 1, timeoutMs: LONG_MS }),
  node(
    "children without end",
    "const { spawn } = require('node:child_process'); for (;;) spawn('sleep', ['1000']).on('error', () => {})",
    ENDED,
  ),
  node(
    "an orphan",
    "require('node:child_process').spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' }).unref(); 1",
    ["completed"],
    {
      result: 1,
      timeoutMs: LONG_MS,
    },
  ),
  node("its own end", "process.kill(process.pid, 'SIGKILL')", ["failed"], { timeoutMs: LONG_MS }),
  node(
    "its parent's end",
    "process.kill(process.ppid, 'SIGKILL'); await new Promise((done) => setTimeout(done, 50)); 1",
    ["completed", "failed"],
    {
      timeoutMs: LONG_MS,
    },
  ),
  shell("a fork bomb", "f() { f | f & }; f; while :; do sleep 0.01; done", ENDED),
  shell("an orphan", "nohup setsid sleep 1000 > /dev/null 2>&1 &\necho left", ["completed"], { prints: /left/, timeoutMs: LONG_MS }),
  shell("limits raised", "ulimit -u 100000 2>/dev/null && echo raised; ulimit -n 100000 2>/dev/null && echo raised; true", ["completed"], {
    prints: /^$/,
    hostKernel: true,
    timeoutMs: LONG_MS,
  }),
];

const ENVIRONMENTS = lines(
  "import glob",
  "seen = ''",
  "for path in glob.glob('/proc/*/environ') + glob.glob('/proc/*/task/*/environ') + glob.glob('/proc/*/cmdline'):",
  "  try: seen += open(path, errors='replace').read()",
  "  except OSError: pass",
);

const ESCAPE: HostileProgram[] = [
  python("the environment of every process", lines(ENVIRONMENTS, "print(seen)", "'AGENTGUARD' in seen"), ["completed"], {
    ...{ result: false, everywhere: true, timeoutMs: LONG_MS },
  }),
  python("processes that are not its own", "import os\nlen([n for n in os.listdir('/proc') if n.isdigit()]) <= 4", ["completed"], {
    ...{ result: true, timeoutMs: LONG_MS },
  }),
  python(
    "files of the machine",
    lines(
      "import glob, os",
      "[p for p in glob.glob('/root/*') + glob.glob('/home/*') + glob.glob('/var/*') + ['/etc/passwd', '/etc/shadow'] if os.path.exists(p)]",
    ),
    ["completed"],
    { result: [], everywhere: true, timeoutMs: LONG_MS },
  ),
  python(
    "a walk over all that can be read, for the canary",
    lines(
      "import os",
      "found = []",
      "for root in ['/tmp', '/sandbox', '/etc', '/dev', '/proc/1/root', '/proc/1/cwd', '/proc/self/root/tmp']:",
      "  for at, folders, files in os.walk(root):",
      "    folders[:] = [f for f in folders if f not in ('usr', 'proc')]",
      "    for name in files:",
      "      path = os.path.join(at, name)",
      "      try:",
      "        if os.path.isfile(path) and 'canary-' in open(path, errors='replace').read(100000): found.append(path)",
      "      except OSError: pass",
      "found",
    ),
    ["completed"],
    { result: [], timeoutMs: LONG_MS },
  ),
  python(
    "a link out of the workspace",
    "import os\nos.symlink('/proc/1/root/root', 'l')\nos.symlink('../../../../../../root', 'm')\n[os.path.exists('l/.bashrc'), os.path.exists('m/.bashrc')]",
    ["completed"],
    {
      ...{ result: [false, false], timeoutMs: LONG_MS },
    },
  ),
  python(
    "calls that lead out of namespaces",
    tries(
      "libc.unshare(0x10000000)",
      "libc.unshare(0x20000)",
      "libc.mount(b'tmpfs', b'/tmp', b'tmpfs', 0, None)",
      "libc.umount2(b'/proc', 2)",
      "libc.chroot(b'/tmp')",
      "libc.setns(os.open('/proc/1/ns/mnt', os.O_RDONLY), 0)",
      "libc.ptrace(16, 1, 0, 0)",
      "libc.setuid(0)",
      "libc.setgid(0)",
      "libc.sethostname(b'x', 1)",
      "libc.personality(0x0040000)",
      "libc.swapon(b'/tmp/x', 0)",
      "libc.reboot(0)",
      "libc.syscall(425, 1, 0)",
      "os.mknod('/tmp/disk', 0o60600, os.makedev(8, 0))",
      "os.open('/dev/mem', os.O_RDONLY)",
      "os.open('/proc/sys/kernel/core_pattern', os.O_WRONLY)",
      "os.open('/proc/sysrq-trigger', os.O_WRONLY)",
    ),
    ["completed"],
    { result: [], hostKernel: true, timeoutMs: LONG_MS },
  ),
  python(
    "sockets that lead out",
    tries(
      "socket.create_connection(('127.0.0.1', 22), 1).close()",
      "socket.create_connection(('169.254.169.254', 80), 1).close()",
      "socket.getaddrinfo('example.com', 80)",
      "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('8.8.8.8', 53))",
      "socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)",
      "socket.socket(socket.AF_PACKET, socket.SOCK_RAW)",
    ),
    ["completed"],
    { result: [], timeoutMs: LONG_MS },
  ),
  python(
    "sockets of every family but the local one",
    lines(
      "import socket",
      "made = []",
      "for family in range(2, 46):",
      "  try: socket.socket(family, socket.SOCK_STREAM).close(); made.append(family)",
      "  except OSError: pass",
      "made",
    ),
    ["completed"],
    { result: [], hostKernel: true, timeoutMs: LONG_MS },
  ),
  python(
    "a listening neighbour under an abstract name",
    "import socket\ns = socket.socket(socket.AF_UNIX)\ns.bind('\\0agentguard')\ns.listen()\n1",
    ["completed"],
    {
      ...{ result: 1, timeoutMs: LONG_MS },
    },
  ),
  python(
    "privileged programs of the machine",
    "import subprocess\nsubprocess.run(['su', '-c', 'id', 'root'], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode != 0",
    ["completed"],
    {
      ...{ result: true, timeoutMs: LONG_MS },
    },
  ),
  python(
    "frames of a worker on every descriptor",
    "import os\nfor fd in range(0, 64):\n  try: os.write(fd, bytes([0, 0, 0, 19, 21] + [0] * 16 + [123, 125]))\n  except OSError: pass\n1",
    ["completed", "failed", "crashed"],
    {
      ...{ everywhere: true, timeoutMs: LONG_MS },
    },
  ),
  python(
    "a report of its own",
    'import os\nfor fd in range(3, 64):\n  try: os.write(fd, b\'completed\\n{"result": "not json"}\')\n  except OSError: pass\nos._exit(0)',
    ["crashed", "failed"],
    {
      ...{ timeoutMs: LONG_MS },
    },
  ),
  python(
    "a report that claims a crash of the sandbox",
    "import os\nfor fd in range(3, 64):\n  try: os.write(fd, b'not_run\\n{}')\n  except OSError: pass\nos._exit(0)",
    ["failed"],
    {
      ...{ timeoutMs: LONG_MS },
    },
  ),
  python(
    "a report without end",
    "import os\nwhile True:\n  for fd in range(3, 16):\n    try: os.write(fd, b'x' * 65536)\n    except OSError: pass",
    ["output_exceeded"],
    {
      ...{ timeoutMs: LONG_MS },
    },
  ),
  python(
    "the runner's own functions replaced",
    "import sys\nm = sys.modules\nfor name in list(m): m.pop(name, None)\n7",
    ["completed", "failed"],
    { timeoutMs: LONG_MS },
  ),
  python(
    "something left for the next run",
    lines(
      "import os",
      "for path in ['/tmp/escaped', '/tmp/work/escaped', '/tmp/outputs/escaped', '/dev/shm/escaped']: open(path, 'w').write('canary')",
      "os.environ['ESCAPED'] = '1'",
      "1",
    ),
    ["completed"],
    { result: 1, timeoutMs: LONG_MS },
  ),
  node(
    "the environment, descriptors and arguments",
    "[Object.keys(process.env).filter((name) => name !== 'PWD').sort().join(), require('fs').readFileSync('/proc/1/environ', 'latin1').includes('AGENTGUARD')]",
    ["completed"],
    {
      ...{ result: ["HOME,LANG,PATH,TMPDIR", false], timeoutMs: LONG_MS },
    },
  ),
  node(
    "a connection to the machine",
    "const net = require('node:net'); await new Promise((done) => net.connect(22, '127.0.0.1').on('error', (e) => done(e.code)).on('connect', () => done('connected')))",
    ["completed"],
    { timeoutMs: LONG_MS },
  ),
  node(
    "a binding of Node",
    "process.binding('spawn_sync'); require('node:v8').setFlagsFromString('--allow-natives-syntax'); 1",
    ["completed", "failed"],
    {
      timeoutMs: LONG_MS,
    },
  ),
  node(
    "prototypes that a report is made with",
    "Object.prototype.toJSON = () => 'forged'; Array.prototype.map = () => 'forged'; ({ a: 1 })",
    ["completed", "failed", "crashed"],
    {
      timeoutMs: LONG_MS,
    },
  ),
  shell("the environment of every process", "cat /proc/*/environ | tr '\\0' '\\n' | grep -c AGENTGUARD", ["failed"], {
    prints: /^0\n$/,
    timeoutMs: LONG_MS,
  }),
  shell("a connection by the shell", "echo x > /dev/tcp/127.0.0.1/22", ["failed"], { timeoutMs: LONG_MS }),
  shell(
    "namespaces and mounts",
    "unshare -Ur true && echo out; mount -t tmpfs x /tmp && echo out; chroot / true && echo out; true",
    ["completed"],
    {
      ...{ prints: /^$/, hostKernel: true, timeoutMs: LONG_MS },
    },
  ),
];

export const HOSTILE_PROGRAMS = { time: TIME, memory: MEMORY, disk: DISK, output: OUTPUT, processes: PROCESSES, escape: ESCAPE };
