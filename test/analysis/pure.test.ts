/** Pure library functions on constants: known answers, bounds, and the same answers as this JavaScript engine. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import zlib from "node:zlib";
import { codecsDecode, JAVASCRIPT_CODECS, PYTHON_CODECS, rot13 } from "../../analysis/pure/codecs.ts";
import { callJavaScriptMethod } from "../../analysis/pure/javascript-methods.ts";
import { parseJson } from "../../analysis/pure/json.ts";
import { ByteString, PURE_LIMIT, type Pure, toBytes } from "../../analysis/pure/pure-value.ts";
import { formatBraces, formatOne, formatPercent } from "../../analysis/pure/python-format.ts";
import { callPythonMethod } from "../../analysis/pure/python-methods.ts";
import { fc } from "../properties.ts";
import { specify } from "./fixme.ts";

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
    "globalThis.parseInt": Number.parseInt,
    "globalThis.parseFloat": Number.parseFloat,
    "globalThis.Number": Number,
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
    assert.ok((formatPercent("%099999999d", [1]) ?? "").length <= PURE_LIMIT);
    assert.equal(callPythonMethod("{:999999999}", "format", ["a"]), undefined);
  });
  const long = "a".repeat(2_000);
  const growing: Readonly<Record<string, () => Pure | undefined>> = {
    "replace in Python": () => callPythonMethod(long, "replace", ["a", long]),
    join: () => callPythonMethod(long, "join", [[..."b".repeat(2_000)]]),
    expandtabs: () => callPythonMethod("\t".repeat(40_000), "expandtabs", []),
    "replaceAll in JavaScript": () => callJavaScriptMethod(long, "replaceAll", ["a", long]),
  };
  for (const [name, grow] of Object.entries(growing))
    specify(`bounded: ${name}`, () => {
      const result = grow();
      assert.ok(typeof result !== "string" || result.length <= PURE_LIMIT);
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
  fc.assert(fc.property(fc.jsonValue(), (value) => assert.deepEqual(parseJson(JSON.stringify(value)), JSON.parse(JSON.stringify(value))))));
test("nothing throws on any argument", () => {
  const argument: fc.Arbitrary<Pure | undefined> = fc.oneof(
    fc.string(),
    fc.integer(),
    fc.double(),
    fc.constantFrom<Pure | undefined>(null, undefined, true, 10n, bytes("\xff\x00")),
    fc.array(fc.string(), { maxLength: 3 }),
  );
  const names = [
    "upper",
    "split",
    "join",
    "replace",
    "format",
    "zfill",
    "translate",
    "decode",
    "encode",
    "find",
    "partition",
    "hex",
    "count",
    "strip",
  ];
  const jsNames = ["slice", "substr", "split", "replace", "repeat", "padStart", "charCodeAt", "at", "toString", "concat", "indexOf"];
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.constant(bytes("a\xffb"))),
      fc.constantFrom(...names),
      fc.constantFrom(...jsNames),
      fc.array(argument, { maxLength: 3 }),
      (self, name, jsName, args) => {
        callPythonMethod(self, name, args);
        callJavaScriptMethod(self, jsName, args);
        for (const codec of [...Object.values(PYTHON_CODECS), ...Object.values(JAVASCRIPT_CODECS)]) codec(args[0], ...args.slice(1));
      },
    ),
    { numRuns: 300 },
  );
});

describe("formats that are not evaluated are not guessed", () => {
  test("a sign on a string", () => assert.equal(formatOne("a", "+5"), undefined));
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
    specify(`js ${JSON.stringify([method, ...args])}`, () => {
      for (const text of ["", "a", "abcabc", " a,b ", "\u{1F600}x", "\ufb01"]) {
        const ours = callJavaScriptMethod(text, method, args);
        const native = (text as unknown as Record<string, (...a: unknown[]) => unknown>)[method]?.(...args);
        if (ours !== undefined) assert.deepEqual(ours ?? undefined, native ?? undefined, JSON.stringify(text));
      }
    });
});
