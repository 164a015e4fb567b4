/**
 * Searches for secrets: a pattern that finds keys and tokens and no ordinary text. What it finds in files is private wherever they
 * are. A pattern means what it matches, however it is written: so it is tried on texts, and no words are looked for in it.
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
const ORDINARY = [
  "const total = items.reduce((sum, item) => sum + item.price, 0);",
  "See https://example.com/docs/page.html for details, or write to a@example.com.",
  "TODO(ann): rename 42 files before 2024-05-01, version 1.2.3",
  'import { readFile } from "node:fs/promises";',
];

const find = (pattern: Pattern, text: string): boolean => (matchesOf(pattern, text, false)?.length ?? 0) > 0;
const isForSecrets = (pattern: Pattern): boolean =>
  !ORDINARY.some((text) => find(pattern, text)) && SECRETS.some((text) => find(pattern, text));

const ofJavaScript = memo((written): boolean => {
  const pattern = javascriptPattern(written.replace(/[dvy]+$/, ""));
  return pattern !== null && isForSecrets(pattern);
});
const ofPython = memo((written): boolean => {
  const flags = /^\(\?[a-z]+\)/.exec(written)?.[0] ?? "";
  const source = RE2JS.translateRegExp(written.slice(flags.length));
  return isForSecrets({ source, ignoreCase: flags !== "", multiline: true, dotAll: flags.includes("s") });
});

/** A pattern that stands alone: of a program that searches files. */
export const findsSecrets = (pattern: string): boolean => ofPython(pattern);

const isFile = (value: Value | undefined): boolean =>
  value !== undefined && ((value.k === "unknown" && value.cause === "file") || value.labels.some((label) => /^(file|env)\b/.test(label)));

const PRIVATE: readonly Label[] = ["file.private"];
const NONE: readonly Label[] = [];

/** Labels of what a search gives. */
export function searchedLabels(callee: Value, args: CallArgs): readonly Label[] {
  const [first, second] = args.positional;
  if (callee.k === "unknown")
    return first?.k === "const" &&
      first.type === "regex" &&
      /\.(match|matchAll)$/.test(callee.path ?? "") &&
      isFile(callee) &&
      ofJavaScript(String(first.value))
      ? PRIVATE
      : NONE;
  if (callee.k === "method")
    return callee.name === "exec" &&
      callee.receiver.k === "const" &&
      callee.receiver.type === "regex" &&
      isFile(first) &&
      ofJavaScript(String(callee.receiver.value))
      ? PRIVATE
      : NONE;
  return callee.k === "api" &&
    /^re\.(compile\(\)\.)?(findall|finditer|search|match|fullmatch)$/.test(callee.path) &&
    isString(first) &&
    isFile(second) &&
    ofPython(String(first.value))
    ? PRIVATE
    : NONE;
}
