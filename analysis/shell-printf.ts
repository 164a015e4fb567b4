/** What `echo` and `printf` print. */
import { inQuotes } from "./shell-parameters.ts";
import { unescapeAnsi } from "./shell-words.ts";

const LONGEST = 65_536;
/** `\c`: nothing is printed behind it. */
const STOP = "\ue031";

export function echoText(args: readonly string[]): string {
  let from = 0;
  let options = "";
  while (/^-[neE]+$/.test(args[from] ?? "")) options += args[from++] as string;
  const text = args.slice(from).join(" ");
  const escapes = /e[^E]*$/.test(options);
  const printed = `${escapes ? unescapeEcho(text) : text}${options.includes("n") ? "" : "\n"}`;
  const stop = printed.indexOf(STOP);
  return stop < 0 ? printed : printed.slice(0, stop);
}

/** In `echo -e` and `%b` an octal number begins with a nought. */
const unescapeEcho = (text: string): string =>
  text.replace(/\\(?:c|0[0-7]{0,3}|[1-7][0-7]{0,2}|[\s\S][0-9a-fA-F]{0,8})/g, (all) => {
    if (all === "\\c") return STOP;
    if (/^\\0/.test(all)) return String.fromCharCode(Number.parseInt(all.slice(1), 8) & 255);
    return /^\\[1-7]/.test(all) ? all : unescapeAnsi(all);
  });

/** In a format an octal number has three digits. */
const unescapeFormat = (text: string): string =>
  text.replace(/\\(?:[0-7]{1,3}|[\s\S][0-9a-fA-F]{0,8})/g, (all) =>
    /^\\[0-7]/.test(all) ? String.fromCharCode(Number.parseInt(all.slice(1), 8) & 255) : all.startsWith("\\c") ? all : unescapeAnsi(all),
  );

const CONVERSION = /%(?:%|([-0#+ ]*)(\*|\d*)(?:\.(\*|\d*))?([sbdiuxXocqeEfgG]))/g;

/** Conversions that are not known make the text unknown. */
export function printfText(args: readonly string[]): string | null {
  const given = args[0] === "--" ? args.slice(1) : args;
  const [format = "", ...values] = given;
  if (format.replace(CONVERSION, "").includes("%")) return null;
  const text = unescapeFormat(format);
  let next = 0;
  let out = "";
  let known = true;
  do {
    const before = next;
    out += text.replace(CONVERSION, (all, flags: string | undefined, width: string, precision: string | undefined, kind: string) => {
      if (all === "%%") return "%";
      const wide = Number(width === "*" ? (values[next++] ?? "0") : width);
      const exact = precision === undefined ? null : Number(precision === "*" ? (values[next++] ?? "0") : precision);
      const value = converted({ kind, flags: flags ?? "", exact }, values[next++] ?? "");
      if (value === null || Number.isNaN(wide)) known = false;
      return padded(value ?? "", { flags: flags ?? "", wide, kind });
    });
    if (next === before) break;
  } while (next < values.length && out.length < LONGEST && !out.includes(STOP));
  const stop = out.indexOf(STOP);
  return known ? (stop < 0 ? out : out.slice(0, stop)) : null;
}

function padded(text: string, { flags, wide, kind }: { flags: string; wide: number; kind: string }): string {
  const width = Math.min(Math.abs(wide), 4_096);
  if (flags.includes("-") || wide < 0) return text.padEnd(width);
  if (!flags.includes("0") || /[sbqc]/.test(kind)) return text.padStart(width);
  const sign = /^[-+ ]/.exec(text)?.[0] ?? "";
  return sign + text.slice(sign.length).padStart(width - sign.length, "0");
}

type Conversion = { readonly kind: string; readonly flags: string; readonly exact: number | null };

/** null: a number of another kind. */
function converted({ kind, flags, exact }: Conversion, value: string): string | null {
  switch (kind) {
    case "s":
      return exact === null ? value : value.slice(0, exact);
    case "b":
      return exact === null ? unescapeEcho(value) : null;
    case "c":
      return value.slice(0, 1);
    case "q":
      return quoted(value);
    case "f":
      return /^-?\d{1,15}(\.\d{1,6})?$/.test(value) ? Number(value).toFixed(exact ?? 6) : null;
    default:
      return /[diuxXo]/.test(kind) ? integer({ kind, flags, exact }, value) : null;
  }
}

function integer({ kind, flags, exact }: Conversion, value: string): string | null {
  const number = numberOf(value.trim());
  if (number === null || (exact !== null && exact > 100)) return null;
  const digits = { x: 16, X: 16, o: 8 }[kind] ?? 10;
  const plain = (digits === 10 ? (number < 0n ? -number : number) : BigInt.asUintN(64, number)).toString(digits).padStart(exact ?? 0, "0");
  if (digits === 10) return (number < 0n ? "-" : flags.includes("+") ? "+" : flags.includes(" ") ? " " : "") + plain;
  const prefix = flags.includes("#") && number !== 0n ? (digits === 8 ? "0" : `0${kind}`) : "";
  return prefix + (kind === "X" ? plain.toUpperCase() : plain);
}

/** `'a` is the number of a character. */
function numberOf(value: string): bigint | null {
  if (/^["']/.test(value)) return BigInt(value.codePointAt(1) ?? 0);
  if (value === "") return 0n;
  const [, sign = "", digits = ""] = /^([-+]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9]\d*)$/.exec(value) ?? [];
  if (digits === "") return /^[A-Za-z]/.test(value) ? 0n : null;
  const number = BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits);
  return sign === "-" ? -number : number;
}

/** `%q` quotes with backslashes. */
function quoted(value: string): string | null {
  if (value === "") return "''";
  return inQuotes(value) === null || /[^ -~]/.test(value) ? null : value.replace(/[^A-Za-z0-9_/.,:=@%+-]/g, "\\$&").replace(/,/g, "\\,");
}
