/** Python: a constant string is the same string however the program builds it. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { specify } from "../fixme.ts";
import { checkEffects } from "./analyze-source.ts";

const MODULES = "import os, base64, binascii, codecs, zlib, json, functools, operator, pathlib, itertools, string, html, urllib.parse";
const CODES = [...new TextEncoder().encode("/etc/shadow")].join(", ");

/** Each is `/etc/shadow`. */
const EXPRESSIONS: readonly string[] = [
  '"/etc/" + "shadow"',
  '"/etc/" "shadow"',
  '"\\x2fetc\\u002fshadow"',
  'r"/etc/shadow"',
  "f\"/{'etc'}/shadow\"",
  "f\"{'/etc'}/{'shadow':s}\"",
  "f\"{'/etc'!s}/shadow\"",
  "f\"/etc/{''.join(['sha', 'dow'])}\"",
  'f"{chr(47)}etc{os.sep}shadow"',
  '"/%s/%s" % ("etc", "shadow")',
  '"/etc/%s" % "shadow"',
  '"/%(a)s/shadow" % {"a": "etc"}',
  '"%c%s" % (47, "etc/shadow")',
  '"/{}/{}".format("etc", "shadow")',
  '"/{1}/{0}".format("shadow", "etc")',
  '"/{a}/{b}".format(a="etc", b="shadow")',
  '"/{0[0]}/shadow".format(["etc"])',
  '"wodahs/cte/"[::-1]',
  '"xx/etc/shadowxx"[2:-2]',
  '"//eetetcc"[1:2] + "etc/shadow"',
  '"/xextxcx/xsxhxaxdxoxw"[::2]',
  'chr(47) + "etc" + chr(47) + "shadow"',
  `"".join(chr(c) for c in [${CODES}])`,
  `"".join([chr(c) for c in (${CODES})])`,
  `"".join(map(chr, [${CODES}]))`,
  `"".join(map(lambda c: chr(c), [${CODES}]))`,
  `bytes([${CODES}]).decode()`,
  `bytearray([${CODES}]).decode("ascii")`,
  '"".join(chr(ord(c) - 1) for c in "0fud0tibepx")',
  `"".join(chr(c ^ 42) for c in [${[...new TextEncoder().encode("/etc/shadow")].map((c) => c ^ 42).join(", ")}])`,
  '"".join(c for c in "/-e-t-c-/-s-h-a-d-o-w" if c != "-")',
  '"".join(reversed("wodahs/cte/"))',
  '"".join(filter(lambda c: c != "_", "/_etc/_shadow"))',
  'bytes.fromhex("2f6574632f736861646f77").decode()',
  'binascii.unhexlify("2f6574632f736861646f77").decode()',
  'base64.b64decode("L2V0Yy9zaGFkb3c=").decode()',
  'base64.b64decode(b"L2V0Yy9zaGFkb3c=").decode("utf-8")',
  'str(base64.b64decode("L2V0Yy9zaGFkb3c="), "utf-8")',
  'base64.urlsafe_b64decode("L2V0Yy9zaGFkb3c=").decode()',
  'base64.b32decode("F5SXIYZPONUGCZDPO4======").decode()',
  'base64.b16decode("2F6574632F736861646F77").decode()',
  'base64.b64decode(base64.b64encode(b"/etc/shadow")).decode()',
  'base64.b64decode("=c3bkFGaz9yY0V2L"[::-1]).decode()',
  'zlib.decompress(zlib.compress(b"/etc/shadow")).decode()',
  'codecs.decode("/rgp/funqbj", "rot13")',
  'codecs.decode("2f6574632f736861646f77", "hex").decode()',
  'urllib.parse.unquote("%2Fetc%2Fshadow")',
  'html.unescape("&#47;etc&#x2f;shadow")',
  'json.loads(\'{"p": "/etc/shadow"}\')["p"]',
  'json.loads("[1, \\"/etc/shadow\\"]")[1]',
  '"/ETC/SHADOW".lower()',
  '"/ETC/shadow".swapcase().swapcase().casefold()',
  '"/etc/passwd".replace("passwd", "shadow")',
  '" /etc/shadow\\n".strip()',
  '"xx/etc/shadow".lstrip("x")',
  '"/etc/shadow.bak".removesuffix(".bak")',
  '"/etc/shadow,other".split(",")[0]',
  '"a:/etc/shadow".partition(":")[2]',
  '"/".join(["", "etc", "shadow"])',
  'str.join("/", ["", "etc", "shadow"])',
  '"/etc" + "/" * 1 + "shadow"',
  'os.sep + "etc" + os.sep + "shadow"',
  'os.path.join("/etc", "shadow")',
  'str(pathlib.Path("/etc") / "shadow")',
  'str(pathlib.Path("/etc").joinpath("shadow"))',
  '"/etc/shadow" if True else "a.txt"',
  '"" or "/etc/shadow"',
  '"a" and "/etc/shadow"',
  '{"k": "/etc/shadow"}["k"]',
  '{"k": "/etc/shadow"}.get("k")',
  '{"k": {"j": ["a", "/etc/shadow"]}}["k"]["j"][-1]',
  'dict(k="/etc/shadow")["k"]',
  'dict([("k", "/etc/shadow")])["k"]',
  '("a", "/etc/shadow")[1]',
  '["/etc/shadow", "a"][0:1][0]',
  '(["a"] + ["/etc/shadow"])[1]',
  '[*["a"], "/etc/shadow"][1]',
  '{**{"k": "/etc/shadow"}}["k"]',
  '(lambda a, b="shadow": a + b)("/etc/")',
  '(lambda *a: "/".join(a))("", "etc", "shadow")',
  '(lambda **k: k["p"])(p="/etc/shadow")',
  'functools.reduce(lambda a, b: a + b, ["/etc", "/shadow"])',
  'functools.partial(os.path.join, "/etc")("shadow")',
  'operator.add("/etc", "/shadow")',
  'operator.itemgetter(1)(["a", "/etc/shadow"])',
  '"".join(itertools.chain(["/etc"], ["/shadow"]))',
  '"".join(v for _, v in zip(range(2), ["/etc", "/shadow"]))',
  '"".join(v for i, v in enumerate(["a", "/etc", "/shadow"]) if i > 0)',
  '"".join(v for _, v in sorted([(2, "/shadow"), (1, "/etc")]))',
  '"".join({"a": "/etc", "b": "/shadow"}.values())',
  '"".join({"/etc": 1, "/shadow": 2})',
  '"".join(k + v for k, v in {"/e": "tc", "/sha": "dow"}.items())',
  'next(iter(["/etc/shadow"]))',
  'max(["/etc/shadow"])',
  '"/etc/" + str("shadow")',
  '"/etc/shadow".encode().decode()',
  '"/etc/shadow".encode("utf-16-le").decode("utf-16-le")',
  '"1etc1shadow".translate(str.maketrans("1", "/"))',
  '"1etc1shadow".translate({49: 47})',
  'getattr("/etc/", "__add__")("shadow")',
  'type("")("/etc/shadow")',
  '"".join(list("/etc/shadow"))',
  '"/etc/shadow"[0:int("11")]',
  '(x := "/etc/") + "shadow"',
  '"/etc/sha" + string.ascii_lowercase[3] + "ow"',
  '"/etc/shadow".__str__()',
  'format("/etc/shadow")',
  '"{:s}".format("/etc/shadow")',
  '"/etc/\\N{LATIN SMALL LETTER S}hadow"',
];

/** Each leaves `/etc/shadow` in x. */
const STATEMENTS: readonly (readonly [name: string, code: string])[] = [
  ["augmented", 'x = "/etc"\nx += "/"\nx += "shadow"'],
  ["chained assignment", 'a = x = "/etc/shadow"'],
  ["swap", 'x, y = "a", "/etc/shadow"\nx, y = y, x'],
  ["unpacking with a star", 'a, *b = ["/", "etc", "shadow"]\nx = a + "/".join(b)'],
  ["nested unpacking", '(a, (b, x)) = (1, (2, "/etc/shadow"))'],
  ["for over a list", 'x = ""\nfor p in ["/etc", "/", "shadow"]:\n    x += p'],
  ["for over range and index", 'p = ["/etc", "/shadow"]\nx = ""\nfor i in range(len(p)):\n    x += p[i]'],
  ["while with a counter", 'p = ["/etc", "/shadow"]\ni = 0\nx = ""\nwhile i < 2:\n    x += p[i]\n    i += 1'],
  ["while with pop", 'p = ["/shadow", "/etc"]\nx = ""\nwhile p:\n    x += p.pop()'],
  ["for with break and else", 'for x in ["a", "/etc/shadow", "b"]:\n    if x.startswith("/"):\n        break\nelse:\n    x = "none"'],
  ["for with continue", 'x = ""\nfor c in "/*e*t*c*/*shadow":\n    if c == "*":\n        continue\n    x += c'],
  ["nested loops", 'x = ""\nfor a in ["/etc", "/sha"]:\n    for b in ["", ""]:\n        x += b\n    x += a\nx += "dow"'],
  ["list append and join", 'p = []\np.append("/etc")\np.append("shadow")\nx = "/".join(p)'],
  ["list extend and insert", 'p = ["shadow"]\np.insert(0, "/etc")\np.extend([])\nx = "/".join(p)'],
  ["list item assignment", 'p = ["/etc", "a"]\np[1] = "shadow"\nx = "/".join(p)'],
  ["list reversed in place", 'p = ["shadow", "/etc"]\np.reverse()\nx = "/".join(p)'],
  ["list deleted from", 'p = ["a", "/etc/shadow"]\ndel p[0]\nx = p[0]'],
  ["dict filled later", 'd = {}\nd["a"] = "/etc/shadow"\nx = d["a"]'],
  ["dict update", 'd = {"a": "b"}\nd.update({"a": "/etc/shadow"})\nx = d["a"]'],
  ["dict setdefault", 'd = {}\nx = d.setdefault("k", "/etc/shadow")'],
  ["two names for one list", 'p = []\nq = p\nq.append("/etc/shadow")\nx = p[0]'],
  ["function", 'def f(a):\n    return a + "/shadow"\nx = f("/etc")'],
  ["default parameter", 'def f(a, b="/shadow"):\n    return a + b\nx = f("/etc")'],
  ["keyword arguments", 'def f(a, b):\n    return b + a\nx = f(b="/etc", a="/shadow")'],
  ["spread arguments", 'def f(a, b):\n    return a + b\nx = f(*["/etc", "/shadow"])'],
  ["spread keywords", 'def f(a, b):\n    return a + b\nx = f(**{"b": "/shadow", "a": "/etc"})'],
  ["closure", 'def f(a):\n    def g(b):\n        return a + b\n    return g\nx = f("/etc")("/shadow")'],
  ["nonlocal", 'def f():\n    a = "/etc"\n    def g():\n        nonlocal a\n        a += "/shadow"\n    g()\n    return a\nx = f()'],
  ["global", 'x = "a"\ndef f():\n    global x\n    x = "/etc/shadow"\nf()'],
  ["generator", 'def f():\n    yield "/etc"\n    yield "/shadow"\nx = "".join(f())'],
  ["yield from", 'def f():\n    yield from ["/etc", "/shadow"]\nx = "".join(f())'],
  ["class attribute", 'class A:\n    p = "/etc/shadow"\nx = A.p'],
  ["instance attribute", 'class A:\n    def __init__(self, p):\n        self.p = p\nx = A("/etc/shadow").p'],
  ["method", 'class A:\n    def f(self, a):\n        return a + "/shadow"\nx = A().f("/etc")'],
  ["inherited method", 'class A:\n    def f(self):\n        return "/etc/shadow"\nclass B(A):\n    pass\nx = B().f()'],
  ["property", 'class A:\n    @property\n    def p(self):\n        return "/etc/shadow"\nx = A().p'],
  ["static method", 'class A:\n    @staticmethod\n    def f(a):\n        return "/etc" + a\nx = A.f("/shadow")'],
  ["class method", 'class A:\n    p = "/etc"\n    @classmethod\n    def f(cls):\n        return cls.p + "/shadow"\nx = A.f()'],
  ["__str__", 'class A:\n    def __str__(self):\n        return "/etc/shadow"\nx = str(A())'],
  ["__getitem__", 'class A:\n    def __getitem__(self, k):\n        return "/etc" + k\nx = A()["/shadow"]'],
  ["__call__", 'class A:\n    def __call__(self, k):\n        return "/etc" + k\nx = A()("/shadow")'],
  ["__getattr__", 'class A:\n    def __getattr__(self, k):\n        return "/etc/" + k\nx = A().shadow'],
  ["__add__", 'class A:\n    def __add__(self, k):\n        return "/etc" + k\nx = A() + "/shadow"'],
  ["dataclass", 'from dataclasses import dataclass\n@dataclass\nclass A:\n    p: str\nx = A("/etc/shadow").p'],
  ["setattr and getattr", 'class A: pass\na = A()\nsetattr(a, "p" + "q", "/etc/shadow")\nx = getattr(a, "pq")'],
  ["own decorator", 'def d(f):\n    return lambda a: f("/etc" + a)\n@d\ndef g(a):\n    return a\nx = g("/shadow")'],
  ["try without an exception", 'try:\n    x = "/etc/shadow"\nfinally:\n    pass'],
  ["if of a known condition", 'x = "/etc"\nif len(x) == 4:\n    x = x + "/shadow"\nelse:\n    x = "a"'],
  ["match of a known subject", 'match "b":\n    case "a":\n        x = "a"\n    case "b":\n        x = "/etc/shadow"'],
  ["comprehension over two lists", 'x = "".join(a + b for a in ["/etc"] for b in ["/shadow"])'],
  ["globals()", 'globals()["x"] = "/etc/shadow"'],
  ["import alias", 'from base64 import b64decode as d\nx = d("L2V0Yy9zaGFkb3c=").decode()'],
  ["recursion", 'def f(n):\n    return "" if n == 0 else f(n - 1) + ["/etc", "/shadow"][n - 1]\nx = f(2)'],
  ["delayed by a dict of functions", 'd = {"j": lambda a, b: a + b}\nx = d["j"]("/etc", "/shadow")'],
];

const programs: readonly (readonly [string, string])[] = [...EXPRESSIONS.map((e) => [e, `x = ${e}`] as const), ...STATEMENTS];

for (const [name, code] of programs) {
  specify(`constant: ${name}`, () =>
    checkEffects(`${MODULES}\n${code}\nos.remove(x)`, "python", ["must fs.delete /etc/shadow <path.credentials>"], ["classes"]),
  );
}

const python = spawnSync("python3", ["--version"]);

test("the table itself is right: Python gives /etc/shadow for every row", {
  skip: python.status !== 0 && "python3 is not installed",
}, () => {
  const script = `${MODULES}
import sys
for code in json.load(sys.stdin):
    scope = {}
    exec(code, scope)
    if scope["x"] != "/etc/shadow":
        print(code, "->", repr(scope["x"]))
`;
  const run = spawnSync("python3", ["-c", script], {
    input: JSON.stringify(programs.map(([, code]) => `${MODULES}\n${code}`)),
    encoding: "utf8",
  });
  assert.equal(run.stderr, "");
  assert.equal(run.stdout, "");
});
