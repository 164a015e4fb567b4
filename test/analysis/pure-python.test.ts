/** Pure library functions of Python on constants give the same answers as Python itself, or none. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, test } from "node:test";
import { PYTHON_CODECS } from "../../analysis/pure/codecs.ts";
import { ByteString, type Pure, toBytes } from "../../analysis/pure/pure-value.ts";
import { formatPercent } from "../../analysis/pure/python-format.ts";
import { callPythonMethod } from "../../analysis/pure/python-methods.ts";
import { csvRows, shellWords, tomlData } from "../../analysis/pure/text-formats.ts";
import { specify } from "./fixme.ts";

/** A method call on a constant; what is not evaluated (`undefined`) is no disagreement, a different answer is. */
type Call = readonly [self: string | { readonly hex: string }, method: string, ...args: readonly (string | number | readonly string[])[]];
const TEXTS = [
  "",
  "a",
  "Hello World",
  "  x y  ",
  "a,b,,c",
  "\u00e9t\u00e9 \u00df",
  "AbC dEf1",
  "tab\there",
  "one\ntwo\r\nthree\n",
  "123",
  "\u0130i",
  "aaa",
];
const NO_ARGUMENTS = [
  "upper",
  "lower",
  "swapcase",
  "title",
  "capitalize",
  "strip",
  "lstrip",
  "rstrip",
  "split",
  "rsplit",
  "splitlines",
  "isdigit",
  "isalpha",
  "isalnum",
  "isspace",
  "isupper",
  "islower",
  "expandtabs",
  "casefold",
];
const CALLS: readonly Call[] = [
  ...TEXTS.flatMap((text) => NO_ARGUMENTS.map((name): Call => [text, name])),
  ...TEXTS.flatMap((text): Call[] => [
    [text, "split", ","],
    [text, "split", ",", 1],
    [text, "rsplit", ",", 1],
    [text, "split", " ", 1],
    [text, "partition", ","],
    [text, "rpartition", ","],
    [text, "replace", "a", "bb"],
    [text, "replace", "a", "bb", 1],
    [text, "replace", "", "-"],
    [text, "strip", "aH "],
    [text, "find", "l"],
    [text, "find", "l", 4],
    [text, "rfind", "l"],
    [text, "count", "a"],
    [text, "count", "aa"],
    [text, "startswith", "a"],
    [text, "startswith", "l", 2],
    [text, "endswith", "c"],
    [text, "removeprefix", "a"],
    [text, "removesuffix", "c"],
    [text, "zfill", 5],
    [text, "ljust", 5, "*"],
    [text, "rjust", 5],
    [text, "center", 6],
    [text, "encode"],
    [text, "encode", "latin-1", "replace"],
    [text, "encode", "utf-16-le"],
    [text, "__len__"],
    [text, "join", ["x", "y", "z"]],
  ]),
  ["-5", "zfill", 5],
  ["+5", "zfill", 4],
  ["{} {1}", "format", "a", "b"],
  ["{0}{1}{0}", "format", "a", "b"],
  ["{{}}{}", "format", "a"],
  ["{:>5}|{:<3}|{:^5}", "format", "a", "b", "c"],
  ["{:05d}", "format", 42],
  ["{:x}{:X}{:o}{:b}", "format", 255, 255, 8, 5],
  ["{:c}", "format", 97],
  ["{:,}", "format", 1234567],
  ["{!r}", "format", "a"],
  ["{:.2}", "format", "abc"],
  ["{:d}", "format", -5],
  ["{:05d}", "format", -5],
  ["{:5}", "format", 3],
  [{ hex: "666f6f" }, "decode"],
  [{ hex: "666f6f" }, "hex"],
  [{ hex: "c3a9" }, "decode", "utf-8"],
  [{ hex: "e9" }, "decode", "latin-1"],
  [{ hex: "ff" }, "decode"],
  [{ hex: "ff" }, "decode", "ascii", "ignore"],
  [{ hex: "66006f00" }, "decode", "utf-16-le"],
  [{ hex: "efbbbf61" }, "decode", "utf-8-sig"],
  [{ hex: "efbbbf61" }, "decode", "utf-8"],
  [{ hex: "666f6f" }, "upper"],
];

const PERCENT: readonly (readonly [format: string, ...values: readonly (string | number)[]])[] = [
  ["%s", "a"],
  ["%s-%s", "a", "b"],
  ["%%", ...[]],
  ["%d", 5],
  ["%05d", 5],
  ["%5d|", 5],
  ["%x", 255],
  ["%X", 255],
  ["%o", 8],
  ["%c", 97],
  ["%c", "a"],
  ["%r", "a"],
  ["%5s|", "a"],
  ["%-5s|", "a"],
  ["%.2f", 1.5],
  ["%s", 1.5],
  ["%s", 1e21],
];

const ENCODED: readonly (readonly [path: string, hex: string, ...rest: readonly string[]])[] = [
  ...[
    "base64.b64decode",
    "base64.urlsafe_b64decode",
    "base64.b32decode",
    "base64.b16decode",
    "base64.b85decode",
    "base64.a85decode",
    "binascii.unhexlify",
  ].flatMap((path) => ["", "Zm9v", "MZXW6===", "666F6F", "AoDT", "W^Zp"].map((text) => [path, Buffer.from(text).toString("hex")] as const)),
  ...[
    "base64.b64encode",
    "base64.urlsafe_b64encode",
    "base64.encodebytes",
    "base64.b32encode",
    "base64.b85encode",
    "binascii.hexlify",
    "binascii.b2a_base64",
  ].flatMap((path) => ["", "66", "666f6f", "fbff"].map((hex) => [path, hex] as const)),
];

/** Texts as readers take them, well-formed or not. */
const READ: Readonly<Record<string, readonly string[]>> = {
  "csv.reader": [
    "a,b\nc,d\n",
    'a,"b,c"\n"x""y",z',
    '"a"b,c\n',
    '"a"b"c",d',
    'a"b",c',
    '"open,x\ny',
    "a,b\r\nc,d\r\n",
    "\n\na\n\n",
    "a,,\n,",
    '""\n',
    '"a\nb",c\n',
    ' "a",b',
  ],
  "tomllib.loads": [
    "a=1\nb='x'\n[t]\nc=[1,2]\n[[j]]\nn='x'\n[[j]]\nn='y'",
    "a.b.c=1\n[x.\"y z\"]\nq={r=1,s='t'}",
    "a = \"\"\"\nx\\\n  y\"\"\"\nb = '''\nz\nw'''",
    "a=0x1f\nb=1_000\nc=1e3\nd=true # e",
    "a = [ # c\n 'x', \n 'y#z', ] # d",
    "a=1\na=2",
  ],
  "shlex.split": [
    "a b 'c d' \"e f\"",
    '"a\\"b" c',
    "'a\\'b'",
    "a\\ b",
    '"a\\nb"',
    "a\"b\"'c'd",
    '"" x',
    "a # b",
    '"x\\\\y"',
    '"$HOME\\$x"',
  ],
};
const READERS: Readonly<Record<string, (text: string) => Pure | undefined>> = {
  "csv.reader": (text) => csvRows(text),
  "tomllib.loads": tomlData,
  "shlex.split": (text) => shellWords(text),
};
const READINGS = Object.entries(READ).flatMap(([path, texts]) => texts.map((text) => [path, text] as const));

/** How Python and this code both write an answer down. */
function canonical(value: Pure | undefined): unknown {
  if (value instanceof ByteString) return { hex: Buffer.from(value.value, "latin1").toString("hex") };
  if (Array.isArray(value)) return value.map(canonical);
  return value ?? null;
}

const SCRIPT = `
import sys, json, base64, binascii, csv, io, shlex
try: import tomllib
except ImportError: pass
READERS = {"csv.reader": lambda t: list(csv.reader(io.StringIO(t, newline=""))), "shlex.split": shlex.split, "tomllib.loads": lambda t: tomllib.loads(t)}
def back(v): return bytes.fromhex(v["hex"]) if isinstance(v, dict) else v
def show(v):
    if isinstance(v, (bytes, bytearray)): return {"hex": bytes(v).hex()}
    if isinstance(v, (list, tuple)): return [show(x) for x in v]
    return v
def run(f):
    try: return show(f())
    except Exception as e: return {"raises": type(e).__name__}
given = json.load(sys.stdin)
print(json.dumps({
    "calls": [run(lambda: getattr(back(s), m)(*a)) for s, m, *a in given["calls"]],
    "percent": [run(lambda: f % tuple(a)) for f, *a in given["percent"]],
    "encoded": [run(lambda: getattr(globals()[p.split(".")[0]], p.split(".")[1])(bytes.fromhex(h))) for p, h in given["encoded"]],
    "read": [run(lambda: READERS[p](t)) for p, t in given["read"]],
}))
`;

const python = spawnSync("python3", ["-c", "1"]);

describe("the same answers as Python", { skip: python.status !== 0 && "python3 is not installed" }, () => {
  const run = spawnSync("python3", ["-c", SCRIPT], {
    input: JSON.stringify({ calls: CALLS, percent: PERCENT, encoded: ENCODED, read: READINGS }),
    encoding: "utf8",
  });
  const answers = JSON.parse(run.stdout || "{}") as Record<"calls" | "percent" | "encoded" | "read", unknown[]>;
  const compare = (ours: Pure | undefined, theirs: unknown, what: unknown): void => {
    // Where Python raises, the program ends: any answer is an over-approximation.
    const raises = typeof theirs === "object" && theirs !== null && "raises" in theirs;
    if (ours !== undefined && !raises) assert.deepEqual(canonical(ours), theirs, JSON.stringify(what));
  };
  const selfOf = (self: Call[0]): string | ByteString => (typeof self === "string" ? self : toBytes(Buffer.from(self.hex, "hex")));

  for (const [i, call] of CALLS.entries()) {
    const [self, name, ...args] = call;
    specify(JSON.stringify(call), () => compare(callPythonMethod(selfOf(self), name, args), answers.calls[i], call));
  }
  for (const [i, [format, ...args]] of PERCENT.entries())
    specify(`percent ${JSON.stringify([format, ...args])}`, () => compare(formatPercent(format, args), answers.percent[i], format));
  for (const [i, [path, hex]] of ENCODED.entries())
    specify(`${path} ${hex}`, () => compare(PYTHON_CODECS[path]?.(toBytes(Buffer.from(hex, "hex"))), answers.encoded[i], [path, hex]));
  for (const [i, [path, text]] of READINGS.entries())
    specify(`${path} ${JSON.stringify(text)}`, () => compare(READERS[path]?.(text), answers.read[i], [path, text]));
  test("most of it is evaluated at all", () => {
    const evaluated = CALLS.filter(([self, name, ...args]) => callPythonMethod(selfOf(self), name, args) !== undefined).length;
    assert.ok(evaluated / CALLS.length > 0.9, `${evaluated} of ${CALLS.length}`);
  });
});
