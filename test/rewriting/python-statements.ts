/** Python rewrites of statements and whole programs: wrapped, deferred, threaded, run from text. */
import { deflateSync } from "node:zlib";
import { type Node, walk } from "../../analysis/tree.ts";
import { treeOf } from "../analysis/test-parser.ts";
import { literal, rot13 } from "./python-texts.ts";
import type { Rewrite } from "./rewrite.ts";

/** Indenting must not change a text that spans lines; these statements stand only at the top. */
function wrappable(code: string): boolean {
  if (/"""|'''|\\\n|from __future__/.test(code)) return false;
  return code.trim() !== "";
}

const indent = (code: string, by = "    "): string => code.replace(/^(?=.*\S)/gm, by);

function wrap(name: string, before: string, after = "", by = "    "): Rewrite {
  return {
    name,
    family: "python",
    apply: (code) => (wrappable(code) ? `${before}\n${indent(`${code.trimEnd()}\n`, by)}${after === "" ? "" : `${after}\n`}` : code),
  };
}

/** Names that the top level of a module binds. */
function boundAtTop(module: Node): Set<string> | null {
  const names = new Set<string>();
  const stores = (target: Node): void => {
    if (target.kind === "Name") names.add(target.name);
    else if (target.kind === "Collection") for (const e of target.elements) if (e !== null) stores(e);
    if (target.kind === "Spread") stores(target.value);
  };
  let star = false;
  const inside = new Set<Node>();
  walk(module, (node) => {
    if (node.kind === "ImportName" && node.imported === "*") star = true;
    if (inside.has(node)) return;
    if (node.kind === "FunctionBody" || node.kind === "ClassBody") walk(node, (each) => void inside.add(each));
    if (node.kind === "FunctionDef" && node.fn.name !== null) names.add(node.fn.name);
    else if (node.kind === "ClassDef" && node.cls.name !== null) names.add(node.cls.name);
    else if (node.kind === "ImportName") names.add(node.local);
    else if (node.kind === "Assign" || node.kind === "ForEach") stores(node.target);
    else if ((node.kind === "WithItem" || node.kind === "Handler") && node.target !== null) stores(node.target);
  });
  return star ? null : names;
}

/** The program as the body of a function; its top-level names stay global. */
function inFunction(name: string, make: (body: string) => string, adds?: Rewrite["adds"]): Rewrite {
  const apply = (code: string): string => {
    if (!wrappable(code) || /\basyncio\b|\bawait\b|^\s*global\s/m.test(code)) return code;
    const names = boundAtTop(treeOf(code, "python").module);
    if (names === null || /\bmatch\b.*:/.test(code)) return code;
    const globals = names.size === 0 ? "" : `    global ${[...names].join(", ")}\n`;
    return make(`${globals}${indent(`${code.trimEnd()}\n`)}`);
  };
  return { name, family: "python", apply, ...(adds === undefined ? {} : { adds }) };
}

/** Expression statements of the top level, each by itself. */
function topCalls(name: string, replace: (statement: string, n: number) => string): Rewrite {
  return {
    name,
    family: "python",
    apply: (code) => {
      const { module } = treeOf(code, "python");
      if (module.kind !== "Module") return code;
      let out = code;
      let n = module.body.length;
      for (const statement of module.body.toReversed()) {
        n--;
        const text = code.slice(statement.start, statement.end);
        if (
          statement.kind !== "ExprStmt" ||
          statement.value.kind !== "Call" ||
          text.includes("\n") ||
          /:=|\bawait\b|\bexec\b|\beval\b/.test(text)
        )
          continue;
        if (!/(^|\n)$/.test(code.slice(0, statement.start)) || !/^[ \t]*(#.*)?(\n|$)/.test(code.slice(statement.end))) continue;
        out = out.slice(0, statement.start) + replace(text, n) + out.slice(statement.end);
      }
      return out;
    },
  };
}

const DEAD =
  "def never_0(x):\n    y = x + 1\n    return [y, {}]\n\n\nunused_0 = [i * i for i in range(3)]\nif len(unused_0) > 100:\n    print(unused_0)\n";

/** Comments on lines of their own, and behind statements of one line. */
function comments(code: string): string {
  if (/"""|'''|\\\n/.test(code)) return `# nothing to see\n${code}`;
  const { module } = treeOf(code, "python");
  if (module.kind !== "Module") return code;
  let out = code;
  for (const statement of module.body.toReversed()) {
    const start = code.lastIndexOf("\n", statement.start - 1) + 1;
    if (start === statement.start) out = `${out.slice(0, start)}# os.system("true"); eval(x)\n${out.slice(start)}`;
  }
  return out;
}

function payload(name: string, make: (code: string) => string): Rewrite {
  return {
    name,
    family: "python",
    hides: true,
    adds: ["code.eval", "code.hidden", "call.dynamic"],
    apply: (code) => (/[^\x00-\x7f]/.test(code) ? code : make(code)),
  };
}
const base64 = (text: string): string => Buffer.from(text).toString("base64");
const codes = (text: string): string => [...text].map((c) => c.charCodeAt(0)).join(",");

export const PYTHON_STATEMENTS: readonly Rewrite[] = [
  wrap("py if True", "if True:"),
  wrap("py if of a constant", "if len('abc') == 3:"),
  wrap("py else", "if not 1:\n    pass\nelse:"),
  wrap("py try finally", "try:", "finally:\n    pass"),
  wrap("py in finally", "try:\n    pass\nfinally:"),
  wrap("py try else", "try:\n    pass\nexcept ValueError:\n    pass\nelse:"),
  wrap("py in except", "try:\n    raise KeyError('x')\nexcept KeyError:"),
  wrap("py while break", "while True:", "    break"),
  wrap("py for once", "for once_0 in [0]:"),
  wrap("py with", "with __import__('contextlib').suppress(ZeroDivisionError):"),
  wrap("py match", "match 1:\n  case 1:"),
  inFunction("py main function", (body) => `def main_0():\n${body}main_0()\n`),
  inFunction("py nested functions", (body) => `def outer_0():\n    def inner_0():\n${indent(body)}    return inner_0\nouter_0()()\n`),
  inFunction("py under __main__", (body) => `def main_0():\n${body}if __name__ == "__main__":\n    main_0()\n`),
  inFunction("py async main", (body) => `async def main_0():\n${body}import asyncio\nasyncio.run(main_0())\n`),
  inFunction("py decorated main", (body) => `def run_0(f):\n    f()\n    return f\n@run_0\ndef main_0():\n${body}`),
  inFunction(
    "py thread",
    (body) => `def main_0():\n${body}import threading\nt_0 = threading.Thread(target=main_0)\nt_0.start()\nt_0.join()\n`,
    ["process.spawn"],
  ),
  inFunction("py timer", (body) => `def main_0():\n${body}import threading\nthreading.Timer(0, main_0).start()\n`, ["process.spawn"]),
  inFunction("py atexit", (body) => `def main_0():\n${body}__import__("atexit").register(main_0)\n`),
  inFunction("py constructor", (body) => `class Main_0:\n    def __init__(self):\n${indent(body)}Main_0()\n`),
  inFunction(
    "py context manager",
    (body) =>
      `class Main_0:\n    def __enter__(self):\n${indent(body)}    def __exit__(self, *a):\n        return None\nwith Main_0():\n    pass\n`,
  ),
  inFunction("py __del__", (body) => `class Main_0:\n    def __del__(self):\n${indent(body)}m_0 = Main_0()\ndel m_0\n`),
  inFunction("py generator body", (body) => `def main_0():\n${body}    yield 1\nfor x_0 in main_0():\n    pass\n`),
  inFunction("py property body", (body) => `class Main_0:\n    @property\n    def go(self):\n${indent(body)}Main_0().go\n`),
  inFunction("py sort key", (body) => `def main_0(x_0):\n${body}    return 0\nsorted([1], key=main_0)\n`),
  inFunction("py callback table", (body) => `def main_0():\n${body}{"go": main_0}.get("go", print)()\n`),
  inFunction(
    "py __init_subclass__",
    (body) => `class Base_0:\n    def __init_subclass__(cls):\n${indent(body)}class Main_0(Base_0):\n    pass\n`,
  ),
  inFunction("py operator", (body) => `class Main_0:\n    def __add__(self, other):\n${indent(body)}Main_0() + 1\n`),
  inFunction("py repr", (body) => `class Main_0:\n    def __str__(self):\n${indent(body)}        return ""\nstr(Main_0())\n`),
  inFunction(
    "py contextmanager",
    (body) =>
      `import contextlib as contextlib_0\n@contextlib_0.contextmanager\ndef main_0():\n${body}    yield 1\nwith main_0():\n    pass\n`,
  ),
  inFunction("py iterator", (body) => `class Main_0:\n    def __iter__(self):\n${indent(body)}        return iter(())\nlist(Main_0())\n`),
  inFunction(
    "py exit stack",
    (body) => `def main_0():\n${body}with __import__("contextlib").ExitStack() as s_0:\n    s_0.callback(main_0)\n`,
  ),
  inFunction(
    "py weak finalizer",
    (body) => `def main_0():\n${body}class Gone_0:\n    pass\ng_0 = Gone_0()\n__import__("weakref").finalize(g_0, main_0)\n`,
  ),
  inFunction("py singledispatch", (body) => `def main_0(x_0):\n${body}__import__("functools").singledispatch(main_0)(1)\n`),
  topCalls("py decorated statement", (s, n) => `@lambda f: f()\ndef step_${n}():\n    ${s}`),
  topCalls("py lambda statement", (s) => `(lambda: ${s})()`),
  topCalls("py short circuit", (s) => `(1 and ${s})`),
  topCalls("py conditional statement", (s) => `${s} if 1 else None`),
  topCalls("py list statement", (s) => `[${s}]`),
  topCalls("py f-string statement", (s) => (/["'{}\\]/.test(s) ? s : `f"{${s}}"`)),
  topCalls("py comprehension statement", (s) => `[${s} for _ in range(1)]`),
  topCalls("py assert statement", (s) => `assert [${s}]`),
  topCalls("py default of a function", (s, n) => `def never_${n}(x=${s}):\n    pass`),
  topCalls("py class body", (s, n) => `class Body_${n}:\n    ${s}`),
  topCalls("py any", (s) => `any([${s}, 1])`),
  {
    name: "py dead code",
    family: "python",
    apply: (code) => (/from __future__/.test(code) ? code : `${DEAD}${code.trimEnd()}\n\n\n${DEAD.replaceAll("_0", "_1")}`),
  },
  { name: "py comments", family: "python", apply: comments },
  { name: "py exec of text", family: "python", adds: ["code.eval"], apply: (code) => `exec(${literal(code)})\n` },
  {
    name: "py exec of compiled text",
    family: "python",
    adds: ["code.eval"],
    apply: (code) => `exec(compile(${literal(code)}, "<x>", "exec"))\n`,
  },
  {
    name: "py exec in a namespace",
    family: "python",
    adds: ["code.eval"],
    apply: (code) => `exec(${literal(code)}, {"__name__": "__main__"})\n`,
  },
  payload("py exec of base64", (code) => `import base64\nexec(base64.b64decode("${base64(code)}"))\n`),
  payload(
    "py exec of zlib",
    (code) =>
      `exec(__import__("zlib").decompress(__import__("base64").b64decode("${deflateSync(Buffer.from(code)).toString("base64")}")).decode())\n`,
  ),
  payload("py exec of rot13", (code) => `import codecs\nexec(codecs.decode(${literal(rot13(code))}, "rot_13"))\n`),
  payload("py exec of hex", (code) => `exec(bytes.fromhex("${Buffer.from(code).toString("hex")}"))\n`),
  payload("py exec of codes", (code) => `exec("".join(map(chr, [${codes(code)}])))\n`),
  payload(
    "py exec of xor",
    (code) => `key_0 = 42\nexec(bytes(b ^ key_0 for b in bytes([${[...code].map((c) => c.charCodeAt(0) ^ 42).join(",")}])).decode())\n`,
  ),
  payload("py exec of reversed text", (code) => `exec(${literal([...code].reverse().join(""))}[::-1])\n`),
  payload(
    "py exec by an alias",
    (code) => `run_0 = getattr(__import__("builtins"), "ex" + "ec")\nrun_0(__import__("base64").b64decode("${base64(code)}").decode())\n`,
  ),
]; // prettier-ignore
