/** Methods of Python's str and bytes on constants, and `%` formatting. */
import { base64Decode, codecsDecode } from "./codecs.ts";
import { ByteString, isBytes, isText, PURE_LIMIT, type Pure, rawOf, toBytes } from "./pure-value.ts";

type Method = (self: string, args: readonly (Pure | undefined)[]) => Pure | undefined;

const text = (value: Pure | undefined): string | undefined => rawOf(value);
const number = (value: Pure | undefined): number | undefined => (typeof value === "number" ? value : undefined);

function stripSet(self: string, chars: Pure | undefined, ends: { left: boolean; right: boolean }): string {
  const set = text(chars) ?? " \t\n\r\f\v";
  let from = 0;
  let to = self.length;
  while (ends.left && from < to && set.includes(self[from] as string)) from++;
  while (ends.right && to > from && set.includes(self[to - 1] as string)) to--;
  return self.slice(from, to);
}

function splitText(self: string, separator: Pure | undefined, max: Pure | undefined): string[] {
  const sep = text(separator);
  const limit = number(max) ?? -1;
  const parts =
    sep === undefined || sep === ""
      ? self
          .trim()
          .split(/\s+/)
          .filter((p) => p !== "")
      : self.split(sep);
  if (limit < 0 || parts.length <= limit + 1) return parts;
  const glue = sep ?? " ";
  return [...parts.slice(0, limit), parts.slice(limit).join(glue)];
}

function repeatBounded(fill: string, width: number): string | undefined {
  return width > PURE_LIMIT ? undefined : fill.repeat(Math.max(0, width));
}

/** Methods that str and bytes share; results are wrapped by the caller. */
const SHARED: Readonly<Record<string, Method>> = {
  upper: (s) => s.toUpperCase(),
  lower: (s) => s.toLowerCase(),
  casefold: (s) => s.toLowerCase(),
  swapcase: (s) => [...s].map((c) => (c === c.toUpperCase() ? c.toLowerCase() : c.toUpperCase())).join(""),
  title: (s) => s.toLowerCase().replace(/[a-z]+/g, (w) => w[0]?.toUpperCase() + w.slice(1)),
  capitalize: (s) => s.charAt(0).toUpperCase() + s.slice(1).toLowerCase(),
  strip: (s, [chars]) => stripSet(s, chars, { left: true, right: true }),
  lstrip: (s, [chars]) => stripSet(s, chars, { left: true, right: false }),
  rstrip: (s, [chars]) => stripSet(s, chars, { left: false, right: true }),
  removeprefix: (s, [p]) => (s.startsWith(text(p) ?? "\0") ? s.slice((text(p) as string).length) : s),
  removesuffix: (s, [p]) => (s.endsWith(text(p) ?? "\0") ? s.slice(0, s.length - (text(p) as string).length) : s),
  replace: (s, [from, to, count]) => {
    const a = text(from);
    const b = text(to);
    if (a === undefined || b === undefined) return undefined;
    const pieces = s.split(a);
    const n = number(count) ?? pieces.length;
    let out = pieces[0] as string;
    for (let i = 1; i < pieces.length; i++) out += (i <= n ? b : a) + pieces[i];
    return out;
  },
  split: (s, [sep, max]) => splitText(s, sep, max),
  rsplit: (s, [sep, max]) => (max === undefined ? splitText(s, sep, undefined) : undefined),
  splitlines: (s) => s.split(/\r\n|\r|\n/),
  partition: (s, [sep]) => partition(s, text(sep), s.indexOf(text(sep) ?? "\0")),
  rpartition: (s, [sep]) => partition(s, text(sep), s.lastIndexOf(text(sep) ?? "\0")),
  join: (s, [items]) =>
    Array.isArray(items) && items.every((i) => rawOf(i) !== undefined) ? items.map((i) => rawOf(i) as string).join(s) : undefined,
  zfill: (s, [w]) => repeatBounded("0", (number(w) ?? 0) - s.length)?.concat(s),
  ljust: (s, [w, f]) => padded(s, w, f, "right"),
  rjust: (s, [w, f]) => padded(s, w, f, "left"),
  expandtabs: (s) => s.replace(/\t/g, "        "),
  find: (s, [p]) => s.indexOf(text(p) ?? "\0"),
  index: (s, [p]) => (s.includes(text(p) ?? "\0") ? s.indexOf(text(p) as string) : undefined),
  rfind: (s, [p]) => s.lastIndexOf(text(p) ?? "\0"),
  count: (s, [p]) => s.split(text(p) ?? "\0").length - 1,
  startswith: (s, [p]) => (rawOf(p) === undefined ? undefined : s.startsWith(rawOf(p) as string)),
  endswith: (s, [p]) => (rawOf(p) === undefined ? undefined : s.endsWith(rawOf(p) as string)),
  isdigit: (s) => /^\d+$/.test(s),
  isalpha: (s) => /^\p{L}+$/u.test(s),
  isalnum: (s) => /^[\p{L}\p{N}]+$/u.test(s),
  isspace: (s) => /^\s+$/.test(s),
  isupper: (s) => /\p{Lu}/u.test(s) && s === s.toUpperCase(),
  islower: (s) => /\p{Ll}/u.test(s) && s === s.toLowerCase(),
  __add__: (s, [o]) => (rawOf(o) === undefined ? undefined : s + (rawOf(o) as string)),
  __getitem__: (s, [i]) => (typeof i === "number" ? s.at(i) : undefined),
  __len__: (s) => s.length,
  __contains__: (s, [p]) => (rawOf(p) === undefined ? undefined : s.includes(rawOf(p) as string)),
  __str__: (s) => s,
  translate: (s, [table]) => translate(s, table),
};

function padded(s: string, width: Pure | undefined, fill: Pure | undefined, side: "left" | "right"): string | undefined {
  const pad = repeatBounded(text(fill) ?? " ", (number(width) ?? 0) - s.length);
  if (pad === undefined) return undefined;
  return side === "left" ? pad + s : s + pad;
}

function partition(s: string, sep: string | undefined, at: number): Pure | undefined {
  if (sep === undefined) return undefined;
  return at < 0 ? [s, "", ""] : [s.slice(0, at), sep, s.slice(at + sep.length)];
}

function translate(s: string, table: Pure | undefined): string | undefined {
  if (table === null || typeof table !== "object" || Array.isArray(table) || table instanceof ByteString) return undefined;
  const map = table as Record<string, Pure>;
  return [...s]
    .map((c) => {
      const to = map[String(c.codePointAt(0))];
      if (to === undefined) return c;
      return typeof to === "number" ? String.fromCodePoint(to) : typeof to === "string" ? to : "";
    })
    .join("");
}

/** Calls a str or bytes method; undefined when it is not evaluated. */
export function callPythonMethod(self: string | ByteString, name: string, args: readonly (Pure | undefined)[]): Pure | undefined {
  if (isBytes(self)) {
    if (name === "decode") return codecsDecode(self, args[0]);
    if (name === "hex") return [...self.value].map((c) => c.charCodeAt(0).toString(16).padStart(2, "0")).join("");
  } else {
    if (name === "encode") return encode(self, args[0]);
    if (name === "decode") return isText(args[0]) && args[0] === "base64" ? base64Decode(self) : undefined;
    if (name === "format") return formatBraces(self, args);
    if (name === "maketrans") return maketrans(args);
  }
  const method = Object.hasOwn(SHARED, name) ? SHARED[name] : undefined;
  if (method === undefined) return undefined;
  const result = method(isBytes(self) ? self.value : self, args);
  if (!isBytes(self)) return result;
  if (isText(result)) return new ByteString(result);
  return Array.isArray(result) ? result.map((r) => (isText(r) ? new ByteString(r) : r)) : result;
}

function encode(self: string, encoding: Pure | undefined): Pure | undefined {
  const name = isText(encoding) ? encoding.toLowerCase().replace(/[-_]/g, "") : "utf8";
  if (name === "rot13") return undefined;
  if (name === "utf8" || name === "ascii") return toBytes(Buffer.from(self, "utf8"));
  if (name === "latin1" || name === "iso88591") return new ByteString(self.replace(/[^\u0000-\u00ff]/g, "?"));
  if (name === "utf16le") return toBytes(Buffer.from(self, "utf16le"));
  return undefined;
}

function maketrans(args: readonly (Pure | undefined)[]): Pure | undefined {
  const [from, to] = args;
  if (!isText(from) || !isText(to)) return undefined;
  const target = [...to];
  return Object.fromEntries([...from].map((c, i) => [String(c.codePointAt(0)), target[i] ?? ""]));
}

/** `{}`, `{0}` and `{0:...}` without width or precision; named fields are the interpreter's business. */
export function formatBraces(self: string, args: readonly (Pure | undefined)[]): string | undefined {
  let next = 0;
  let failed = false;
  const out = self.replace(/\{\{|\}\}|\{(\d*)(?:!([rsa]))?(?::([^{}]*))?\}|\{[^{}]*\}/g, (all, position, conversion, spec) => {
    if (all === "{{") return "{";
    if (all === "}}") return "}";
    const value = position === undefined ? undefined : args[position === "" ? next++ : Number(position)];
    const shown = value === undefined || conversion === "r" ? undefined : formatOne(value, spec ?? "");
    if (shown === undefined) failed = true;
    return shown ?? "";
  });
  return failed ? undefined : out;
}

/** One value with a format specification: plain text, and `c`, `d`, `x`, `o`, `b` with zero padding for integers. */
export function formatOne(value: Pure, spec: string): string | undefined {
  if (spec === "" || spec === "s")
    return isText(value)
      ? value
      : typeof value === "number" || typeof value === "bigint"
        ? String(value)
        : typeof value === "boolean"
          ? value
            ? "True"
            : "False"
          : value === null
            ? "None"
            : undefined;
  const match = /^(0?)(\d{0,3})([cdxXob])$/.exec(spec);
  if (match === null || typeof value !== "number") return undefined;
  const [, zero, width, type] = match;
  if (type === "c") return String.fromCodePoint(Math.min(0x10ffff, Math.max(0, value)));
  const base = { d: 10, x: 16, X: 16, o: 8, b: 2 }[type as "d"] ?? 10;
  const shown = value.toString(base).padStart(Number(width || 0), zero === "0" ? "0" : " ");
  return type === "X" ? shown.toUpperCase() : shown;
}

/** `"%s" % x`; undefined when a conversion is not evaluated. */
export function formatPercent(self: string, values: readonly (Pure | undefined)[]): string | undefined {
  let next = 0;
  let failed = false;
  const out = self.replace(/%(?:%|(0?\d*)([sdcxXor]))/g, (all, width, type) => {
    if (all === "%%") return "%";
    const value = values[next++];
    const shown =
      value === undefined
        ? undefined
        : type === "s" || type === "d"
          ? formatOne(value, "")
          : type === "c" && isText(value)
            ? value
            : formatOne(value, `${width}${type}`);
    if (shown === undefined || type === "r") failed = true;
    return shown ?? "";
  });
  return failed ? undefined : out;
}
