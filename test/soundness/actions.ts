/** Harmless things that programs do, each with one function and one argument; and the ways in which a call can be carried. */

/** `fn(arg)` does it; `files` must be there before (a trailing slash makes a directory). */
export type Action = {
  readonly name: string;
  readonly imports: string;
  readonly fn: string;
  readonly arg: string;
  readonly files: readonly string[];
};
/** How the call comes about. `idiom`: by an alias, callback, class, exception or monkeypatch. */
export type Carrier = { readonly name: string; readonly idiom?: true; readonly write: (action: Action) => string };

const action = (name: string, imports: string, call: readonly [fn: string, arg: string], ...files: string[]): Action => ({
  name,
  imports,
  fn: call[0],
  arg: call[1],
  files,
});

export const PYTHON_ACTIONS: readonly Action[] = [
  action("remove", "import os\n", ["os.remove", '"old.txt"'], "old.txt"),
  action("unlink", "import os\n", ["os.unlink", '"old.txt"'], "old.txt"),
  action("mkdir", "import os\n", ["os.mkdir", '"fresh"']),
  action("makedirs", "import os\n", ["os.makedirs", '"deep/er"']),
  action("rmdir", "import os\n", ["os.rmdir", '"empty"'], "empty/"),
  action("rmtree", "import shutil\n", ["shutil.rmtree", '"build"'], "build/", "build/a.txt"),
  action("listdir", "import os\n", ["os.listdir", '"data"'], "data/"),
  action("open", "", ["open", '"input.txt"'], "input.txt"),
  action("write", "", ["(lambda p: open(p, 'w').write('x'))", '"out.txt"']),
  action("append", "", ["(lambda p: open(p, mode='a').write('x'))", '"log.txt"']),
  action("path write", "import pathlib\n", ["(lambda p: pathlib.Path(p).write_text('x'))", '"note.md"']),
  action("path read", "import pathlib\n", ["(lambda p: pathlib.Path(p).read_text())", '"input.txt"'], "input.txt"),
  action("path unlink", "import pathlib\n", ["(lambda p: pathlib.Path(p).unlink())", '"old.txt"'], "old.txt"),
  action("rename", "import os\n", ["(lambda p: os.rename(p, 'b.txt'))", '"a.txt"'], "a.txt"),
  action("copy", "import shutil\n", ["(lambda p: shutil.copy(p, 'b.txt'))", '"a.txt"'], "a.txt"),
  action("system", "import os\n", ["os.system", '"true"']),
  action("run", "import subprocess\n", ["subprocess.run", '["true"]']),
  action("shell", "import subprocess\n", ["(lambda c: subprocess.check_output(c, shell=True))", '"echo hello"']),
  action("exec", "", ["exec", "\"open('made.txt', 'w')\""]),
  action("connect", "import socket\n", ["(lambda h: socket.socket().connect((h, 9)))", '"127.0.0.1"']),
  action("fetch", "import urllib.request\n", ["urllib.request.urlopen", '"http://127.0.0.1:9/x"']),
  // Its file is made when something is put into it.
  action("sqlite", "import sqlite3\n", ["sqlite3.connect", '"kept.db"']),
  action("walk", "import os\n", ["(lambda d: list(os.walk(d)))", '"data"'], "data/"),
  action("zip", "import zipfile\n", ["(lambda p: zipfile.ZipFile(p, 'w'))", '"kept.zip"']),
];

const py = (name: string, body: (a: Action) => string, idiom?: true): Carrier => ({
  name,
  write: (a) => `${a.imports}${body(a)}\n`,
  ...(idiom === undefined ? {} : { idiom }),
});

export const PYTHON_CARRIERS: readonly Carrier[] = [
  py("plain", (a) => `${a.fn}(${a.arg})`),
  py("variable", (a) => `target = ${a.arg}\n${a.fn}(target)`),
  py("alias", (a) => `act = ${a.fn}\nact(${a.arg})`, true),
  py("function", (a) => `def work(target):\n    return ${a.fn}(target)\nwork(${a.arg})`),
  py("callback", (a) => `def apply(f, x):\n    return f(x)\napply(${a.fn}, ${a.arg})`, true),
  py("map", (a) => `list(map(${a.fn}, [${a.arg}]))`, true),
  py("sort key", (a) => `def key(x):\n    ${a.fn}(${a.arg})\n    return x\nsorted([1], key=key)`, true),
  py(
    "class",
    (a) =>
      `class Worker:\n    def __init__(self, target):\n        self.target = target\n    def run(self):\n        return ${a.fn}(self.target)\nWorker(${a.arg}).run()`,
    true,
  ),
  py(
    "inherited",
    (a) =>
      `class Base:\n    def run(self):\n        return self.act(${a.arg})\nclass Worker(Base):\n    def act(self, x):\n        return ${a.fn}(x)\nWorker().run()`,
    true,
  ),
  py("property", (a) => `class Worker:\n    @property\n    def go(self):\n        return ${a.fn}(${a.arg})\nWorker().go`, true),
  py("call", (a) => `class Worker:\n    def __call__(self, x):\n        return ${a.fn}(x)\nWorker()(${a.arg})`, true),
  py("exception", (a) => `try:\n    raise ValueError(${a.arg})\nexcept ValueError as problem:\n    ${a.fn}(problem.args[0])`, true),
  py("finally", (a) => `try:\n    int("x")\nexcept ValueError:\n    pass\nfinally:\n    ${a.fn}(${a.arg})`, true),
  py(
    "own exception",
    (a) =>
      `class Stop(Exception):\n    pass\ndef work():\n    raise Stop(${a.arg})\ntry:\n    work()\nexcept Stop as stop:\n    ${a.fn}(stop.args[0])`,
    true,
  ),
  py(
    "patched class",
    (a) => `class Tool:\n    def go(self, x):\n        return x\nTool.go = lambda self, x: ${a.fn}(x)\nTool().go(${a.arg})`,
    true,
  ),
  py("patched instance", (a) => `class Tool:\n    pass\ntool = Tool()\ntool.go = ${a.fn}\ntool.go(${a.arg})`, true),
  py("patched module", (a) => `import json\njson.loads = ${a.fn}\njson.loads(${a.arg})`, true),
  py(
    "decorator",
    (a) =>
      `def twice(f):\n    def inner(*args):\n        return f(*args)\n    return inner\n@twice\ndef work(x):\n    return ${a.fn}(x)\nwork(${a.arg})`,
    true,
  ),
  py("closure", (a) => `def make(x):\n    def act():\n        return ${a.fn}(x)\n    return act\nmake(${a.arg})()`, true),
  py("generator", (a) => `def targets():\n    yield ${a.arg}\nfor each in targets():\n    ${a.fn}(each)`),
  py(
    "context manager",
    (a) =>
      `class Scope:\n    def __enter__(self):\n        return ${a.arg}\n    def __exit__(self, *rest):\n        return False\nwith Scope() as x:\n    ${a.fn}(x)`,
    true,
  ),
  py("dispatch", (a) => `table = {"go": ${a.fn}, "say": print}\ntable["go"](${a.arg})`, true),
  py("getattr dict", (a) => `import functools\nfunctools.partial(${a.fn}, ${a.arg})()`, true),
  py("comprehension", (a) => `[${a.fn}(x) for x in [${a.arg}]]`),
  py("lambda default", (a) => `(lambda x=${a.arg}: ${a.fn}(x))()`),
  py("star", (a) => `${a.fn}(*(${a.arg},))`),
  py("thread", (a) => `import threading\nt = threading.Thread(target=${a.fn}, args=(${a.arg},))\nt.start()\nt.join()`, true),
  py("async", (a) => `import asyncio\nasync def work():\n    ${a.fn}(${a.arg})\nasyncio.run(work())`),
  py("recursion", (a) => `def down(n):\n    if n == 0:\n        return ${a.fn}(${a.arg})\n    return down(n - 1)\ndown(3)`),
  py("loop", (a) => `i = 0\nwhile i < 2:\n    i += 1\n${a.fn}(${a.arg})`),
  py(
    "dataclass",
    (a) =>
      `import dataclasses\n@dataclasses.dataclass\nclass Job:\n    target: object\n    def run(self):\n        ${a.fn}(self.target)\nJob(${a.arg}).run()`,
    true,
  ),
  py(
    "pool",
    (a) =>
      `from concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor() as pool:\n    pool.submit(${a.fn}, ${a.arg}).result()`,
    true,
  ),
  py("at exit of a stack", (a) => `import contextlib\nwith contextlib.ExitStack() as stack:\n    stack.callback(${a.fn}, ${a.arg})`, true),
  py("star import of a name", (a) => `def work(**options):\n    ${a.fn}(options["x"])\nwork(x=${a.arg})`),
]; // prettier-ignore

export const NODE_ACTIONS: readonly Action[] = [
  action("unlink", 'const fs = require("fs");\n', ["fs.unlinkSync", '"old.txt"'], "old.txt"),
  action("mkdir", 'const fs = require("fs");\n', ["fs.mkdirSync", '"fresh"']),
  action("rmdir", 'const fs = require("fs");\n', ["fs.rmdirSync", '"empty"'], "empty/"),
  action("rm", 'const fs = require("fs");\n', ["((p) => fs.rmSync(p, { recursive: true }))", '"build"'], "build/", "build/a.txt"),
  action("readdir", 'const fs = require("fs");\n', ["fs.readdirSync", '"data"'], "data/"),
  action("read", 'const fs = require("fs");\n', ["fs.readFileSync", '"input.txt"'], "input.txt"),
  action("write", 'const fs = require("fs");\n', ['((p) => fs.writeFileSync(p, "x"))', '"out.txt"']),
  action("append", 'const { appendFileSync } = require("node:fs");\n', ['((p) => appendFileSync(p, "x"))', '"log.txt"']),
  action("promise write", 'const { writeFile } = require("fs/promises");\n', ['((p) => writeFile(p, "x"))', '"note.md"']),
  action("promise unlink", 'const fsp = require("fs").promises;\n', ["fsp.unlink", '"old.txt"'], "old.txt"),
  action("callback read", 'const fs = require("fs");\n', ["((p) => fs.readFile(p, () => {}))", '"input.txt"'], "input.txt"),
  action("rename", 'const fs = require("fs");\n', ['((p) => fs.renameSync(p, "b.txt"))', '"a.txt"'], "a.txt"),
  action("copy", 'const fs = require("fs");\n', ['((p) => fs.copyFileSync(p, "b.txt"))', '"a.txt"'], "a.txt"),
  action("stream", 'const fs = require("fs");\n', ['((p) => fs.createWriteStream(p).end("x"))', '"stream.txt"']),
  action("execSync", 'const cp = require("child_process");\n', ["cp.execSync", '"true"']),
  action("spawn", 'const { spawnSync } = require("child_process");\n', ["spawnSync", '"true"']),
  action("exec", 'const cp = require("child_process");\n', ["cp.exec", '"true"']),
  action("connect", 'const net = require("net");\n', ['((h) => net.connect(9, h).on("error", () => {}))', '"127.0.0.1"']),
  action("get", 'const http = require("http");\n', ['((u) => http.get(u).on("error", () => {}))', '"http://127.0.0.1:9/x"']),
  action("vm", 'const vm = require("vm");\n', ["vm.runInThisContext", '"1 + 1"']),
];

const js = (name: string, body: (a: Action) => string, idiom?: true): Carrier => ({
  name,
  write: (a) => `${a.imports}${body(a)}\n`,
  ...(idiom === undefined ? {} : { idiom }),
});

export const NODE_CARRIERS: readonly Carrier[] = [
  js("plain", (a) => `${a.fn}(${a.arg});`),
  js("variable", (a) => `const target = ${a.arg};\n${a.fn}(target);`),
  js("alias", (a) => `const act = ${a.fn};\nact(${a.arg});`, true),
  js("function", (a) => `function work(x) { return ${a.fn}(x); }\nwork(${a.arg});`),
  js("callback", (a) => `const apply = (f, x) => f(x);\napply(${a.fn}, ${a.arg});`, true),
  js("forEach", (a) => `[${a.arg}].forEach((x) => ${a.fn}(x));`, true),
  js(
    "class",
    (a) => `class Worker { constructor(t) { this.t = t; } run() { return ${a.fn}(this.t); } }\nnew Worker(${a.arg}).run();`,
    true,
  ),
  js(
    "inherited",
    (a) =>
      `class Base { run() { return this.act(${a.arg}); } }\nclass Worker extends Base { act(x) { return ${a.fn}(x); } }\nnew Worker().run();`,
    true,
  ),
  js("getter", (a) => `const box = { get go() { return ${a.fn}(${a.arg}); } };\nbox.go;`, true),
  js("exception", (a) => `try { throw ${a.arg}; } catch (x) { ${a.fn}(x); }`, true),
  js("error", (a) => `try { throw new Error(${a.arg}); } catch (e) { ${a.fn}(e.message); }`, true),
  js("finally", (a) => `try { JSON.parse("{"); } catch { } finally { ${a.fn}(${a.arg}); }`, true),
  js(
    "patched prototype",
    (a) => `class Tool { go(x) { return x; } }\nTool.prototype.go = function (x) { return ${a.fn}(x); };\nnew Tool().go(${a.arg});`,
    true,
  ),
  js("patched object", (a) => `const tool = {};\ntool.go = (x) => ${a.fn}(x);\ntool.go(${a.arg});`, true),
  js("patched library", (a) => `JSON.parse = (x) => ${a.fn}(x);\nJSON.parse(${a.arg});`, true),
  js("closure", (a) => `const make = (x) => () => ${a.fn}(x);\nmake(${a.arg})();`, true),
  js("generator", (a) => `function* targets() { yield ${a.arg}; }\nfor (const x of targets()) ${a.fn}(x);`),
  js("dispatch", (a) => `const table = { go: (x) => ${a.fn}(x), say: console.log };\ntable["g" + "o"](${a.arg});`, true),
  js("promise", (a) => `Promise.resolve(${a.arg}).then((x) => ${a.fn}(x));`, true),
  js("async", (a) => `(async () => { const x = await Promise.resolve(${a.arg}); await ${a.fn}(x); })();`),
  js("timer", (a) => `setTimeout(() => ${a.fn}(${a.arg}), 0);`, true),
  js(
    "event",
    (a) =>
      `const { EventEmitter } = require("events");\nconst bus = new EventEmitter();\nbus.on("go", (x) => ${a.fn}(x));\nbus.emit("go", ${a.arg});`,
    true,
  ),
  js("proxy", (a) => `const tool = new Proxy({}, { get: () => (x) => ${a.fn}(x) });\ntool.anything(${a.arg});`, true),
  js("reflect", (a) => `Reflect.apply((x) => ${a.fn}(x), null, [${a.arg}]);`, true),
  js("spread", (a) => `const all = [${a.arg}];\n((...list) => ${a.fn}(...list))(...all);`),
  js("recursion", (a) => `const down = (n) => (n === 0 ? ${a.fn}(${a.arg}) : down(n - 1));\ndown(3);`),
  js("destructuring", (a) => `const { f, x } = { f: (y) => ${a.fn}(y), x: ${a.arg} };\nf(x);`, true),
  js("reduce", (a) => `[${a.arg}].reduce((acc, x) => ${a.fn}(x), null);`, true),
  js("tagged", (a) => `((s, x) => ${a.fn}(x))\`\${${a.arg}}\`;`),
  js("map", (a) => `new Map([["go", (x) => ${a.fn}(x)]]).get("go")(${a.arg});`, true),
]; // prettier-ignore
