/** Python rewrites of string literals: the same text from pieces, codes and encodings. */
import { deflateSync } from "node:zlib";
import type { Rewrite } from "./rewrite.ts";
import { isFixed, isStored, rewriteTree } from "./tree-edits.ts";

const quote = (text: string): string =>
  `"${[...text].map((c) => (c === '"' || c === "\\" ? `\\${c}` : c === "\n" ? "\\n" : c < " " ? `\\x${c.charCodeAt(0).toString(16).padStart(2, "0")}` : c)).join("")}"`;

/** Docstrings, patterns, keys of keyword-like places and long texts stay. */
function texts(name: string, replace: (text: string) => string | null): Rewrite {
  return {
    name,
    family: "python",
    apply: (code) =>
      rewriteTree(code, "python", (node, _text, ancestors) => {
        if (node.kind !== "Str" || node.value.length < 2 || node.value.length > 300 || !/^[\x09\x0a\x20-\x7e]+$/.test(node.value))
          return null;
        if (isFixed(ancestors) || isStored(node, ancestors) || ancestors.at(-1)?.kind === "ExprStmt") return null;
        if (ancestors.some((a) => a.kind === "Case" || a.kind === "Import")) return null;
        const replaced = replace(node.value);
        return replaced === null ? null : `(${replaced})`;
      }),
  };
}

/** As `texts`; the text cannot be read in the source. */
const encoded: typeof texts = (...all) => ({ ...texts(...all), encodes: true });

const third = (text: string): [string, string, string] => {
  const n = Math.max(1, Math.floor(text.length / 3));
  return [text.slice(0, n), text.slice(n, 2 * n), text.slice(2 * n)];
};
const codes = (text: string): string => [...text].map((c) => c.charCodeAt(0)).join(", ");
const rot13 = (text: string): string =>
  text.replace(/[a-z]/gi, (c) => String.fromCharCode(c.charCodeAt(0) + (c.toLowerCase() < "n" ? 13 : -13)));
const base64 = (text: string): string => Buffer.from(text).toString("base64");
const hex = (text: string): string => Buffer.from(text).toString("hex");
const shifted = (text: string): string => [...text].map((c) => c.charCodeAt(0) ^ 23).join(", ");

export const PYTHON_TEXTS: readonly Rewrite[] = [
  texts("py text concatenated", (t) => third(t).map(quote).join(" + ")),
  texts("py text joined", (t) => `"".join([${third(t).map(quote).join(", ")}])`),
  encoded("py text of characters", (t) => `"".join([${[...t].map(quote).join(", ")}])`),
  texts("py f-string", (t) =>
    `f"{${quote(third(t)[0]).replaceAll('"', "'")}}{${quote(t.slice(third(t)[0].length)).replaceAll('"', "'")}}"`.includes("\\") ||
    t.includes("'") ||
    t.includes('"')
      ? null
      : `f"{'${third(t)[0]}'}{'${t.slice(third(t)[0].length)}'}"`,
  ),
  encoded("py chr list", (t) => `"".join(chr(c) for c in [${codes(t)}])`),
  encoded("py map chr", (t) => `"".join(map(chr, (${codes(t)},)))`),
  encoded("py bytes of a list", (t) => `bytes([${codes(t)}]).decode()`),
  encoded("py rot13", (t) => `__import__("codecs").decode(${quote(rot13(t))}, "rot13")`),
  encoded("py hex", (t) => `bytes.fromhex("${hex(t)}").decode()`),
  encoded("py unhexlify", (t) => `__import__("binascii").unhexlify("${hex(t)}").decode("utf-8")`),
  encoded("py base64", (t) => `__import__("base64").b64decode("${base64(t)}").decode()`),
  encoded(
    "py zlib",
    (t) => `__import__("zlib").decompress(__import__("base64").b64decode("${deflateSync(Buffer.from(t)).toString("base64")}")).decode()`,
  ),
  encoded("py xor", (t) => `"".join(chr(c ^ 23) for c in [${shifted(t)}])`),
  encoded("py reversed", (t) => `${quote([...t].reverse().join(""))}[::-1]`),
  encoded("py reversed()", (t) => `"".join(reversed(${quote([...t].reverse().join(""))}))`),
  texts("py percent", (t) => `"%s%s%s" % (${third(t).map(quote).join(", ")})`),
  texts("py format", (t) => `"{}{}{}".format(${third(t).map(quote).join(", ")})`),
  texts("py format by name", (t) => `"{b}{c}".format(c=${quote(t.slice(1))}, b=${quote(t.slice(0, 1))})`),
  encoded("py replace", (t) => (t.includes("~") ? null : `${quote([...t].join("~"))}.replace("~", "")`)),
  texts("py split", (t) => (t.includes("|") ? null : `${quote(`x|${t}|y`)}.split("|")[1]`)),
  texts("py strip", (t) => (t.trim() === t ? `${quote(`  ${t} `)}.strip()` : null)),
  encoded("py slice of every second", (t) => `${quote([...t].map((c) => `${c}_`).join(""))}[::2]`),
  texts("py text in a dict", (t) => `{"one": ${quote(t)}, "two": ""}["one"]`),
  texts("py text by condition", (t) => `${quote(t)} if 3 > 2 else ""`),
  texts("py text from a function", (t) => `(lambda: ${quote(t)})()`),
  texts("py json", (t) => `__import__("json").loads(${quote(JSON.stringify(t))})`),
  encoded("py translate", (t) =>
    /[^a-z/. -]/.test(t) ? null : `${quote(rot13(t))}.translate(str.maketrans("abcdefghijklmnopqrstuvwxyz", "nopqrstuvwxyzabcdefghijklm"))`,
  ),
  encoded("py int to bytes", (t) => (t.length > 60 ? null : `(0x${hex(t)}).to_bytes(${t.length}, "big").decode()`)),
  texts("py reduce text", (t) => `__import__("functools").reduce(lambda a, b: a + b, [${third(t).map(quote).join(", ")}])`),
  encoded("py bytearray", (t) => `str(bytearray([${codes(t)}]), "ascii")`),
  texts("py walrus text", (t) => `(t_0 := ${quote(t.slice(0, 1))}) + ${quote(t.slice(1))}`),
  texts("py unpacked", (t) => `"".join([*${quote(t.slice(0, 2))}, *${quote(t.slice(2))}])`),
  texts("py escapes", (t) => `"${[...t].map((c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, "0")}`).join("")}"`),
  encoded("py sum of lists", (t) => `"".join(sum([[c] for c in ${quote(t)}], []))`),
  texts("py template", (t) =>
    t.includes("$") ? null : `__import__("string").Template("$a$b").substitute(a=${quote(t.slice(0, 1))}, b=${quote(t.slice(1))})`,
  ),
];

/** The text as a Python literal, for programs inside programs. */
export const literal = quote;
export { rot13 };
