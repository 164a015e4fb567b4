/** What a program prints, as far as it is known: echoed, copied, decoded or fetched text. */
import { NO_OUTPUT, type Output } from "./shell-expand.ts";
import { hasExpansion } from "./shell-meaning.ts";
import { NETWORK } from "./shell-programs.ts";
import { unescapeAnsi } from "./shell-words.ts";

const DECODERS = /^(base64|base32|xxd|openssl|gunzip|zcat|gzip|bzip2|xz|rev|uudecode|gpg)$/;
const ALWAYS_DECODES = /^(rev|zcat|gunzip|uudecode)$/;
const COPIES = /^(cat|tee)$/;
/** Filters that make another text of a known one: the line does not say which. */
const REWRITES = /^(tr|sed|awk|gawk|cut|perl|python3?|ruby|iconv|fold|paste|head|tail|sort|tac)$/;

export function outputOf(program: string, args: readonly string[], input: Output | null): Output {
  if (program === "echo") return textOutput(echoText(args));
  if (program === "printf") return textOutput(printfText(args));
  const fetched = NETWORK.has(program) || input?.fetched === true;
  const decodes =
    DECODERS.test(program) && (ALWAYS_DECODES.test(program) || args.some((a) => /^(-d|-D|--decode|-r|-p|-dc|-di|-[a-z]*d)$/.test(a)));
  const text = input?.text ?? null;
  if (decodes) return { text: text === null ? null : decoded(program, text), hidden: true, fetched };
  if (COPIES.test(program) && args.every((a) => a.startsWith("-") || program === "tee"))
    return { text, hidden: input?.hidden === true || fetched, fetched };
  const rewritten = REWRITES.test(program) && text !== null;
  return fetched || rewritten || input?.hidden === true ? { text: null, hidden: true, fetched } : NO_OUTPUT;
}

const textOutput = (text: string | null): Output => ({
  ...NO_OUTPUT,
  text: text === null || hasExpansion(text) || text.includes("{?}") ? null : text,
});

function echoText(args: readonly string[]): string {
  let from = 0;
  let escapes = false;
  while (/^-[neE]+$/.test(args[from] ?? "")) escapes ||= (args[from++] as string).includes("e");
  const text = args.slice(from).join(" ");
  return `${escapes ? unescapeAnsi(text) : text}\n`;
}

/** Conversions that are not known make the text unknown. */
function printfText(args: readonly string[]): string | null {
  const given = args[0] === "--" ? args.slice(1) : args;
  const [format = "", ...values] = given;
  const conversions = (format.match(/%[^%]/g) ?? []).length;
  if (/%[^%sbd]/.test(format.replace(/%%/g, ""))) return null;
  let next = 0;
  let out = "";
  do {
    out += unescapeAnsi(format).replace(/%([%sbd])/g, (_all, kind) => {
      if (kind === "%") return "%";
      const value = values[next++] ?? "";
      return kind === "b" ? unescapeAnsi(value) : value;
    });
  } while (conversions > 0 && next < values.length && out.length < 65_536);
  return out;
}

function decoded(program: string, text: string): string | null {
  if (program === "base64") return Buffer.from(text, "base64").toString("utf8");
  if (program === "xxd") return Buffer.from(text.replace(/\s/g, ""), "hex").toString("utf8");
  if (program !== "rev") return null;
  const lines = text.split("\n").map((l) => [...l].reverse().join(""));
  return lines.join("\n");
}
