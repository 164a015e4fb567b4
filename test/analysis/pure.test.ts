/** Pure library functions on constants: known answers, and the same answers as Python and as this JavaScript engine. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, test } from "node:test";
import zlib from "node:zlib";
import fc from "fast-check";
import { codecsDecode, JAVASCRIPT_CODECS, PYTHON_CODECS, parseJson, rot13, stringifyJson } from "../../analysis/pure/codecs.ts";
import { callJavaScriptMethod } from "../../analysis/pure/javascript-methods.ts";
import { ByteString, PURE_LIMIT, type Pure, toBytes } from "../../analysis/pure/pure-value.ts";
import { callPythonMethod, formatBraces, formatOne, formatPercent } from "../../analysis/pure/python-methods.ts";

const bytes = (text: string): ByteString => new ByteString(text);

describe("decoders: known answers", () => {
  const cases: readonly (readonly [name: string, path: string, input: Pure, expected: Pure | undefined])[] = [
    ["base64 (RFC 4648)", "base64.b64decode", "Zm9vYmFy", bytes("foobar")],
    ["base64 with padding", "base64.b64decode", bytes("Zm9vYg=="), bytes("foob")],
    ["base64, URL alphabet", "base64.urlsafe_b64decode", "-_8=", bytes("\xfb\xff")],
    ["base32 (RFC 4648)", "base64.b32decode", "MZXW6YTBOI======", bytes("foobar")],
    ["base32 of a bad digit", "base64.b32decode", "1", undefined],
    ["base16", "base64.b16decode", "666F6F", bytes("foo")],
    ["hex", "binascii.unhexlify", "666f6f", bytes("foo")],
    ["hex of odd length", "binascii.unhexlify", "666", undefined],
    ["hex of a bad digit", "bytes.fromhex", "zz", undefined],
    ["hex with blanks", "bytes.fromhex", "66 6f 6f", bytes("foo")],
    ["base85 (RFC 1924)", "base64.b85decode", "W^Zp|", bytes("foob")],
    ["Ascii85", "base64.a85decode", "AoDTs", bytes("foob")],
    ["URL", "urllib.parse.unquote", "a%20b%2Fc", "a b/c"],
    ["URL with plus", "urllib.parse.unquote_plus", "a+b", "a b"],
    ["HTML entities", "html.unescape", "&lt;&#65;&#x42;&gt;", "<AB>"],
    ["gzip", "gzip.decompress", toBytes(zlib.gzipSync("foo")), bytes("foo")],
    ["zlib", "zlib.decompress", toBytes(zlib.deflateSync("foo")), bytes("foo")],
    ["zlib of garbage", "zlib.decompress", bytes("garbage"), undefined],
    ["a number is not decoded", "base64.b64decode", 3, undefined],
    ["JSON", "json.loads", '{"a": [1, null]}', { a: [1, null] }],
    ["bad JSON", "json.loads", "{", undefined],
  ];
  for (const [name, path, input, expected] of cases) test(name, () => assert.deepEqual(PYTHON_CODECS[path]?.(input), expected));
});

describe("decoders of JavaScript: the engine gives the same", () => {
  const texts = ["", "a", "foobar", "\u00e9\u00ff", "a b/c?d=e&f", "%41%u0042", "12px", "0x1f", "3.5e2"];
  const natives: Readonly<Record<string, (text: string) => Pure>> = {
    "globalThis.btoa": btoa,
    "globalThis.encodeURIComponent": encodeURIComponent,
    "globalThis.encodeURI": encodeURI,
    "globalThis.unescape": (text) => text.replace(/%u(....)|%(..)/g, (_a, u, x) => String.fromCharCode(Number.parseInt(u ?? x, 16))),
    "globalThis.parseInt": (text) => Number.parseInt(text),
    "globalThis.parseFloat": Number.parseFloat,
    "globalThis.Number": Number,
    "globalThis.JSON.stringify": (text) => JSON.stringify(text),
  };
  for (const [path, native] of Object.entries(natives))
    test(path, () => {
      for (const text of texts) assert.deepEqual(JAVASCRIPT_CODECS[path]?.(text), native(text), JSON.stringify(text));
    });
  test("atob undoes btoa", () =>
    fc.assert(
      fc.property(fc.uint8Array(), (data) => {
        const latin = Buffer.from(data).toString("latin1");
        assert.equal(JAVASCRIPT_CODECS["globalThis.atob"]?.(btoa(latin)), latin);
      }),
    ));
});

describe("bounds: what would be too large is not evaluated", () => {
  test("a decompression bomb", () =>
    assert.equal(PYTHON_CODECS["zlib.decompress"]?.(toBytes(zlib.deflateSync(Buffer.alloc(PURE_LIMIT * 4)))), undefined));
  test("padding", () => {
    assert.equal(callPythonMethod("a", "ljust", [1e9]), undefined);
    assert.equal(callPythonMethod("a", "zfill", [1e9]), undefined);
    assert.equal(callJavaScriptMethod("a", "padEnd", [1e9]), undefined);
    assert.equal(callJavaScriptMethod("ab", "repeat", [1e9]), undefined);
    assert.equal(callJavaScriptMethod("ab", "repeat", [-1]), undefined);
  });
  test("formatting", () => {
    assert.equal(formatOne(1, "099999d"), undefined);
    assert.equal(formatPercent("%099999999d", [1]), undefined);
    assert.equal(callPythonMethod("{:999999999}", "format", ["a"]), undefined);
  });
  test("replacing and joining", () => {
    const long = "a".repeat(2_000);
    const size = (value: Pure | undefined): number => (typeof value === "string" ? value.length : 0);
    assert.ok(size(callPythonMethod(long, "replace", ["a", long])) <= PURE_LIMIT);
    assert.ok(size(callPythonMethod(long, "join", [[..."b".repeat(2_000)]])) <= PURE_LIMIT);
    assert.ok(size(callPythonMethod("\t".repeat(40_000), "expandtabs", [])) <= PURE_LIMIT);
    assert.ok(size(callJavaScriptMethod(long, "replaceAll", ["a", long])) <= PURE_LIMIT);
  });
  test("names of Object.prototype are no methods", () => {
    for (const name of ["constructor", "__proto__", "hasOwnProperty", "toLocaleString"]) {
      assert.equal(callPythonMethod("a", name, []), undefined, name);
      assert.equal(callJavaScriptMethod("a", name, []), undefined, name);
    }
  });
});

test("rot13 is its own inverse", () => fc.assert(fc.property(fc.string(), (text) => assert.equal(rot13(rot13(text)), text))));
test("JSON that is written can be read", () =>
  fc.assert(fc.property(fc.jsonValue(), (value) => assert.deepEqual(parseJson(stringifyJson(value as Pure)), JSON.parse(JSON.stringify(value))))));
test("nothing throws on any argument", () => {
  const argument: fc.Arbitrary<Pure | undefined> = fc.oneof(
    fc.string(),
    fc.integer(),
    fc.double(),
    fc.constantFrom<Pure | undefined>(null, undefined, true, 10n, bytes("\xff\x00")),
    fc.array(fc.string(), { maxLength: 3 }),
  );
  const names = ["upper", "split", "join", "replace", "format", "zfill", "translate", "decode", "encode", "find", "partition", "hex", "count", "strip"];
  const jsNames = ["slice", "substr", "split", "replace", "repeat", "padStart", "charCodeAt", "at", "toString", "concat", "indexOf"];
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.constant(bytes("a\xffb"))), fc.constantFrom(...names), fc.constantFrom(...jsNames), fc.array(argument, { maxLength: 3 }), (self, name, jsName, args) => {
      callPythonMethod(self, name, args);
      callJavaScriptMethod(self, jsName, args);
      for (const codec of [...Object.values(PYTHON_CODECS), ...Object.values(JAVASCRIPT_CODECS)]) codec(args[0], ...args.slice(1));
    }),
    { numRuns: 300 },
  );
});

// ---------------------------------------------------------------- the same as Python

/** A method call on a constant; what is not evaluated (`undefined`) is no disagreement, a different answer is. */
type Call = readonly [self: string | { readonly hex: string }, method: string, ...args: readonly (string | number | readonly string[])[]];
const TEXTS = ["", "a", "Hello World", "  x y  ", "a,b,,c", "\u00e9t\u00e9 \u00df", "AbC dEf1", "tab\there", "one\ntwo\r\nthree\n", "123", "\u0130i", "aaa"];
const NO_ARGUMENTS = ["upper", "lower", "swapcase", "title", "capitalize", "strip", "lstrip", "rstrip", "split", "rsplit", "splitlines", "isdigit", "isalpha", "isalnum", "isspace", "isupper", "islower", "expandtabs", "casefold"];
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
  ...["base64.b64decode", "base64.urlsafe_b64decode", "base64.b32decode", "base64.b16decode", "base64.b85decode", "base64.a85decode", "binascii.unhexlify"].flatMap((path) =>
    ["", "Zm9v", "MZXW6===", "666F6F", "AoDT", "W^Zp"].map((text) => [path, Buffer.from(text).toString("hex")] as const),
  ),
  ...["base64.b64encode", "base64.urlsafe_b64encode", "base64.encodebytes", "base64.b32encode", "base64.b85encode", "binascii.hexlify", "binascii.b2a_base64"].flatMap((path) =>
    ["", "66", "666f6f", "fbff"].map((hex) => [path, hex] as const),
  ),
];

/** How Python and this code both write an answer down. */
function canonical(value: Pure | undefined): unknown {
  if (value instanceof ByteString) return { hex: Buffer.from(value.value, "latin1").toString("hex") };
  if (Array.isArray(value)) return value.map(canonical);
  return value ?? null;
}

const SCRIPT = `
import sys, json, base64, binascii
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
}))
`;

const python = spawnSync("python3", ["-c", "1"]);

describe("the same answers as Python", { skip: python.status !== 0 && "python3 is not installed" }, () => {
  const run = spawnSync("python3", ["-c", SCRIPT], { input: JSON.stringify({ calls: CALLS, percent: PERCENT, encoded: ENCODED }), encoding: "utf8" });
  const answers = JSON.parse(run.stdout || "{}") as Record<"calls" | "percent" | "encoded", unknown[]>;
  const compare = (ours: Pure | undefined, theirs: unknown, what: unknown): void => {
    // Where Python raises, the program ends: any answer is an over-approximation.
    const raises = typeof theirs === "object" && theirs !== null && "raises" in theirs;
    if (ours !== undefined && !raises) assert.deepEqual(canonical(ours), theirs, JSON.stringify(what));
  };
  const selfOf = (self: Call[0]): string | ByteString => (typeof self === "string" ? self : toBytes(Buffer.from(self.hex, "hex")));

  test("methods of str and bytes", async (t) => {
    for (const [i, call] of CALLS.entries()) {
      const [self, name, ...args] = call;
      await t.test(JSON.stringify(call), () => compare(callPythonMethod(selfOf(self), name, args), answers.calls[i], call));
    }
  });
  test("percent formatting", async (t) => {
    for (const [i, [format, ...args]] of PERCENT.entries())
      await t.test(JSON.stringify([format, ...args]), () => compare(formatPercent(format, args), answers.percent[i], format));
  });
  test("encoders and decoders", async (t) => {
    for (const [i, [path, hex]] of ENCODED.entries())
      await t.test(`${path} ${hex}`, () => compare(PYTHON_CODECS[path]?.(toBytes(Buffer.from(hex, "hex"))), answers.encoded[i], [path, hex]));
  });
  test("most of it is evaluated at all", () => {
    const evaluated = CALLS.filter(([self, name, ...args]) => callPythonMethod(selfOf(self), name, args) !== undefined).length;
    assert.ok(evaluated / CALLS.length > 0.9, `${evaluated} of ${CALLS.length}`);
  });
});

describe("formats that are not evaluated are not guessed", () => {
  test("a width on a string", () => assert.equal(formatOne("a", ">5"), undefined));
  test("an attribute of a field", () => assert.equal(formatBraces("{0.real}", [3]), undefined));
  test("too few values", () => assert.equal(formatBraces("{}{}", ["a"]), undefined));
  test("rot13 through codecs", () => assert.equal(codecsDecode("uryyb", "rot13"), "hello"));
});

describe("methods of JavaScript: the engine gives the same", () => {
  const calls: readonly (readonly [method: string, ...args: readonly (string | number)[]])[] = [
    ["toUpperCase"],
    ["toLowerCase"],
    ["trim"],
    ["charAt", 1],
    ["at", -1],
    ["charCodeAt", 0],
    ["charCodeAt", 99],
    ["codePointAt", 0],
    ["slice", 1, 3],
    ["slice", -2],
    ["substring", 3, 1],
    ["substring", -1, 2],
    ["substr", -2, 1],
    ["substr", 1],
    ["concat", "x", 1],
    ["split", ""],
    ["split", ","],
    ["split", ",", 1],
    ["replace", "a", "$&b"],
    ["replaceAll", "a", "b"],
    ["replaceAll", "", "-"],
    ["repeat", 2],
    ["padStart", 6, "xy"],
    ["padEnd", 6],
    ["indexOf", "a"],
    ["indexOf", "a", 1],
    ["lastIndexOf", "a"],
    ["includes", "b"],
    ["includes", "b", 2],
    ["startsWith", "b", 1],
    ["endsWith", "b", 2],
    ["normalize"],
    ["normalize", "NFKC"],
  ];
  for (const [method, ...args] of calls)
    test(JSON.stringify([method, ...args]), () => {
      for (const text of ["", "a", "abcabc", " a,b ", "\u{1F600}x", "\ufb01"]) {
        const ours = callJavaScriptMethod(text, method, args);
        const native = (text as unknown as Record<string, (...a: unknown[]) => unknown>)[method]?.(...args);
        if (ours !== undefined) assert.deepEqual(ours ?? undefined, native ?? undefined, JSON.stringify(text));
      }
    });
});
