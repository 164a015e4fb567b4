/**
 * Searches for secrets: a pattern that finds keys and tokens and no ordinary text. What it finds in files is private wherever they
 * are. And searches for accounts to pay to, which are replaced. A pattern means what it matches, however it is written: so it is tried
 * on texts, and no words are looked for in it.
 */
import { RE2JS } from "re2js";
import type { Label } from "../effects.ts";
import { memo } from "../memo.ts";
import { javascriptPattern, matchesOf, type Pattern } from "../pure/regex.ts";
import { isString, type Value } from "../values.ts";
import type { CallArgs } from "./call-args.ts";

/** Made up, each in the form that its issuer gives it; put together here, so that nobody takes them for real ones. */
const SECRETS = [
  `AKIA${"ABCD2345".repeat(2)}`,
  `ghp_${"a1B2c3".repeat(6)}`,
  `sk-${"a1B2c3D4".repeat(6)}`,
  `sk_live_${"a1B2c3".repeat(4)}`,
  `xoxb-${"1234567890-".repeat(2)}${"aB3dE6".repeat(4)}`,
  `AIza${"a1B2c3D".repeat(5)}`,
  `-----BEGIN RSA PRIVATE ${"KEY"}-----\nMIIEvQ\n-----END RSA PRIVATE ${"KEY"}-----`,
  `-----BEGIN ${"PRIVATE KEY"}-----\nMIIEvQ\n-----END ${"PRIVATE KEY"}-----`,
  `api_key = "${"a1B2c3D4".repeat(4)}"`,
  `password = "correcthorse9"`,
  `SECRET_TOKEN=${"a1B2c3D4".repeat(4)}`,
];
/** Of the documentation of each: Bitcoin (BIP 173), Ethereum, Tron, ISO 13616. */
const ACCOUNTS = [
  "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
  "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
  `0x${"5aAeb6053F".repeat(4)}`,
  "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8",
  "DE89370400440532013000",
  "DE89 3704 0044 0532 0130 00",
];
const ORDINARY = [
  "const total = items.reduce((sum, item) => sum + item.price, 0);",
  "See https://example.com/docs/page.html for details, or write to a@example.com.",
  "TODO(ann): rename 42 files before 2024-05-01, version 1.2.3",
  'import { readFile } from "node:fs/promises";',
];

const find = (pattern: Pattern, text: string): boolean => (matchesOf(pattern, text, false)?.length ?? 0) > 0;
type Sought = "secrets" | "accounts";
/** What a pattern is for, or null. */
const soughtBy = (pattern: Pattern): Sought | null =>
  ORDINARY.some((text) => find(pattern, text))
    ? null
    : SECRETS.some((text) => find(pattern, text))
      ? "secrets"
      : ACCOUNTS.some((text) => find(pattern, text))
        ? "accounts"
        : null;

const ofJavaScript = memo((written): Sought | null => {
  const pattern = javascriptPattern(written.replace(/[dvy]+$/, ""));
  return pattern === null ? null : soughtBy(pattern);
});
const ofPython = memo((written): Sought | null => {
  const flags = /^\(\?[a-z]+\)/.exec(written)?.[0] ?? "";
  const source = RE2JS.translateRegExp(written.slice(flags.length));
  return soughtBy({ source, ignoreCase: flags !== "", multiline: true, dotAll: flags.includes("s") });
});

/** A pattern that stands alone: of a program that searches files. */
export const findsSecrets = (pattern: string): boolean => ofPython(pattern) === "secrets";

const isFile = (value: Value | undefined): boolean =>
  value !== undefined && ((value.k === "unknown" && value.cause === "file") || value.labels.some((label) => /^(file|env)\b/.test(label)));

const PRIVATE: readonly Label[] = ["file.private"];
/** Of a text in which accounts were replaced. */
export const REPAID = "type:repaid";
const LABELS: Readonly<Record<"found" | "replaced", Readonly<Record<Sought, readonly Label[]>>>> = {
  found: { secrets: PRIVATE, accounts: [] },
  replaced: { secrets: [], accounts: [REPAID] },
};
const NONE: readonly Label[] = [];

const isRegex = (value: Value | undefined): value is Extract<Value, { k: "const" }> => value?.k === "const" && value.type === "regex";

/** Labels of what a search gives, and of a text in which something was replaced. */
export function searchedLabels(callee: Value, args: CallArgs): readonly Label[] {
  const [first, second, third] = args.positional;
  const labelsOf = (done: "found" | "replaced", sought: Sought | null): readonly Label[] => (sought === null ? NONE : LABELS[done][sought]);
  if (callee.k === "unknown") {
    const done = /\.(match|matchAll)$/.test(callee.path ?? "") ? "found" : /\.replace(All)?$/.test(callee.path ?? "") ? "replaced" : null;
    return done !== null && isRegex(first) && isFile(callee) ? labelsOf(done, ofJavaScript(String(first.value))) : NONE;
  }
  if (callee.k === "method")
    return callee.name === "exec" && isRegex(callee.receiver) && isFile(first)
      ? labelsOf("found", ofJavaScript(String(callee.receiver.value)))
      : NONE;
  if (callee.k !== "api" || !isString(first)) return NONE;
  if (/^re\.(compile\(\)\.)?subn?$/.test(callee.path)) return isFile(third) ? labelsOf("replaced", ofPython(String(first.value))) : NONE;
  return FINDS.test(callee.path) && isFile(second) ? labelsOf("found", ofPython(String(first.value))) : NONE;
}
const FINDS = /^re\.(compile\(\)\.)?(findall|finditer|search|match|fullmatch)$/;
