/** JavaScript and TypeScript rewrites of what is called: the function reaches the call through some other value. */
import type { Language, Node } from "../../analysis/tree.ts";
import type { Rewrite } from "./rewrite.ts";
import { holds, isFixed, isStored, rewriteTree } from "./tree-edits.ts";

type Call = Extract<Node, { kind: "Call" }>;
type Text = (of: Node) => string;
type Options = { readonly prefix?: string; readonly untyped?: true; readonly adds?: Rewrite["adds"] };

const SPECIAL = new Set(["super", "import", "eval", "this", "arguments"]);
const SUSPENDS = new Set<Node["kind"]>(["Yield", "Await", "Assign"]);

/** `call` without those that cannot be moved: super, import, eval, new, optional chains, tags. */
function calls(name: string, replace: (call: Call, text: Text) => string | null, options: Options = {}): Rewrite {
  const apply = (code: string, language: Language): string => {
    if (options.untyped === true && language === "typescript") return code;
    let changed = false;
    const out = rewriteTree(code, language, (node, text, ancestors) => {
      if (node.kind !== "Call" || node.isNew === true || isFixed(ancestors) || isStored(node, ancestors)) return null;
      if (ancestors.some((a) => (a.kind === "FunctionBody" || a.kind === "ClassBody") && a.decorators.length > 0)) return null;
      if (hasOptional(node) || holds(node.callee, SUSPENDS, SPECIAL)) return null;
      if (node.callee.kind === "FunctionExpr") return null;
      const replaced = replace(node, text);
      changed ||= replaced !== null;
      return replaced;
    });
    return changed ? withPrefix(out, options.prefix ?? "") : code;
  };
  return { name, family: "javascript", apply, ...(options.adds === undefined ? {} : { adds: options.adds }) };
}

/** Helpers go before the program, behind its directives. */
export function withPrefix(code: string, prefix: string): string {
  const directive = /^\s*(?:(?:#!.*\n)|(?:["']use strict["'];?\s*\n))*/.exec(code)?.[0] ?? "";
  return directive + prefix + code.slice(directive.length);
}

function hasOptional(node: Node): boolean {
  for (let at: Node = node; ; ) {
    if ((at.kind === "Call" || at.kind === "Member" || at.kind === "Index") && at.optional === true) return true;
    if (at.kind === "Call") at = at.callee;
    else if (at.kind === "Member" || at.kind === "Index") at = at.object;
    else return false;
  }
}

const list = (call: Call, text: Text): string => call.args.map((arg) => text(arg)).join(", ");

/** The callee as a value that keeps its `this`. */
const bound = (call: Call, text: Text): string =>
  call.callee.kind === "Member" || call.callee.kind === "Index" ? `((...zz) => ${text(call.callee)}(...zz))` : `(${text(call.callee)})`;

const callee = (name: string, replace: (f: string) => string, options: Options = {}): Rewrite =>
  calls(name, (call, text) => `${replace(bound(call, text))}(${list(call, text)})`, options);

/** Calls of methods of something that can be named twice. */
function methods(name: string, replace: (object: string, method: string, args: string) => string | null, options: Options = {}): Rewrite {
  return calls(
    name,
    (call, text) => {
      if (call.callee.kind !== "Member" || call.callee.name.startsWith("#") || !isPath(call.callee.object)) return null;
      return replace(text(call.callee.object), call.callee.name, list(call, text));
    },
    options,
  );
}

function isPath(node: Node): boolean {
  return node.kind === "Name" ? !SPECIAL.has(node.name) : node.kind === "Member" && isPath(node.object);
}

const half = (text: string): string => `"${text.slice(0, Math.ceil(text.length / 2))}" + "${text.slice(Math.ceil(text.length / 2))}"`;
const comma = (text: string): string => (text === "" ? "" : `, ${text}`);

export const JAVASCRIPT_CALLS: readonly Rewrite[] = [
  callee("js array", (f) => `[${f}][0]`),
  callee("js object", (f) => `({ k: ${f} }).k`),
  callee("js computed key", (f) => `({ ["k" + 1]: ${f} })["k1"]`),
  callee("js destructuring", (f) => `(({ f }) => f)({ f: ${f} })`),
  callee("js array pattern", (f) => `(([, f]) => f)([0, ${f}])`),
  callee("js default argument", (f) => `((f_0 = ${f}) => f_0)()`),
  callee("js rest argument", (f) => `((...all) => all[0])(${f})`),
  callee("js getter", (f) => `({ get f() { return ${f}; } }).f`),
  callee("js symbol", (f) => `({ [Symbol.for("k")]: ${f} })[Symbol.for("k")]`),
  callee("js proxy", (f) => `new Proxy(${f}, {})`),
  callee("js proxy of an object", (f) => `new Proxy({}, { get: () => ${f} }).anything`),
  callee("js proxy apply", (f) => `new Proxy(() => {}, { apply: (t, self, list) => (${f})(...list) })`),
  callee("js generator", (f) => `(function* (f) { yield f; })(${f}).next().value`),
  callee("js Symbol.iterator", (f) => `[...{ *[Symbol.iterator]() { yield ${f}; } }][0]`, { untyped: true }),
  callee("js tagged template", (f) => `((s, f) => f)\`\${${f}}\``),
  callee("js comma", (f) => `(0, ${f})`),
  callee("js ternary", (f) => `("ab".length === 2 ? ${f} : console.log)`),
  callee("js nullish", (f) => `(null ?? ${f})`),
  callee("js or", (f) => `(false || ${f})`),
  callee("js class static", (f) => `(class { static f = ${f}; }).f`),
  callee("js class private", (f) => `(class { static #f = ${f}; static get() { return this.#f; } }).get()`),
  callee("js class instance", (f) => `new (class { constructor(f) { this.f = f; } })(${f}).f`, { untyped: true }),
  callee("js class method", (f) => `new (class { f(...zz) { return ${f}(...zz); } })().f`),
  callee("js static block", (f) => `(class { static g; static { this.g = ${f}; } }).g`),
  callee("js map value", (f) => `new Map([["k", ${f}]]).get("k")`),
  callee("js set value", (f) => `[...new Set([${f}])][0]`),
  callee("js Object.values", (f) => `Object.values({ k: ${f} })[0]`),
  callee("js Object.entries", (f) => `Object.entries({ k: ${f} })[0][1]`),
  callee("js Object.assign", (f) => `Object.assign({}, { k: ${f} }).k`),
  callee("js Object.create", (f) => `Object.create({ k: ${f} }).k`),
  callee("js Object.fromEntries", (f) => `Object.fromEntries([["k", ${f}]]).k`),
  callee("js defineProperty", (f) => `Object.defineProperty({}, "k", { value: ${f} }).k`),
  callee("js Array.from", (f) => `Array.from([${f}])[0]`),
  callee("js find", (f) => `[${f}].find(() => true)`),
  callee("js reduce callee", (f) => `[${f}].reduce((a, f) => f, null)`, { untyped: true }),
  callee("js pop", (f) => `[null, ${f}].pop()`, { untyped: true }),
  callee("js flat", (f) => `[[${f}]].flat()[0]`),
  callee("js closure", (f) => `((f) => () => f)(${f})()`),
  callee("js exception", (f) => `((f) => { try { throw f; } catch (e) { return e; } })(${f})`),
  callee("js spread object", (f) => `({ ...{ k: ${f} } }).k`),
  callee("js switch", (f) => `((f) => { switch (true) { case false: return null; default: return f; } })(${f})`, { untyped: true }),
  callee("js labelled break", (f) => `((f) => { let g; out: { g = f; break out; } return g; })(${f})`, { untyped: true }),
  callee("js Function constructor", (f) => `new Function("f", "return f")(${f})`, { adds: ["code.eval"] }),
  callee("js valueOf", (f) => `${f}.valueOf()`),
  callee("js weak map", (f) => `((k0, m0) => m0.set(k0, ${f}).get(k0))({}, new WeakMap())`, { untyped: true }),
  callee("js curried bind", (f) => `Function.prototype.bind.call(${f}, null)`),
  calls("js optional call", (call, text) => `${text(call.callee)}?.(${list(call, text)})`),
  calls("js spread arguments", (call, text) =>
    call.args.length === 0 || call.args.some((a) => a.spread) ? null : `${text(call.callee)}(...[${list(call, text)}])`,
  ),
  calls(
    "js map over arguments",
    (call, text) =>
      call.args.length === 0 || call.args.some((a) => a.spread) || holds(call, SUSPENDS, new Set())
        ? null
        : `[[${list(call, text)}]].map((v) => ${bound(call, text)}(...v))[0]`,
    { untyped: true },
  ),
  calls(
    "js reduce over arguments",
    (call, text) =>
      call.args.length !== 1 || call.args[0]?.spread || holds(call, SUSPENDS, new Set())
        ? null
        : `[${list(call, text)}].reduce((a, v) => ${bound(call, text)}(v), null)`,
    { untyped: true },
  ),
  calls("js immediate arrow", (call, text) =>
    holds(call, SUSPENDS, new Set(["arguments"])) ? null : `(() => ${text(call.callee)}(${list(call, text)}))()`,
  ),
  calls(
    "js arguments object",
    (call, text) =>
      call.callee.kind !== "Member" || holds(call, SUSPENDS, SPECIAL)
        ? null
        : `(function () { return ${text(call.callee)}(...arguments); })(${list(call, text)})`,
    { untyped: true },
  ),
  methods("js computed member", (o, m, args) => `${o}[${half(m)}](${args})`),
  methods("js reversed member", (o, m, args) => `${o}["${[...m].reverse().join("")}".split("").reverse().join("")](${args})`),
  methods("js member by join", (o, m, args) => `${o}[[${[...m].map((c) => `"${c}"`).join(", ")}].join("")](${args})`),
  methods("js member of a template", (o, m, args) => `${o}[\`\${"${m.slice(0, 2)}"}${m.slice(2)}\`](${args})`),
  methods("js optional member", (o, m, args) => `${o}?.${m}(${args})`),
  methods("js call", (o, m, args) => `${o}.${m}.call(${o}${comma(args)})`),
  methods("js apply", (o, m, args) => `${o}.${m}.apply(${o}, [${args}])`),
  methods("js bind", (o, m, args) => `${o}.${m}.bind(${o})(${args})`),
  methods("js bind arguments", (o, m, args) => `${o}.${m}.bind(${o}${comma(args)})()`),
  methods("js Reflect.apply", (o, m, args) => `Reflect.apply(${o}.${m}, ${o}, [${args}])`),
  methods("js Reflect.get", (o, m, args) => `Reflect.get(${o}, "${m}").call(${o}${comma(args)})`),
  methods("js call.call", (o, m, args) => `Function.prototype.call.call(${o}.${m}, ${o}${comma(args)})`),
  methods("js apply.call", (o, m, args) => `Function.prototype.apply.call(${o}.${m}, ${o}, [${args}])`),
  methods("js descriptor", (o, m, args) => `((d) => d)(${o}.${m}).call(${o}${comma(args)})`),
  methods("js destructured member", (o, m, args) => `(({ ${m}: f0 }) => f0)(${o}).call(${o}${comma(args)})`),
  methods("js Object.assign copy", (o, m, args) => `(({ ...copy }) => copy.${m})({ ${m}: ${o}.${m} }).call(${o}${comma(args)})`, {
    untyped: true,
  }),
  methods(
    "js Object.entries search",
    (o, m, args) => `Object.entries({ ${m}: ${o}.${m} }).find(([k]) => k === "${m}")[1].call(${o}${comma(args)})`,
    { untyped: true },
  ),
  methods("js member variable", (o, m, args) => `${o}[((k) => k)("${m}")](${args})`),
]; // prettier-ignore
