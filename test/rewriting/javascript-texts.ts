/** JavaScript and TypeScript rewrites of string literals: the same text from pieces, codes and encodings. */
import type { Language, Node } from "../../analysis/tree.ts";
import type { Rewrite } from "./rewrite.ts";
import { isFixed, isStored, rewriteTree } from "./tree-edits.ts";

const quote = (text: string): string => JSON.stringify(text);

/** Directives, keys, module specifiers and what types say stay. */
function texts(name: string, replace: (text: string) => string | null, untyped = false): Rewrite {
  const apply = (code: string, language: Language): string => {
    if (untyped && language === "typescript") return code;
    return rewriteTree(code, language, (node, _text, ancestors) => {
      if (node.kind !== "Str" || node.value.length < 2 || node.value.length > 300 || !/^[\x09\x0a\x20-\x7e]+$/.test(node.value))
        return null;
      if (!/^["'`]/.test(code.slice(node.start))) return null;
      const owner = ancestors.at(-1) as Node;
      if (isFixed(ancestors) || isStored(node, ancestors) || owner.kind === "ExprStmt" || owner.kind === "Cast") return null;
      if ((owner.kind === "Entry" && owner.key === node) || owner.kind === "Import" || owner.kind === "Export" || owner.kind === "Field")
        return null;
      if (ancestors.some((a) => (a.kind === "FunctionBody" || a.kind === "ClassBody") && a.decorators.length > 0)) return null;
      if (
        language === "typescript" &&
        owner.kind === "Arg" &&
        ancestors.some((a) => a.kind === "Call" && a.callee.kind === "Name" && a.callee.name === "require")
      )
        return null;
      const replaced = replace(node.value);
      return replaced === null ? null : `(${replaced})`;
    });
  };
  return { name, family: "javascript", apply };
}

/** As `texts`; the text cannot be read in the source. */
const encoded: typeof texts = (...all) => ({ ...texts(...all), encodes: true });

const third = (text: string): [string, string, string] => {
  const n = Math.max(1, Math.floor(text.length / 3));
  return [text.slice(0, n), text.slice(n, 2 * n), text.slice(2 * n)];
};
const codes = (text: string): string => [...text].map((c) => c.charCodeAt(0)).join(", ");
const base64 = (text: string): string => Buffer.from(text).toString("base64");
const hex = (text: string): string => Buffer.from(text).toString("hex");

export const JAVASCRIPT_TEXTS: readonly Rewrite[] = [
  texts("js text concatenated", (t) => third(t).map(quote).join(" + ")),
  texts("js template pieces", (t) => `\`\${${quote(third(t)[0])}}\${${quote(t.slice(third(t)[0].length))}}\``),
  texts("js text joined", (t) => `[${third(t).map(quote).join(", ")}].join("")`),
  encoded("js char codes", (t) => `String.fromCharCode(${codes(t)})`),
  encoded("js char codes applied", (t) => `String.fromCharCode.apply(null, [${codes(t)}])`),
  encoded("js char codes mapped", (t) => `[${codes(t)}].map((c) => String.fromCharCode(c)).join("")`),
  encoded("js char codes reduced", (t) => `[${codes(t)}].reduce((a, c) => a + String.fromCharCode(c), "")`),
  encoded("js xor", (t) => `[${[...t].map((c) => c.charCodeAt(0) ^ 23).join(", ")}].map((c) => String.fromCharCode(c ^ 23)).join("")`),
  encoded("js atob", (t) => `atob("${base64(t)}")`),
  encoded("js Buffer base64", (t) => `Buffer.from("${base64(t)}", "base64").toString()`),
  encoded("js Buffer hex", (t) => `Buffer.from("${hex(t)}", "hex").toString("utf8")`),
  encoded("js hex pairs", (t) => `"${hex(t)}".match(/../g).map((h) => String.fromCharCode(parseInt(h, 16))).join("")`, true),
  encoded("js reversed", (t) => `${quote([...t].reverse().join(""))}.split("").reverse().join("")`),
  encoded("js reversed by spread", (t) => `[...${quote([...t].reverse().join(""))}].reverse().join("")`),
  encoded("js replace", (t) => (t.includes("~") ? null : `${quote([...t].join("~"))}.replace(/~/g, "")`)),
  encoded("js replaceAll", (t) => (t.includes("~") ? null : `${quote([...t].join("~"))}.replaceAll("~", "")`)),
  encoded("js split and join", (t) => (t.includes("~") ? null : `${quote([...t].join("~"))}.split("~").join("")`)),
  encoded(
    "js decodeURIComponent",
    (t) => `decodeURIComponent("${[...t].map((c) => `%${c.charCodeAt(0).toString(16).padStart(2, "0")}`).join("")}")`,
  ),
  encoded("js unescape", (t) => `unescape("${[...t].map((c) => `%${c.charCodeAt(0).toString(16).padStart(2, "0")}`).join("")}")`),
  texts("js escapes", (t) => `"${[...t].map((c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, "0")}`).join("")}"`),
  texts("js unicode escapes", (t) => `"${[...t].map((c) => `\\u{${c.charCodeAt(0).toString(16)}}`).join("")}"`),
  texts("js concat", (t) => `"".concat(${third(t).map(quote).join(", ")})`),
  texts("js text by condition", (t) => `3 > 2 ? ${quote(t)} : ""`),
  texts("js text from a function", (t) => `(() => ${quote(t)})()`),
  texts("js JSON.parse", (t) => `JSON.parse(${quote(quote(t))})`),
  texts("js slice", (t) => `${quote(`xx${t}yy`)}.slice(2, -2)`),
  texts("js trim", (t) => (t.trim() === t ? `${quote(`  ${t} `)}.trim()` : null)),
  texts("js text in an object", (t) => `({ one: ${quote(t)} })["one"]`),
  texts("js String.raw", (t) => (/[`\\$]/.test(t) ? null : `String.raw\`${t}\``)),
  texts("js tagged text", (t) => (/[`\\$]/.test(t) ? null : `((s) => s[0])\`${t}\``)),
  encoded("js text decoder", (t) => `new TextDecoder().decode(new Uint8Array([${codes(t)}]))`),
  texts("js Array.from text", (t) => `Array.from(${quote(t)}, (c) => c).join("")`),
  encoded(
    "js substr loop",
    (t) =>
      `((s) => { let out = ""; for (let i = s.length - 1; i >= 0; i--) out += s[i]; return out; })(${quote([...t].reverse().join(""))})`,
  ),
  texts("js charAt", (t) => `(${quote(t)}).charAt(0) + (${quote(t)}).substring(1)`),
  texts("js padStart", (t) => `${quote(t.slice(1))}.padStart(${t.length}, ${quote(t.slice(0, 1))})`),
  encoded("js base 36", (t) => (/^[a-z][a-z0-9]{1,9}$/.test(t) ? `(${Number.parseInt(t, 36)}).toString(36)` : null)),
  texts("js flatMap", (t) => `[${third(t).map(quote).join(", ")}].flatMap((x) => [...x]).join("")`),
  texts(
    "js sorted pieces",
    (t) => `[[1, ${quote(t.slice(1))}], [0, ${quote(t.slice(0, 1))}]].sort((a, b) => a[0] - b[0]).map((p) => p[1]).join("")`,
    true,
  ),
]; // prettier-ignore
