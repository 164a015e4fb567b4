/** JavaScript: a constant string is the same string however the program builds it. */
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import vm from "node:vm";
import { deflateSync } from "node:zlib";
import { specify } from "../fixme.ts";
import { checkEffects } from "./analyze-source.ts";

const MODULES = 'const fs = require("fs"); const path = require("path"); const zlib = require("zlib");';
const CODES = [...Buffer.from("/etc/shadow")].join(", ");
const DEFLATED = JSON.stringify(deflateSync("/etc/shadow").toString("base64"));

/** Each is `/etc/shadow`. */
const EXPRESSIONS: readonly string[] = [
  '"/etc/" + "shadow"',
  '"\\x2fetc\\u002fshadow"',
  '"\\u{2f}etc/shadow"',
  "`/etc/shadow`",
  '`/${"etc"}/${["sha", "dow"].join("")}`',
  "String.raw`/etc/shadow`",
  '["", "etc", "shadow"].join("/")',
  '["/etc", "shadow"].reduce((a, b) => a + "/" + b)',
  '["etc", "shadow"].reduce((a, b) => a + "/" + b, "")',
  '"wodahs/cte/".split("").reverse().join("")',
  '[..."wodahs/cte/"].reverse().join("")',
  'Array.from("wodahs/cte/").reverse().join("")',
  `String.fromCharCode(${CODES})`,
  `String.fromCharCode(...[${CODES}])`,
  `String.fromCharCode.apply(null, [${CODES}])`,
  `String.fromCodePoint(${CODES})`,
  `[${CODES}].map((c) => String.fromCharCode(c)).join("")`,
  `[${CODES}].map(c => c ^ 7).map(c => String.fromCharCode(c ^ 7)).join("")`,
  '[..."0fud0tibepx"].map((c) => String.fromCharCode(c.charCodeAt(0) - 1)).join("")',
  '"/-e-t-c-/-s-h-a-d-o-w".split("-").join("")',
  '"/-e-t-c-/-s-h-a-d-o-w".replaceAll("-", "")',
  '"/-e-t-c-/-s-h-a-d-o-w".replace(/-/g, "")',
  '[..."/_etc/_shadow"].filter((c) => c !== "_").join("")',
  'atob("L2V0Yy9zaGFkb3c=")',
  'Buffer.from("L2V0Yy9zaGFkb3c=", "base64").toString()',
  'Buffer.from("2f6574632f736861646f77", "hex").toString("utf8")',
  `Buffer.from([${CODES}]).toString()`,
  'atob(btoa("/etc/shadow"))',
  'new TextDecoder().decode(Buffer.from("L2V0Yy9zaGFkb3c=", "base64"))',
  `zlib.inflateSync(Buffer.from(${DEFLATED}, "base64")).toString()`,
  'decodeURIComponent("%2Fetc%2Fshadow")',
  'unescape("%2Fetc%u002Fshadow")',
  'JSON.parse(\'{"p": "/etc/shadow"}\').p',
  'JSON.parse("[1, \\"/etc/shadow\\"]")[1]',
  '"/ETC/SHADOW".toLowerCase()',
  '"/etc/passwd".replace("passwd", "shadow")',
  '" /etc/shadow\\n".trim()',
  '"xx/etc/shadowxx".slice(2, -2)',
  '"xx/etc/shadowxx".substring(2, 13)',
  '"xx/etc/shadowxx".substr(2, 11)',
  '"/etc/".concat("sha", "dow")',
  '"/etc".padEnd(5, "/") + "shadow"',
  '"/etc" + "/".repeat(1) + "shadow"',
  '"/etc/" + "xsx".charAt(1) + "hadow"',
  '"/etc/" + "xsx"[1] + "hadow"',
  '"/etc/" + (28).toString(36) + "hadow"',
  'path.join("/etc", "shadow")',
  'path.resolve("/etc", "shadow")',
  'path.sep + "etc" + path.sep + "shadow"',
  'true ? "/etc/shadow" : "a"',
  '"" || "/etc/shadow"',
  '"a" && "/etc/shadow"',
  'null ?? "/etc/shadow"',
  'undefined ?? "/etc/shadow"',
  '({ k: "/etc/shadow" }).k',
  '({ k: "/etc/shadow" })["k"]',
  '({ ["k" + 1]: "/etc/shadow" }).k1',
  '({ ...{ k: "/etc/shadow" } }).k',
  '({ k: { j: ["a", "/etc/shadow"] } }).k.j[1]',
  '({ k: { j: ["a", "/etc/shadow"] } }).k?.j?.at(-1)',
  '({ get k() { return "/etc/shadow"; } }).k',
  '({ f() { return this.a + "/shadow"; }, a: "/etc" }).f()',
  'Object.assign({}, { k: "/etc/shadow" }).k',
  'Object.values({ a: "/etc", b: "/shadow" }).join("")',
  'Object.keys({ "/etc": 1, "/shadow": 2 }).join("")',
  'Object.entries({ "/e": "tc", "/sha": "dow" }).map(([k, v]) => k + v).join("")',
  'Object.entries({ "/e": "tc", "/sha": "dow" }).flat().join("")',
  'Object.fromEntries([["k", "/etc/shadow"]]).k',
  'new Map([["k", "/etc/shadow"]]).get("k")',
  'Reflect.get({ k: "/etc/shadow" }, "k")',
  '["a", "/etc/shadow"][1]',
  '["a"].concat(["/etc/shadow"])[1]',
  '[...["a"], "/etc/shadow"].pop()',
  '["a", "/etc/shadow", "b"].slice(1, 2)[0]',
  '["a", "/etc/shadow"].find((s) => s.startsWith("/"))',
  '["/shadow", "/etc"].sort().join("")',
  '[["/etc"], ["/shadow"]].flat().join("")',
  '((a, b = "shadow") => a + b)("/etc/")',
  '((...a) => a.join("/"))("", "etc", "shadow")',
  '(({ p }) => p)({ p: "/etc/shadow" })',
  '(([, p]) => p)(["a", "/etc/shadow"])',
  '(function () { return arguments[1]; })("a", "/etc/shadow")',
  '(function () { return this.p; }).call({ p: "/etc/shadow" })',
  '(function (a, b) { return a + b; }).apply(null, ["/etc", "/shadow"])',
  '(function (a, b) { return a + b; }).bind(null, "/etc")("/shadow")',
  '((a) => (b) => a + b)("/etc")("/shadow")',
  'new (class { p = "/etc/shadow"; })().p',
  'new (class { constructor(p) { this.p = p; } })("/etc/shadow").p',
  'new (class { get p() { return "/etc/shadow"; } })().p',
  '(class { static p = "/etc/shadow"; }).p',
  'eval("1") && "/etc/shadow"',
  'String("/etc/shadow")',
  'new String("/etc/shadow").toString()',
  '"/etc/shadow".toString()',
  '"/etc/" + ["shadow"]',
  '(1, "/etc/shadow")',
  '"/etc" + String(/\\/shadow/.source).slice(1)',
  'void 0 || "/etc/shadow"',
  'typeof 1 === "number" ? "/etc/shadow" : "a"',
];

/** Each leaves `/etc/shadow` in x. */
const STATEMENTS: readonly (readonly [name: string, code: string])[] = [
  ["augmented", 'let x = "/etc"; x += "/"; x += "shadow";'],
  ["destructuring", 'const { a: { b: [, x] } } = { a: { b: [1, "/etc/shadow"] } };'],
  ["default in a pattern", 'const { x = "/etc/shadow" } = {};'],
  ["rest in a pattern", 'const [a, ...b] = ["/", "etc", "shadow"]; const x = a + b.join("/");'],
  ["swap", 'let x = "a", y = "/etc/shadow"; [x, y] = [y, x];'],
  ["logical assignment", 'let x = null; x ??= "/etc/shadow";'],
  ["for of", 'let x = ""; for (const p of ["/etc", "/shadow"]) x += p;'],
  ["for in", 'let x = ""; for (const p in { "/etc": 1, "/shadow": 2 }) x += p;'],
  ["for with a counter", 'const p = ["/etc", "/shadow"]; let x = ""; for (let i = 0; i < p.length; i++) x += p[i];'],
  ["for over characters", 'const s = "wodahs/cte/"; let x = ""; for (let i = s.length - 1; i >= 0; i--) x += s[i];'],
  ["while with shift", 'const p = ["/etc", "/shadow"]; let x = ""; while (p.length) x += p.shift();'],
  ["do while", 'let x = "", i = 0; do { x += ["/etc", "/shadow"][i]; i++; } while (i < 2);'],
  ["forEach", 'let x = ""; ["/etc", "/shadow"].forEach((p) => { x += p; });'],
  ["switch", 'let x; switch ("b") { case "a": x = "a"; break; case "b": x = "/etc/shadow"; }'],
  ["labelled break", 'let x = "a"; out: for (;;) { for (;;) { x = "/etc/shadow"; break out; } }'],
  ["push and join", 'const p = []; p.push("/etc"); p.push("shadow"); const x = p.join("/");'],
  ["unshift and splice", 'const p = ["shadow", "a"]; p.unshift("/etc"); p.splice(2, 1); const x = p.join("/");'],
  ["object filled later", 'const o = {}; o.a = "/etc/shadow"; const x = o["a"];'],
  ["two names for one object", 'const o = {}; const q = o; q.a = "/etc/shadow"; const x = o.a;'],
  ["closure", 'function f(a) { return function (b) { return a + b; }; } const x = f("/etc")("/shadow");'],
  [
    "closure that counts",
    'let x = ""; const p = ["/etc", "/shadow"]; const next = (() => { let i = 0; return () => p[i++]; })(); x += next(); x += next();',
  ],
  ["hoisted function", 'const x = f(); function f() { return "/etc/shadow"; }'],
  ["IIFE", 'const x = (() => { const a = "/etc"; return a + "/shadow"; })();'],
  ["class with a method", 'class A { f(a) { return a + "/shadow"; } } const x = new A().f("/etc");'],
  ["inherited", 'class A { f() { return "/etc/shadow"; } } class B extends A {} const x = new B().f();'],
  [
    "super",
    'class A { constructor(p) { this.p = p; } } class B extends A { constructor() { super("/etc/shadow"); } } const x = new B().p;',
  ],
  ["private field", 'class A { #p = "/etc/shadow"; get() { return this.#p; } } const x = new A().get();'],
  ["prototype", 'function A() {} A.prototype.f = function () { return "/etc/shadow"; }; const x = new A().f();'],
  ["constructor function", 'function A(p) { this.p = p; } const x = new A("/etc/shadow").p;'],
  ["generator", 'function* f() { yield "/etc"; yield "/shadow"; } const x = [...f()].join("");'],
  ["recursion", 'const f = (n) => (n === 0 ? "" : f(n - 1) + ["/etc", "/shadow"][n - 1]); const x = f(2);'],
  ["try", 'let x; try { x = "/etc/shadow"; } catch { x = "/etc/shadow"; }'],
  ["eval that assigns", 'var x; (0, eval)("1"); x = "/etc/shadow";'],
  ["shadowed names", 'let x = "/etc/shadow"; { let x = "a"; x += "b"; }'],
  ["var in a block", '{ var x = "/etc/shadow"; }'],
  ["array of functions", 'const x = [() => "/etc", () => "/shadow"].map((f) => f()).join("");'],
  ["tagged template of its own", 'const tag = (s, ...v) => s[0] + v[0]; const x = tag`/etc${"/shadow"}`;'],
  ["Set", 'const x = [...new Set(["/etc", "/shadow"])].join("");'],
  ["typed array", `const x = Buffer.from(new Uint8Array([${CODES}])).toString();`],
];

const programs: readonly (readonly [string, string])[] = [...EXPRESSIONS.map((e) => [e, `const x = ${e};`] as const), ...STATEMENTS];

/** `eval` in a row is there for its value; the effect of the row is the deletion. */
const EVALS = /\beval\b/;

for (const [name, code] of programs) {
  const deletes = "must fs.delete /etc/shadow <path.credentials>";
  specify(`constant: ${name}`, () =>
    checkEffects(`${MODULES}\n${code}\nfs.unlinkSync(x);`, "javascript", EVALS.test(code) ? ["must code.eval 1 <>", deletes] : [deletes], [
      "classes",
    ]),
  );
}

test("the table itself is right: JavaScript gives /etc/shadow for every row", () => {
  const globals = { require: createRequire(import.meta.url), Buffer, atob, btoa, TextDecoder, Uint8Array };
  const wrong = programs.filter(([, code]) => {
    const got: unknown = vm.runInNewContext(`(() => { ${MODULES}\n${code}\nreturn x; })()`, { ...globals });
    return got !== "/etc/shadow";
  });
  assert.deepEqual(wrong, []);
});
