/** Python's `format`, `str.format` and `%` on constants; a conversion that is not known leaves the whole text unknown. */
import { character, floatText, isBytes, isText, isWholeFloat, PURE_LIMIT, type Pure } from "./pure-value.ts";

/** `str(x)`. */
function plainText(value: Pure): string | undefined {
  if (isText(value)) return value;
  if (typeof value === "bigint") return String(value);
  if (typeof value === "boolean") return value ? "True" : "False";
  if (value === null) return "None";
  if (isWholeFloat(value)) return floatText(value.value);
  if (typeof value !== "number") return undefined;
  if (!Number.isInteger(value)) return floatText(value);
  return Number.isSafeInteger(value) ? String(value) : undefined;
}

const SPEC = /^(?:(.)?([<>=^]))?([-+ ]?)(#?)(0?)(\d{0,6})([,_]?)(?:\.(\d{1,2}))?([bcdeEfFgGosxX%]?)$/su;

type Spec = {
  readonly fill: string | undefined;
  readonly align: string | undefined;
  readonly sign: string;
  readonly alternate: boolean;
  readonly zero: boolean;
  readonly width: number;
  readonly group: string;
  readonly precision: number | undefined;
  readonly type: string;
};

function parseSpec(spec: string): Spec | undefined {
  const match = SPEC.exec(spec);
  if (match === null) return undefined;
  const [, fill, align, sign, alternate, zero, width, group, precision, type] = match;
  return {
    fill,
    align,
    sign: sign ?? "",
    alternate: alternate === "#",
    zero: zero === "0",
    width: Number(width || 0),
    group: group ?? "",
    precision: precision === undefined ? undefined : Number(precision),
    type: type ?? "",
  };
}

/** One value with a format specification; undefined for what Python refuses or is not modelled. */
export function formatOne(value: Pure, spec: string): string | undefined {
  if (spec === "") return plainText(value);
  const how = parseSpec(spec);
  if (how === undefined || how.width > PURE_LIMIT) return undefined;
  if (isText(value)) return textWith(value, how);
  if (isWholeFloat(value)) return numberWith(value.value, how, true);
  if (typeof value !== "number" && typeof value !== "bigint" && typeof value !== "boolean") return undefined;
  return numberWith(typeof value === "boolean" ? Number(value) : value, how, false);
}

function textWith(value: string, how: Spec): string | undefined {
  if ((how.type !== "" && how.type !== "s") || how.sign !== "" || how.alternate || how.group !== "" || how.align === "=") return undefined;
  const points = [...value];
  const shown = how.precision === undefined ? value : points.slice(0, how.precision).join("");
  return padded("", shown, { ...how, align: how.align ?? "<", fill: how.fill ?? (how.zero ? "0" : " ") });
}

const BASES: Readonly<Record<string, number>> = { "": 10, d: 10, x: 16, X: 16, o: 8, b: 2 };

function numberWith(value: number | bigint, how: Spec, float: boolean): string | undefined {
  if (how.type === "s" || (float && how.type === "c")) return undefined;
  const negative = value < 0 || Object.is(value, -0);
  const whole = !float && (typeof value === "bigint" || Number.isSafeInteger(value));
  const size = typeof value === "bigint" ? (negative ? -value : value) : Math.abs(value);
  const digits =
    how.type === "c" ? character(Number(value)) : how.type in BASES && whole ? integerDigits(size, how) : floatDigits(Number(size), how);
  if (digits === undefined) return undefined;
  const prefix = how.alternate && "xXob".includes(how.type) && how.type !== "" ? `0${how.type}` : "";
  const sign = how.type === "c" ? "" : negative ? "-" : how.sign === "-" ? "" : how.sign;
  const shown = how.group === "" ? digits : grouped(digits, how);
  if (how.zero && how.group !== "") return undefined;
  const align = how.align ?? (how.zero ? "=" : how.type === "c" ? "<" : ">");
  return padded(sign + prefix, shown, { ...how, align, fill: how.fill ?? (how.zero ? "0" : " ") });
}

function integerDigits(size: number | bigint, how: Spec): string | undefined {
  if (how.precision !== undefined) return undefined;
  const digits = size.toString(BASES[how.type] ?? 10);
  return how.type === "X" ? digits.toUpperCase() : digits;
}

/** Digits of a float without its sign; without a type it is what `str` writes. */
function floatDigits(size: number, how: Spec): string | undefined {
  if (!Number.isFinite(size)) return undefined;
  const precision = how.precision ?? 6;
  switch (how.type) {
    case "f":
    case "F":
      return fixed(size, precision);
    case "%": {
      const text = fixed(size * 100, precision);
      return text === undefined ? undefined : `${text}%`;
    }
    case "e":
    case "E":
      return cased(exponential(size, precision), how.type);
    case "g":
    case "G":
      return how.alternate ? undefined : cased(general(size, precision === 0 ? 1 : precision), how.type);
    case "": {
      if (how.precision === undefined) return floatText(size);
      const text = general(size, how.precision === 0 ? 1 : how.precision);
      return text.includes(".") && !text.includes("e") ? text : undefined;
    }
    default:
      return undefined;
  }
}

const cased = (text: string, type: string): string => (type < "a" ? text.toUpperCase() : text);

/** JavaScript rounds a tie up, Python to the even digit. */
const TIE_DIGITS = 40;
function fixed(size: number, precision: number): string | undefined {
  if (size >= 1e21) return undefined;
  const text = size.toFixed(precision);
  return isTie(size.toFixed(precision + TIE_DIGITS), TIE_DIGITS) && isOdd(text) ? lowered(text) : text;
}

function exponential(size: number, precision: number): string {
  const longer = size.toExponential(Math.min(100, precision + TIE_DIGITS)).split("e")[0] as string;
  const [digits, power] = size.toExponential(precision).split("e") as [string, string];
  const shown = isTie(longer, TIE_DIGITS) && isOdd(digits) ? lowered(digits) : digits;
  return `${shown}e${power[0]}${power.slice(1).padStart(2, "0")}`;
}

const isTie = (text: string, digits: number): boolean => text.slice(-digits) === `5${"0".repeat(digits - 1)}`;
const isOdd = (text: string): boolean => Number(text.at(-1)) % 2 === 1;
const lowered = (text: string): string => text.slice(0, -1) + String(Number(text.at(-1)) - 1);

function general(size: number, precision: number): string {
  const text = exponential(size, precision - 1);
  const power = Number(text.split("e")[1]);
  const short = (digits: string): string => (digits.includes(".") ? digits.replace(/\.?0+$/, "") : digits);
  if (power >= -4 && power < precision) return short(fixed(size, precision - 1 - power) ?? "");
  return text.replace(/^[^e]*/, short);
}

function grouped(digits: string, how: Spec): string | undefined {
  if (how.type === "c") return undefined;
  const size = "xXob".includes(how.type) && how.type !== "" ? 4 : 3;
  const [, whole = "", rest = ""] = /^([0-9a-fA-F]+)(.*)$/.exec(digits) ?? [];
  return whole.replace(size === 4 ? /\B(?=(?:.{4})+$)/g : /\B(?=(?:.{3})+$)/g, how.group) + rest;
}

function padded(sign: string, shown: string | undefined, how: Spec): string | undefined {
  if (shown === undefined) return undefined;
  const missing = how.width - [...sign, ...shown].length;
  const fill = how.fill ?? " ";
  if (missing <= 0) return sign + shown;
  if (how.align === "<") return sign + shown + fill.repeat(missing);
  if (how.align === "=") return sign + fill.repeat(missing) + shown;
  const left = how.align === "^" ? Math.floor(missing / 2) : missing;
  return fill.repeat(left) + sign + shown + fill.repeat(missing - left);
}

/** `!r`, `!s` and `!a` make a text before the specification is applied. */
export function converted(value: Pure, conversion: string | undefined, spec: string): string | undefined {
  if (conversion === undefined) return formatOne(value, spec);
  const text = conversion === "s" ? plainText(value) : pythonRepr(value, conversion === "a");
  return text === undefined ? undefined : formatOne(text, spec);
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
    const shown = value === undefined || failed ? undefined : converted(value, conversion, spec ?? "");
    length += shown?.length ?? 0;
    if (shown === undefined || length > PURE_LIMIT) failed = true;
    return failed ? "" : (shown ?? "");
  });
  return failed ? undefined : out;
}

/** A conversion of `%`: a name, flags, width, precision, type. */
const CONVERSION = /%(?:%|([-+ 0#]*)(\d{0,6})(?:\.(\d{1,2}))?([srdicxXoeEfFgGua])|)/g;

/** `"%s" % x`; undefined when a conversion is not evaluated or values are left over. */
export function formatPercent(self: string, values: readonly (Pure | undefined)[]): string | undefined {
  let next = 0;
  let length = self.length;
  let failed = false;
  const out = self.replace(CONVERSION, (all, flags, width, precision, type) => {
    if (all === "%%") return "%";
    const shown = type === undefined || failed ? undefined : convert(values[next++], { flags, width: Number(width || 0), precision, type });
    length += shown?.length ?? 0;
    if (shown === undefined || length > PURE_LIMIT) failed = true;
    return failed ? "" : (shown ?? "");
  });
  return failed || next !== values.length ? undefined : out;
}

type Conversion = { readonly flags: string; readonly width: number; readonly precision: string | undefined; readonly type: string };

function convert(value: Pure | undefined, { flags, width, precision, type }: Conversion): string | undefined {
  if (value === undefined || width > PURE_LIMIT) return undefined;
  const left = flags.includes("-");
  const dot = precision === undefined ? "" : `.${precision}`;
  if ("srac".includes(type)) {
    const text =
      type === "s"
        ? plainText(value)
        : type === "c"
          ? isText(value)
            ? oneCharacter(value)
            : character(value)
          : pythonRepr(value, type === "a");
    return text === undefined ? undefined : formatOne(text, `${left ? "<" : ">"}${width}${dot}`);
  }
  if (typeof value === "boolean") return convert(Number(value), { flags, width, precision, type });
  const number = isWholeFloat(value) ? value.value : value;
  if (typeof number !== "number" && typeof number !== "bigint") return undefined;
  const whole = "diu".includes(type);
  const given = whole && typeof number === "number" ? Math.trunc(number) : value;
  if ("xXo".includes(type) && (isWholeFloat(value) || !Number.isInteger(Number(number)))) return undefined;
  const sign = flags.includes("+") ? "+" : flags.includes(" ") ? " " : "";
  const zero = flags.includes("0") && !left ? "0" : "";
  return formatOne(given, `${left ? "<" : ""}${sign}${flags.includes("#") ? "#" : ""}${zero}${width}${dot}${whole ? "d" : type}`);
}

const oneCharacter = (text: string): string | undefined => (/^[\s\S]$/u.test(text) ? text : undefined);

const ESCAPES: Readonly<Record<string, string>> = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };
const hexed = (code: number): string =>
  code < 256
    ? `\\x${code.toString(16).padStart(2, "0")}`
    : code < 65536
      ? `\\u${code.toString(16).padStart(4, "0")}`
      : `\\U${code.toString(16).padStart(8, "0")}`;

function quoted(value: string, escaped: RegExp): string {
  const quote = value.includes("'") && !value.includes('"') ? '"' : "'";
  const body = value.replace(escaped, (c) => ESCAPES[c] ?? hexed(c.codePointAt(0) as number));
  return quote + (quote === "'" ? body.replaceAll("'", "\\'") : body) + quote;
}

/** `repr(x)`, and `ascii(x)`. */
export function pythonRepr(value: Pure, ascii = false): string | undefined {
  if (isText(value)) return quoted(value, ascii ? /[^\x20-\x7e]|\\/gu : /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}|\\/gu);
  if (isBytes(value)) return `b${quoted(value.value, /[^\x20-\x7e]|\\/g)}`;
  return plainText(value);
}
