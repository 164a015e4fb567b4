/** JavaScript and TypeScript rewrites of names, statements and whole programs: wrapped, deferred, run from text. */
import { type Language, type Node, walk } from "../../analysis/tree.ts";
import { aliasCalls, renameLocals } from "../analysis/interpret/rewrite.ts";
import { treeOf } from "../analysis/test-parser.ts";
import { withPrefix } from "./javascript-calls.ts";
import type { Rewrite } from "./rewrite.ts";
import { isFixed, isStored, rewriteTree } from "./tree-edits.ts";

/** Modules' own statements cannot stand inside others; `await` at the top needs the top. */
const isModule = (code: string): boolean => /^\s*(?:\/\*.*?\*\/\s*)*(?:import\s*[\w{*"']|export\b)/m.test(code);

function wrap(
  name: string,
  before: string,
  after: string,
  options: Partial<Pick<Rewrite, "adds">> & { suspends?: true; sloppy?: true } = {},
): Rewrite {
  const apply = (code: string, language: Language): string => {
    if (isModule(code) || (options.suspends !== true && /\bawait\b/.test(code))) return code;
    if (options.sloppy === true && (language === "typescript" || /use strict|\bclass\b/.test(code))) return code;
    return `${before}\n${code.trimEnd()}\n${after}\n`;
  };
  return { name, family: "javascript", apply, ...(options.adds === undefined ? {} : { adds: options.adds }) };
}

/** `require` and other globals that the program does not bind itself, where they are read. */
function globals(name: string, wanted: RegExp, replace: (name: string) => string, prefix = ""): Rewrite {
  const apply = (code: string, language: Language): string => {
    const bound = boundNames(treeOf(code, language).module);
    let changed = false;
    const out = rewriteTree(code, language, (node, _text, ancestors) => {
      if (node.kind !== "Name" || !wanted.test(node.name) || bound.has(node.name) || isFixed(ancestors) || isStored(node, ancestors))
        return null;
      const owner = ancestors.at(-1) as Node;
      if (owner.kind !== "Call" && owner.kind !== "Member" && owner.kind !== "Arg") return null;
      changed = true;
      return replace(node.name);
    });
    return changed ? withPrefix(out, prefix) : code;
  };
  return { name, family: "javascript", apply };
}

function boundNames(module: Node): Set<string> {
  const names = new Set<string>();
  walk(module, (node) => {
    if ((node.kind === "Assign" || node.kind === "Param") && node.target.kind === "Name") names.add(node.target.name);
    else if (node.kind === "FunctionDef" && node.fn.name !== null) names.add(node.fn.name);
    else if (node.kind === "ClassDef" && node.cls.name !== null) names.add(node.cls.name);
    else if (node.kind === "ImportName") names.add(node.local);
  });
  return names;
}

/** Statements of the top level that are one call, each by itself. */
function topCalls(name: string, replace: (call: string) => string, sloppy = false): Rewrite {
  const apply = (code: string, language: Language): string => {
    if (sloppy && (language === "typescript" || isModule(code) || /use strict/.test(code))) return code;
    const { module } = treeOf(code, language);
    if (module.kind !== "Module") return code;
    let out = code;
    for (const statement of module.body.toReversed()) {
      if (
        statement.kind !== "ExprStmt" ||
        statement.value.kind !== "Call" ||
        /\bawait\b|\barguments\b/.test(code.slice(statement.start, statement.end))
      )
        continue;
      const { start, end } = statement.value;
      if (!/(^|\n)$/.test(code.slice(0, statement.start)) || start !== statement.start) continue;
      const semicolon = code[end] === ";" ? end + 1 : end;
      out = `${out.slice(0, start)}${replace(code.slice(start, end))};${out.slice(semicolon)}`;
    }
    return out;
  };
  return { name, family: "javascript", apply };
}

/** `const x = require("y");` at the top, and everything after it, in the callback of a dynamic import. */
function dynamicImport(code: string): string {
  if (isModule(code) || /\bawait\b/.test(code)) return code;
  const found = /^(?:const|let|var) (\w+|\{[\w\s,]+\}) = require\(("[\w/:]+"|'[\w/:]+')\);?\n/m.exec(code);
  if (found === null || code.slice(0, found.index).trim() !== "") return code;
  return `${code.slice(0, found.index)}import(${found[2]}).then((${found[1]}) => {\n${code.slice(found.index + found[0].length).trimEnd()}\n});\n`;
}

function payload(name: string, make: (code: string) => string): Rewrite {
  const apply = (code: string, language: Language): string =>
    language === "typescript" || isModule(code) || /\bawait\b|[^\x00-\x7f]/.test(code) ? code : make(code);
  return { name, family: "javascript", hides: true, adds: ["code.eval", "code.hidden", "call.dynamic"], apply };
}

function evaluated(name: string, make: (code: string) => string): Rewrite {
  const apply = (code: string, language: Language): string =>
    language === "typescript" || isModule(code) || /\bawait\b/.test(code) ? code : make(code);
  return { name, family: "javascript", adds: ["code.eval"], apply };
}
const base64 = (text: string): string => Buffer.from(text).toString("base64");
const codes = (text: string): string => [...text].map((c) => c.charCodeAt(0)).join(",");
const DEAD =
  "function never0(x) { const y = x + 1; return [y, {}]; }\nconst unused0 = [1, 2, 3].map((i) => i * i);\nif (unused0.length > 100) console.log(unused0);\n";

const comments = (code: string, language: Language): string => {
  const { module } = treeOf(code, language);
  if (module.kind !== "Module") return code;
  return module.body
    .toReversed()
    .reduce(
      (out, s) => (/(^|\n)$/.test(code.slice(0, s.start)) ? `${out.slice(0, s.start)}/* eval(x) */ ${out.slice(s.start)}` : out),
      code,
    );
};

export const JAVASCRIPT_STATEMENTS: readonly Rewrite[] = [
  {
    name: "js variable",
    family: "javascript",
    apply: (code, language) => (language === "typescript" ? code : aliasCalls(code, "javascript")),
  },
  {
    name: "js other names",
    family: "javascript",
    apply: (code, language) => (language === "typescript" ? code : renameLocals(code, "javascript")),
  },
  { name: "js dead code", family: "javascript", apply: (code) => (isModule(code) ? code : withPrefix(code, DEAD)) },
  { name: "js comments", family: "javascript", apply: comments },
  wrap("js if true", "if (true) {", "}", { suspends: true }),
  wrap("js else", "if (!1) { } else {", "}", { suspends: true }),
  wrap("js try finally", "try {", "} finally { }", { suspends: true }),
  wrap("js in finally", "try { } finally {", "}", { suspends: true }),
  wrap("js in catch", "try { throw new Error('x'); } catch (e0) {", "}", { suspends: true }),
  wrap("js do while", "do {", "} while (false);", { suspends: true }),
  wrap("js while break", "while (true) {", "break;\n}", { suspends: true }),
  wrap("js for once", "for (const once0 of [0]) {", "}", { suspends: true }),
  wrap("js labelled block", "out0: {", "break out0;\n}", { suspends: true }),
  wrap("js switch (true)", "switch (true) { case 1 > 0: {", "} }", { suspends: true }),
  wrap("js immediate function", "(function () {", "})();"),
  wrap("js immediate arrow body", "(() => {", "})();"),
  wrap("js async immediate", "(async () => {", "})();", { suspends: true }),
  wrap("js async generator", "(async function* () {", "})().next();", { suspends: true }),
  wrap("js generator body", "[...(function* () {", "})()];"),
  wrap("js promise", "new Promise((resolve0) => {", "resolve0();\n});"),
  wrap("js then", "Promise.resolve(1).then(() => {", "});"),
  wrap("js catch of a promise", "Promise.reject(new Error('x')).catch(() => {", "});"),
  wrap("js finally of a promise", "Promise.resolve().finally(() => {", "});"),
  wrap("js setTimeout", "setTimeout(() => {", "}, 0);"),
  wrap("js setImmediate", "setImmediate(() => {", "});"),
  wrap("js nextTick", "process.nextTick(() => {", "});"),
  wrap("js queueMicrotask", "queueMicrotask(() => {", "});"),
  wrap("js event", 'const bus0 = new (require("events"))();\nbus0.on("go", () => {', '});\nbus0.emit("go");'),
  wrap("js exit handler", 'process.on("exit", () => {', "});"),
  wrap("js class constructor", "new (class { constructor() {", "} })();"),
  wrap("js static block body", "(class { static {", "} });"),
  wrap("js getter body", "({ get go() {", "} }).go;"),
  wrap("js setter body", "({ set go(v0) {", "} }).go = 1;"),
  wrap("js toString", "`${({ toString() {", "return ''; } })}`;"),
  wrap("js valueOf body", "+({ valueOf() {", "return 1; } });"),
  wrap("js toJSON", "JSON.stringify({ toJSON() {", "return 1; } });"),
  wrap("js sort callback", "[2, 1].sort(() => {", "return 0; });"),
  wrap("js forEach body", "[1].forEach(() => {", "});"),
  wrap("js replace callback", '"x".replace(/x/, () => {', 'return ""; });'),
  wrap("js default parameter body", "((x0 = (() => {", "})()) => x0)();"),
  wrap("js tag function", "(() => {", "})``;"),
  wrap("js thenable", "(async () => { await { then(ok0) {", "ok0(); } }; })();"),
  wrap("js proxy trap", "new Proxy({}, { get() {", "return 1; } }).x;"),
  wrap("js Reflect.construct", "Reflect.construct(function () {", "}, []);"),
  wrap("js new function", "new (function () {", "})();"),
  wrap("js Symbol.toPrimitive", "`${({ [Symbol.toPrimitive]() {", "return ''; } })}`;"),
  wrap("js iterator protocol", "for (const x0 of { [Symbol.iterator]() {", "return [][Symbol.iterator](); } }) { }"),
  wrap("js hoisted function", "main0();\nfunction main0() {", "}"),
  wrap("js with", "with ({ z0: 1 }) {", "}", { sloppy: true }),
  topCalls("js void", (s) => `void ${s}`),
  topCalls("js and", (s) => `1 && ${s}`),
  topCalls("js comma statement", (s) => `0, ${s}`),
  topCalls("js array statement", (s) => `[${s}]`),
  topCalls("js template statement", (s) => (/`/.test(s) ? s : `\`\${${s}}\``)),
  topCalls("js assignment default", (s) => `[(${s})].length`),
  topCalls("js promise chain", (s) => `Promise.resolve().then(() => ${s})`),
  topCalls("js sloppy with", (s) => `with ({ f0: () => ${s} }) { f0(); }`, true),
  globals("js require alias", /^require$/, () => "load0", "const load0 = require;\n"),
  globals("js require in an object", /^require$/, () => "({ r: require }).r"),
  globals("js module.require", /^require$/, () => "module.require"),
  globals("js comma require", /^require$/, () => "(0, require)"),
  globals("js globalThis", /^(fetch|eval|setTimeout|process|JSON|Buffer|atob|console)$/, (name) => `globalThis.${name}`),
  globals(
    "js globalThis of parts",
    /^(fetch|setTimeout|process|JSON|Buffer|atob|console)$/,
    (name) => `globalThis["${name.slice(0, 2)}" + "${name.slice(2)}"]`,
  ),
  globals("js global", /^(fetch|setTimeout|process|JSON|Buffer|atob|console)$/, (name) => `global["${name}"]`),
  globals(
    "js Reflect.get of globalThis",
    /^(fetch|setTimeout|process|JSON|Buffer|atob|console)$/,
    (name) => `Reflect.get(globalThis, "${name}")`,
  ),
  { name: "js dynamic import", family: "javascript", apply: dynamicImport },
  evaluated("js eval of text", (code) => `eval(${JSON.stringify(code)});\n`),
  evaluated("js (0, eval)", (code) => `(0, eval)(${JSON.stringify(code)});\n`),
  evaluated(
    "js new Function",
    (code) => `new Function("require", "process", "module", ${JSON.stringify(code)})(require, process, module);\n`,
  ),
  evaluated(
    "js constructor.constructor",
    (code) => `(() => {}).constructor("require", "process", "module", ${JSON.stringify(code)})(require, process, module);\n`,
  ),
  evaluated("js vm", (code) => `require("vm").runInThisContext(${JSON.stringify(code)});\n`),
  evaluated("js eval of a template", (code) => (/[`\\]|\$\{/.test(code) ? code : `eval(\`${code}\`);\n`)),
  payload("js eval of atob", (code) => `eval(atob("${base64(code)}"));\n`),
  payload("js eval of Buffer", (code) => `eval(Buffer.from("${base64(code)}", "base64").toString());\n`),
  payload("js eval of hex", (code) => `eval(Buffer.from("${Buffer.from(code).toString("hex")}", "hex").toString());\n`),
  payload("js eval of char codes", (code) => `eval(String.fromCharCode(${codes(code)}));\n`),
  payload(
    "js eval of xor",
    (code) => `eval([${[...code].map((c) => c.charCodeAt(0) ^ 42).join(",")}].map((c) => String.fromCharCode(c ^ 42)).join(""));\n`,
  ),
  payload(
    "js Function of reversed text",
    (code) =>
      `new Function("require", "process", "module", ${JSON.stringify([...code].reverse().join(""))}.split("").reverse().join(""))(require, process, module);\n`,
  ),
  payload("js eval by a computed name", (code) => `globalThis["ev" + "al"](decodeURIComponent("${encodeURIComponent(code)}"));\n`),
]; // prettier-ignore
