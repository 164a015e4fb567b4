/** Python's `format`, `str.format` and `%` on constants; a conversion that is not known leaves the whole text unknown. */
import { character, isText, PURE_LIMIT, type Pure, withinLimit } from "./pure-value.ts";

/** `str(x)`; undefined where Python and JavaScript write a number differently. */
function plainText(value: Pure): string | undefined {
  if (isText(value)) return value;
  if (typeof value === "bigint") return String(value);
  if (typeof value === "boolean") return value ? "True" : "False";
  if (value === null) return "None";
  if (typeof value !== "number") return undefined;
  const exact = Number.isInteger(value) ? Number.isSafeInteger(value) : Math.abs(value) >= 1e-4 && Math.abs(value) < 1e16;
  return exact && !Object.is(value, -0) ? String(value) : undefined;
}

const BASES: Readonly<Record<string, number>> = { d: 10, x: 16, X: 16, o: 8, b: 2 };

/** An integer in a base; zeros go between the sign and the digits. */
function integerText(value: Pure, how: { type: string; width: number; zero: boolean }): string | undefined {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || how.width > PURE_LIMIT) return undefined;
  const digits = Math.abs(value).toString(BASES[how.type] ?? 10);
  const sign = value < 0 ? "-" : "";
  const shown = how.zero ? sign + digits.padStart(how.width - sign.length, "0") : (sign + digits).padStart(how.width);
  return how.type === "X" ? shown.toUpperCase() : shown;
}

/** One value with a format specification: plain text, and `c`, `d`, `x`, `o`, `b` with a width for integers. */
export function formatOne(value: Pure, spec: string): string | undefined {
  if (spec === "") return plainText(value);
  if (spec === "s") return isText(value) ? value : undefined;
  if (spec === "c") return character(value);
  const match = /^(0?)(\d{0,6})([dxXob]?)$/.exec(spec);
  if (match === null) return undefined;
  const [, zero, width, type] = match;
  return integerText(value, { type: type === "" ? "d" : (type as string), width: Number(width || 0), zero: zero === "0" });
}

/** `{}`, `{0}` and `{0:...}`; named fields are the interpreter's business. */
export function formatBraces(self: string, args: readonly (Pure | undefined)[]): string | undefined {
  let next = 0;
  let length = self.length;
  let failed = false;
  const out = self.replace(/\{\{|\}\}|\{(\d*)(?:!([rsa]))?(?::([^{}]*))?\}|[{}]/g, (all, position, conversion, spec) => {
    if (all === "{{") return "{";
    if (all === "}}") return "}";
    const value = position === undefined || failed ? undefined : args[position === "" ? next++ : Number(position)];
    const shown = value === undefined || (conversion !== undefined && conversion !== "s") ? undefined : formatOne(value, spec ?? "");
    length += shown?.length ?? 0;
    if (shown === undefined || length > PURE_LIMIT) failed = true;
    return failed ? "" : (shown ?? "");
  });
  return failed ? undefined : out;
}

const CONVERSION = /%(?:%|([-0]*)(\d{0,6})([sdicxXo])|)/g;

/** `"%s" % x`; undefined when a conversion is not evaluated or values are left over. */
export function formatPercent(self: string, values: readonly (Pure | undefined)[]): string | undefined {
  let next = 0;
  let length = self.length;
  let failed = false;
  const out = self.replace(CONVERSION, (all, flags, width, type) => {
    if (all === "%%") return "%";
    const shown = type === undefined || failed ? undefined : convert(values[next++], { flags, width: Number(width || 0), type });
    length += shown?.length ?? 0;
    if (shown === undefined || length > PURE_LIMIT) failed = true;
    return failed ? "" : (shown ?? "");
  });
  return failed || next !== values.length ? undefined : out;
}

function convert(value: Pure | undefined, how: { flags: string; width: number; type: string }): string | undefined {
  if (value === undefined || how.width > PURE_LIMIT) return undefined;
  const left = how.flags.includes("-");
  if (how.type === "s" || how.type === "c") {
    const text = how.type === "s" ? plainText(value) : isText(value) ? (/^[\s\S]$/u.test(value) ? value : undefined) : character(value);
    return withinLimit(left ? text?.padEnd(how.width) : text?.padStart(how.width));
  }
  const type = how.type === "i" ? "d" : how.type;
  const text = integerText(value, { type, width: left ? 0 : how.width, zero: how.flags.includes("0") && !left });
  return left ? text?.padEnd(how.width) : text;
}
