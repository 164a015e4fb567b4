/** What is not valid fails closed: a `syntax` diagnostic stands at its place, and what could be read is still in the tree. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Language, walk } from "../../analysis/tree.ts";
import { dumpTree } from "./dump-tree.ts";
import { parser, treeOf } from "./test-parser.ts";

type Case = {
  readonly why: string;
  readonly source: string;
  readonly message: RegExp;
  /** Call that must still be seen. */
  readonly call?: string;
};

const PYTHON: readonly Case[] = [
  {
    why: "text after a valid statement",
    source: 'import os\nos.system("x") }\n',
    message: /./,
    call: "(Call callee:(Member name=system object:os)",
  },
  { why: "an unclosed bracket", source: "f(1", message: /./ },
  { why: "a missing expression", source: "x = \ny = f()\n", message: /./, call: "(Call callee:f)" },
  { why: "a block that is not there", source: "def f():\nx = 1\n", message: /indented block/ },
  { why: "a file that ends in a block header", source: "if x:\n", message: /indented block/ },
  { why: "a statement that is indented for no reason", source: "x = 1\n  y = 2\n", message: /./ },
  { why: "a first line that is indented", source: "  x = 1\n", message: /indentation/ },
  { why: "a dedent to a column that nothing opened", source: "if x:\n        a\n    b\n", message: /indentation/ },
  { why: "an else at another column", source: "if x:\n    if y:\n        a\n  else:\n    b\n", message: /indentation/ },
  { why: "a block whose lines the grammar alone takes for the same depth", source: "if x:\n  \ty\n          z\n", message: /indentation/ },
  { why: "65,540 blanks, which the grammar counts as 4", source: `if x:\n    a\n${" ".repeat(65_540)}b\n`, message: /indentation/ },
  {
    why: "more than 100 levels",
    source: `${Array.from({ length: 102 }, (_, i) => `${" ".repeat(i)}if x:`).join("\n")} y`,
    message: /levels/,
  },
  { why: "a line that starts with a continuation", source: "if x:\n    a\n\\\n    b\n", message: /continuation/ },
  { why: "a line end that the grammar reads over", source: "a, b\n[c, d] = e\n", message: /line ends/ },
  { why: "a print statement", source: 'print "x"\n', message: /Python 2/ },
  { why: "an exec statement", source: 'exec "x"\n', message: /Python 2/ },
  { why: "backquotes", source: "x = `y`\n", message: /not a Python string/ },
  { why: "<>", source: "x = a <> b\n", message: /Python 2/ },
  { why: "a leading zero", source: "x = 0777\n", message: /leading zeros/ },
  { why: "a long suffix", source: "x = 10L\n", message: /Python 2/ },
  { why: "a tuple parameter", source: "def f((a, b)): pass\n", message: /parameter/ },
  { why: "a string over a line end", source: 'x = "\nf()\n"\n', message: /./ },
  { why: "bytes whose end the grammar steps over", source: 'x = b"\\N"; f(); y = b"\\N"\n', message: /./ },
  { why: "bytes that are not ASCII", source: 'x = b"é"\n', message: /ASCII/ },
  { why: "a truncated escape", source: 'x = "\\x4"\n', message: /truncated/ },
  { why: "a brace alone in an f-string", source: 'x = f"}"\n', message: /./ },
  { why: "a lambda in a replacement field", source: 'x = f"{lambda: 1}"\n', message: /./ },
  { why: "a walrus inside an expression of a replacement field", source: 'x = f"{a or b:=5}"\n', message: /format/ },
  { why: "text joined to bytes", source: 'x = "a" b"b"\n', message: /joined/ },
  { why: "as in an expression", source: "x = (a as b)\n", message: /`as`/ },
  {
    why: "a null byte",
    source: 'import os\0\nos.system("x")\n',
    message: /null byte/,
    call: "(Call callee:(Member name=system object:os)",
  },
  { why: "a lone surrogate", source: 'x = "\ud800"\n', message: /surrogate/ },
  { why: "UTF-7", source: "# -*- coding: utf-7 -*-\nx = 1\n", message: /encoding/ },
  {
    why: "another encoding on line 2, after CR",
    source: "#!/usr/bin/python\r# vim: set fileencoding=cp037 :\rx = 1\r",
    message: /encoding/,
  },
  { why: "latin-1 with characters that UTF-8 spells otherwise", source: "# coding: latin-1\nx = 'é'\n", message: /encoding/ },
  { why: "try alone", source: "try:\n    a\nelse:\n    b\n", message: /./ },
];

const JAVASCRIPT: readonly Case[] = [
  {
    why: "a closing brace too many",
    source: 'child_process.exec("rm x"); }',
    message: /token/,
    call: '(Call callee:(Member name=exec object:child_process) args:["rm x"])',
  },
  { why: "an argument that is missing", source: "f(, 1);\ng(x, , new H(, 2));", message: /token/, call: "(Call callee:f args:[1])" },
  {
    why: "a broken statement between valid ones",
    source: 'a("1")\nconst x = @@@;\nb("2");',
    message: /./,
    call: '(Call callee:b args:["2"])',
  },
  {
    why: "a broken function between valid ones",
    source: 'a();\nfunction f() { x = ; }\nb("2")',
    message: /./,
    call: '(Call callee:b args:["2"])',
  },
  { why: "an unclosed call", source: "f(; g()", message: /./ },
  { why: "a name declared twice", source: "let a; let a;", message: /already been declared/ },
  { why: "an HTML comment, which is code in a module", source: "x <!--y\n", message: /HTML/ },
  { why: "an unterminated string", source: 'x = "a\nf()', message: /./, call: "(Call callee:f)" },
  { why: "a null byte", source: "a(); \0 b()", message: /./ },
  { why: "return in a class", source: "class { return }", message: /./ },
];

const ACCEPTED: readonly (readonly [Language, string])[] = [
  ["python", "# coding: utf-8\nx = 'é'\n"],
  ["python", "# -*- coding: latin-1 -*-\nx = 1\n"],
  ["python", "\ufeffx = 1\n"],
  ["python", "x = 1\r\nif x:\r\n    y = '''a\r\nb'''\r\n"],
  ["python", "x = 1\rif x:\r    y = 2\r"],
  ["python", "x = 1\n\f\ny = 2\n"],
  ["python", "if x:\n\ty\n\tz\n"],
  ["python", "if x:\n\t        a\n       \t\tb\n"],
  ["python", "x = (1 + # a \\\n  2)\n# b \\\ny = 3\n"],
  ["python", ""],
  ["python", "# only a comment"],
  ["javascript", "#!/usr/bin/env node\nf()"],
  ["javascript", "\ufeff#!/usr/bin/env node\nf()"],
  ["javascript", "return await x"],
  ["javascript", ""],
];

/** Without the closing bracket: a call with any arguments. */
function hasCall(source: string, language: Language, call: string): boolean {
  let found = false;
  walk(treeOf(source, language).module, (node) => {
    found ||= dumpTree(node).startsWith(call);
  });
  return found;
}

function check({ source, message, call }: Case, language: Language): void {
  const { diagnostics } = treeOf(source, language);
  const syntax = diagnostics.filter(({ kind }) => kind === "syntax");
  assert.ok(
    syntax.some((diagnostic) => message.test(diagnostic.message)),
    `no diagnostic like ${message}: ${JSON.stringify(diagnostics.map((diagnostic) => diagnostic.message))}`,
  );
  if (call !== undefined) assert.ok(hasCall(source, language, call), `${call} is lost`);
}

describe("python: text that CPython refuses or reads otherwise", () => {
  for (const one of PYTHON) it(one.why, () => check(one, "python"));
});

describe("javascript: text that engines refuse", () => {
  for (const one of JAVASCRIPT) it(one.why, () => check(one, "javascript"));
});

it("unusual but valid sources have no diagnostic", () => {
  for (const [language, source] of ACCEPTED) assert.deepEqual(treeOf(source, language).diagnostics, [], JSON.stringify(source));
});

it("valid Python without a node of its own is `unsupported`, not `syntax`", () => {
  const { diagnostics, module } = treeOf('print >>f, g()\nx = "\\N{CJK UNIFIED IDEOGRAPH-6574}"\n', "python");
  assert.deepEqual(
    diagnostics.map(({ kind }) => kind),
    ["unsupported", "unsupported"],
  );
  assert.match(module.body.map(dumpTree).join(" "), /Unsupported .*\(Call callee:g\)/);
});

it("text that is not shell is read as far as it goes", () => {
  const parsed = parser.parse("ls; if then fi ((", "shell");
  assert.ok(parsed.ok);
  assert.equal(parsed.tree.module.body[0]?.kind, "ExprStmt");
  assert.ok(parsed.tree.diagnostics.length > 0);
});

it("what cannot be read in the head of a `case` takes nothing of the case away", () => {
  const { diagnostics, module } = treeOf('match a:\n    case {"k": b} if (c for c in f"{}"):\n        run(b)\n', "python");
  assert.ok(diagnostics.length > 0);
  assert.match(module.body.map(dumpTree).join(" "), /Case .*Call callee:run/s);
});
