/** Names that are computed, code inside code, library functions that were replaced, and forms that nobody understands. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { programOf, testTable } from "./analyze-source.ts";

const DELETES = "must fs.delete /etc/shadow";

testTable("a computed name", "python", [
  ["getattr", 'import os\ngetattr(os, "remove")("/etc/shadow")', DELETES],
  ["getattr of a built name", 'import os\ngetattr(os, "re" + "move")("/etc/shadow")', DELETES],
  ["getattr with a default", 'import os\ngetattr(os, "remove", None)("/etc/shadow")', DELETES],
  ["getattr under another name", 'import os\ng = getattr\ng(os, "remove")("/etc/shadow")', DELETES],
  [
    "getattr of one of two names",
    'import os\ngetattr(os, "remove" if input() else "unlink")("/etc/shadow")',
    "may fs.delete /etc/shadow",
    "may fs.delete /etc/shadow",
  ],
  ["__getattribute__", 'import os\nos.__getattribute__("remove")("/etc/shadow")', DELETES],
  ["object.__getattribute__", 'import os\nobject.__getattribute__(os, "remove")("/etc/shadow")', DELETES],
  ["__dict__", 'import os\nos.__dict__["remove"]("/etc/shadow")', DELETES],
  ["vars", 'import os\nvars(os)["remove"]("/etc/shadow")', DELETES],
  ["__import__", '__import__("os").remove("/etc/shadow")', DELETES],
  ["__import__ of a built name", '__import__("o" + "s").remove("/etc/shadow")', DELETES],
  ["importlib", 'import importlib\nimportlib.import_module("os").remove("/etc/shadow")', DELETES],
  ["import_module imported", 'from importlib import import_module as i\ni("os").remove("/etc/shadow")', DELETES],
  ["sys.modules", 'import sys\nsys.modules["os"].remove("/etc/shadow")', DELETES],
  ["globals", 'import os\nglobals()["os"].remove("/etc/shadow")', DELETES],
  ["locals", 'import os\nlocals()["os"].remove("/etc/shadow")', DELETES],
  ["builtins", 'import builtins\nbuiltins.__import__("os").remove("/etc/shadow")', DELETES],
  ["__builtins__ as a dict", '__builtins__["__import__"]("os").remove("/etc/shadow")', DELETES],
  ["__builtins__.__dict__", '__builtins__.__dict__["__import__"]("os").remove("/etc/shadow")', DELETES],
  ["posix is os", 'import posix\nposix.remove("/etc/shadow")', DELETES],
  ["os through another module", 'import shutil\nshutil.os.remove("/etc/shadow")', DELETES],
  ["os through pathlib", 'from pathlib import Path\nPath("/etc/shadow").unlink()', DELETES],
  ["__globals__ of a function", 'import os\ndef f(): pass\nf.__globals__["os"].remove("/etc/shadow")', DELETES],
  ["NFKC spelling", 'import os\nos.𝐫𝐞𝐦𝐨𝐯𝐞("/etc/shadow")', DELETES],
  ["a name from outside", "import os\ngetattr(os, input())()", "must call.dynamic os.*"],
  ["a name from a parameter", "import os\ndef f(n):\n    getattr(os, n)()", "latent call.dynamic os.*"],
  ["a name from outside in vars", "import os\nvars(os)[input()]()", "must call.dynamic os.*"],
  ["a module from outside", "__import__(input())", "must code.load {builtins.input()}"],
  ["a name from outside of a harmless object", 'd = "abc"\ngetattr(d, input())()'],
  ["a name from outside of its own object", "class A:\n    def go(self): pass\ngetattr(A(), input())()"],
  ["a key from outside of its own dict of functions", "def a(): pass\ndef b(): pass\n{'a': a, 'b': b}[input()]()"],
]);

testTable("a computed name", "javascript", [
  ["brackets", 'const fs = require("fs"); fs["unlinkSync"]("/etc/shadow");', DELETES],
  ["brackets with a built name", 'const fs = require("fs"); fs["unlink" + "Sync"]("/etc/shadow");', DELETES],
  ["require of a built name", 'require("f" + "s").unlinkSync("/etc/shadow");', DELETES],
  ["require under another name", 'const r = require; r("fs").unlinkSync("/etc/shadow");', DELETES],
  ["node: prefix", 'require("node:fs").unlinkSync("/etc/shadow");', DELETES],
  ["Reflect.get", 'const fs = require("fs"); Reflect.get(fs, "unlinkSync")("/etc/shadow");', DELETES],
  ["globalThis", 'globalThis["require"]("fs").unlinkSync("/etc/shadow");', DELETES],
  ["globalThis.process", 'globalThis.process.mainModule.require("fs").unlinkSync("/etc/shadow");', DELETES],
  ["getBuiltinModule", 'process.getBuiltinModule("fs").unlinkSync("/etc/shadow");', DELETES],
  ["module.require", 'module.require("fs").unlinkSync("/etc/shadow");', DELETES],
  ["destructuring by a computed key", 'const k = "unlinkSync"; const { [k]: f } = require("fs"); f("/etc/shadow");', DELETES],
  ["unicode escapes in a name", 'const fs = require("fs"); fs.unlink\\u0053ync("/etc/shadow");', DELETES],
  ["Object.values is not precise but seen", 'const fs = require("fs"); Object.values(fs)[3]("/etc/shadow");', "must call.dynamic fs.*"],
  ["a name from outside", 'const fs = require("fs"); fs[process.argv[2]]("x");', "must call.dynamic fs.*"],
  ["a name from a parameter", 'const fs = require("fs"); function f(n) { fs[n]("x"); }', "latent call.dynamic fs.*"],
  ["a module from outside", "require(process.argv[2]);", "must code.load {globalThis.process.argv.{?}}"],
  ["a key from outside of its own object", "const o = { a() {}, b() {} }; o[process.argv[2]]();"],
]);

const NESTED = "import os\nos.remove('/etc/shadow')";

testTable(
  "code inside code",
  "python",
  [
    ["exec of a literal", `exec(${JSON.stringify(NESTED)})`, `must code.eval ${NESTED} ~`, `${DELETES} ~eval`],
    [
      "eval of a literal",
      "eval(\"__import__('os').remove('/etc/shadow')\")",
      "must code.eval __import__('os').remove('/etc/shadow') ~",
      `${DELETES} ~eval,reflection`,
    ],
    ["eval in eval", "eval(\"eval('1')\")", "must code.eval eval('1') ~", "must code.eval 1 ~eval"],
    [
      "exec that sees the names around",
      'import os\np = "/etc/shadow"\nexec("os.remove(p)")',
      "must code.eval os.remove(p) ~",
      `${DELETES} ~eval`,
    ],
    [
      "exec that defines, called later",
      "exec(\"import os\\ndef f(): os.remove('/etc/shadow')\")\nf()",
      "must code.eval import os\ndef f(): os.remove('/etc/shadow') ~",
      `${DELETES} ~eval`,
    ],
    [
      "exec in a function",
      'import os\ndef f(p):\n    exec("os.remove(p)")\nf("/etc/shadow")',
      "must code.eval os.remove(p) ~call",
      `${DELETES} ~call,eval`,
    ],
    [
      "compile",
      "exec(compile(\"__import__('os').remove('/etc/shadow')\", 'x', 'exec'))",
      "must code.eval __import__('os').remove('/etc/shadow') ~",
      `${DELETES} ~eval,reflection`,
    ],
    ["exec under another name", 'e = exec\ne("1")', "must code.eval 1 ~alias"],
    ["exec from builtins", '__builtins__.exec("1")', "must code.eval 1 ~"],
    ["decoded, then run", 'import base64\nexec(base64.b64decode("MQ=="))', "must code.hidden 1 ~decoded"],
    [
      "decoded step by step",
      'import base64, zlib\nx = base64.b64decode("MQ==")\ny = x.decode()\nexec(y)',
      "must code.hidden 1 ~computed_name,decoded",
    ],
    [
      "decoded, and what it does",
      'import base64\nexec(base64.b64decode("X19pbXBvcnRfXygnb3MnKS5yZW1vdmUoJy9ldGMvc2hhZG93Jyk="))',
      "must code.hidden __import__('os').remove('/etc/shadow') ~decoded",
      `${DELETES} ~decoded,eval,reflection`,
    ],
    ["decoded from numbers", 'exec("".join(map(chr, [49])))', "must code.hidden 1 ~computed_name,decoded"],
    ["decoded by rot13", 'import codecs\nexec(codecs.decode("cnff", "rot13"))', "must code.hidden pass ~decoded"],
    ["decoded, but only printed", 'import base64\nprint(base64.b64decode("MQ=="))'],
    ["marshal", "import marshal\nexec(marshal.loads(b'x'))", "must code.deserialize x ~", "must code.eval {?} ~decoded"],
    ["from outside", "exec(input())", "must code.eval {builtins.input()} ~"],
    ["from a parameter", "def f(x):\n    exec(x)", "latent code.eval {x} ~"],
    ["that does not parse", 'exec("def (")', "must code.eval def ( ~", "must code.opaque code in builtins.exec that cannot be read ~"],
    ["a literal that is only data", "x = \"import os; os.remove('/etc/shadow')\""],
    ["literal_eval runs nothing", "import ast\nast.literal_eval(\"__import__('os').remove('/etc/shadow')\")"],
    [
      "timeit",
      "import timeit\ntimeit.timeit(\"__import__('os').remove('/etc/shadow')\")",
      "must code.eval __import__('os').remove('/etc/shadow') ~",
      `${DELETES} ~eval,reflection`,
    ],
    [
      "python in a shell",
      "import os\nos.system('python3 -c \"import os; os.remove(\\'/etc/shadow\\')\"')".replaceAll("\\\\'", "'"),
      "must process.exec python3 -c \"import os; os.remove('/etc/shadow')\" ~",
      `${DELETES} ~subprocess`,
    ],
    [
      "python in an argument vector",
      'import subprocess\nsubprocess.run(["python3", "-c", "import os; os.remove(\'/etc/shadow\')"])',
      "must process.exec python3 -c import os; os.remove('/etc/shadow') ~",
      `${DELETES} ~subprocess`,
    ],
    [
      "sys.executable",
      'import subprocess, sys\nsubprocess.run([sys.executable, "-c", "import os; os.remove(\'/etc/shadow\')"])',
      "must process.exec python3 -c import os; os.remove('/etc/shadow') ~",
      `${DELETES} ~subprocess`,
    ],
    [
      "node in a shell",
      "import os\nos.system(\"node -e 'require(`fs`).unlinkSync(`/etc/shadow`)'\")",
      "must process.exec node -e 'require(`fs`).unlinkSync(`/etc/shadow`)' ~",
      `${DELETES} ~subprocess`,
    ],
    [
      "written, then run",
      'import os\nopen("x.py", "w").write("import os\\nos.remove(\'/etc/shadow\')")\nos.system("python3 x.py")',
      "must fs.write x.py ~",
      "must process.exec python3 x.py ~",
      `${DELETES} ~subprocess`,
    ],
    [
      "written, then imported",
      'open("x.py", "w").write("import os\\nos.remove(\'/etc/shadow\')")\nimport x',
      "must fs.write x.py ~",
      `${DELETES} ~eval`,
    ],
  ],
  { columns: ["via"] },
);

testTable(
  "code inside code",
  "javascript",
  [
    [
      "eval",
      "eval(\"require('fs').unlinkSync('/etc/shadow')\");",
      "must code.eval require('fs').unlinkSync('/etc/shadow') ~",
      `${DELETES} ~eval`,
    ],
    ["indirect eval", '(0, eval)("1");', "must code.eval 1 ~"],
    ["globalThis.eval", 'globalThis["ev" + "al"]("1");', "must code.eval 1 ~computed_name"],
    ["Function", 'new Function("a", "return a")(1);', "must code.eval return a ~"],
    ["Function that is never called", "new Function(\"a\", \"require('fs').unlinkSync('/etc/shadow')\");"],
    ["constructor of a function", '(() => {}).constructor("return 1")();', "must code.eval return 1 ~reflection"],
    ["constructor of a literal", '[]["constructor"]["constructor"]("return 1")();', "must code.eval return 1 ~computed_name,reflection"],
    ["constructor of a string", '"".sub.constructor("return 1")();', "must code.eval return 1 ~reflection"],
    ["constructor of async functions", '(async () => {}).constructor("return 1")();', "must code.eval return 1 ~reflection"],
    ["setTimeout with text", 'setTimeout("1", 5);', "must code.eval 1 ~"],
    ["setTimeout with a function", "setTimeout(() => {}, 5);"],
    ["vm", 'require("vm").runInThisContext("1");', "must code.eval 1 ~"],
    ["vm.Script", 'new (require("vm").Script)("1").runInThisContext();', "must code.eval 1 ~"],
    ["decoded, then run", 'eval(atob("MQ=="));', "must code.hidden 1 ~decoded"],
    ["decoded with Buffer", 'eval(Buffer.from("31", "hex").toString());', "must code.hidden 1 ~computed_name,decoded"],
    ["decoded from numbers", "eval(String.fromCharCode(49));", "must code.hidden 1 ~decoded"],
    ["unescape", 'eval(unescape("%31"));', "must code.hidden 1 ~decoded"],
    ["from outside", "eval(process.argv[2]);", "must code.eval {globalThis.process.argv.{?}} ~"],
    [
      "a shell",
      "require('child_process').execSync(\"node -e 'require(`fs`).unlinkSync(`/etc/shadow`)'\");",
      "must process.exec node -e 'require(`fs`).unlinkSync(`/etc/shadow`)' ~",
      `${DELETES} ~subprocess`,
    ],
  ],
  { columns: ["via"] },
);

testTable("library functions that are replaced", "python", [
  ["a function", "import json\njson.loads = lambda s: s", "must code.patch json.loads"],
  ["by setattr", 'import json\nsetattr(json, "loads", lambda s: s)', "must code.patch json.loads"],
  ["of builtins", "import builtins\nbuiltins.open = print", "must code.patch builtins.open"],
  [
    "then it is what it was replaced by",
    'import os\nos.remove = print\nos.remove("/etc/shadow")',
    "must code.patch os.remove",
    "must print.write",
  ],
  [
    "by a sink under a harmless name",
    'import os, json\njson.dumps = os.remove\njson.dumps("/etc/shadow")',
    "must code.patch json.dumps",
    DELETES,
  ],
  [
    "a decoder that is replaced decodes no more",
    'import os, base64\nbase64.b64decode = lambda s: b"/etc/shadow"\nos.remove(base64.b64decode("YQ=="))',
    "must code.patch base64.b64decode",
    DELETES,
  ],
  ["a setting is no patch", "import requests, socket\nsocket.timeout_default = 3"],
  ["its own class is no patch", "class A:\n    def f(self): pass\nA.f = lambda self: None"],
]);

testTable("library functions that are replaced", "javascript", [
  ["a function", "JSON.parse = (s) => s;", "must code.patch globalThis.JSON.parse"],
  ["of a prototype", "Array.prototype.map = function () {};", "must code.patch globalThis.Array.prototype.map"],
  ["by defineProperty", 'Object.defineProperty(JSON, "parse", { value: (s) => s });', "must code.patch globalThis.JSON.parse"],
  ["by Object.assign", "Object.assign(JSON, { parse: (s) => s });", "must code.patch globalThis.JSON.parse"],
  [
    "by a sink under a harmless name",
    'const fs = require("fs"); JSON.parse = fs.unlinkSync; JSON.parse("/etc/shadow");',
    "must code.patch globalThis.JSON.parse",
    DELETES,
  ],
  ["fetch", "globalThis.fetch = () => {};", "must code.patch globalThis.fetch"],
  ["exports are no patch", "module.exports = { f() {} }; exports.g = () => 1;"],
]);

testTable("forms that are not understood", "python", [
  ["a Python 2 statement", 'exec "os.remove(1)"', "must code.opaque `exec` statement is Python 2"],
  [
    "what follows it is still read",
    'import os\nprint "a"\nos.remove("b")',
    "must code.opaque `print` statement is Python 2",
    "must fs.delete b",
  ],
]);

testTable("forms that are not understood", "javascript", [
  ["a proposal", "let y = do { f(); };", "must code.opaque text that is not valid here"],
  [
    "what follows it is still read",
    'let y = %Debug(1);\nrequire("fs").unlinkSync("b");',
    "must code.opaque text that is not valid here",
    "must fs.delete b",
  ],
]);

test("text that is no Python at all has a diagnostic, and what is readable keeps its effects", () => {
  const { effects, diagnostics } = programOf('import os\nos.remove("/etc/shadow")\ndef (((\n', "python");
  assert.ok(diagnostics.some((d) => d.kind === "syntax"));
  assert.ok(effects.some((e) => e.kind === "fs.delete"));
});

test("a JavaScript program that the parser refuses keeps the effects of its readable parts", () => {
  const { effects, diagnostics } = programOf('require("child_process").exec("rm x"); }', "javascript");
  assert.ok(diagnostics.some((d) => d.kind === "syntax"));
  assert.ok(effects.some((e) => e.kind === "process.exec"));
});

test("an opaque instruction is reported and forgets what it may have changed", () => {
  const program = programOf('const fs = require("fs"); let p = "a"; with (x) { p = y(); } fs.unlinkSync(p);', "javascript");
  const deletion = program.effects.find((e) => e.kind === "fs.delete");
  assert.notEqual(deletion?.target, "a");
});
