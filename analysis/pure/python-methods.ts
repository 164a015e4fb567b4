/** Methods of Python's str and bytes on constants. Optional arguments that are not modelled leave the result unknown. */
import { base64Decode, codecsDecode } from "./codecs.ts";
import { ByteString, isAscii, isBytes, isText, PURE_LIMIT, type Pure, rawOf, withinLimit } from "./pure-value.ts";
import { formatBraces } from "./python-format.ts";
import { maketrans, translate, translateBytes } from "./python-translate.ts";
import { encodeText } from "./text-codecs.ts";

type Args = readonly (Pure | undefined)[];
type Method = (self: string, args: Args, bytes: boolean) => Pure | undefined;

const text = (value: Pure | undefined): string | undefined => rawOf(value);
/** A text that is not empty: Python raises for an empty separator, and finds an empty needle everywhere. */
const needle = (value: Pure | undefined): string | undefined => rawOf(value) || undefined;
const integer = (value: Pure | undefined): number | undefined =>
  typeof value === "number" && Number.isSafeInteger(value) ? value : undefined;

const ASCII_BLANKS = " \t\n\r\f\v";
const BLANKS = `${ASCII_BLANKS}\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000`;

const strip =
  (ends: { left: boolean; right: boolean }): Method =>
  (self, [chars], bytes) => {
    const set = chars === undefined || chars === null ? (bytes ? ASCII_BLANKS : BLANKS) : text(chars);
    if (set === undefined) return undefined;
    let from = 0;
    let to = self.length;
    while (ends.left && from < to && set.includes(self[from] as string)) from++;
    while (ends.right && to > from && set.includes(self[to - 1] as string)) to--;
    return self.slice(from, to);
  };

const split =
  (fromRight: boolean): Method =>
  (self, [separator, max], bytes) => {
    const limit = max === undefined ? -1 : integer(max);
    if (limit === undefined) return undefined;
    if (separator === undefined || separator === null) {
      const blanks = bytes ? ASCII_BLANKS : BLANKS;
      const parts = self.split(new RegExp(`[${blanks}]+`)).filter((p) => p !== "");
      return limit < 0 || parts.length <= limit ? parts : undefined;
    }
    const sep = needle(separator);
    if (sep === undefined) return undefined;
    if (limit < 0 && !fromRight) return self.split(sep);
    const out: string[] = [];
    let rest = self;
    while (limit < 0 || out.length < limit) {
      const at = fromRight ? rest.lastIndexOf(sep) : rest.indexOf(sep);
      if (at < 0) break;
      out.push(fromRight ? rest.slice(at + sep.length) : rest.slice(0, at));
      rest = fromRight ? rest.slice(0, at) : rest.slice(at + sep.length);
    }
    return fromRight ? [rest, ...out.reverse()] : [...out, rest];
  };

const partition =
  (fromRight: boolean): Method =>
  (s, [separator]) => {
    const sep = needle(separator);
    if (sep === undefined) return undefined;
    const at = fromRight ? s.lastIndexOf(sep) : s.indexOf(sep);
    if (at < 0) return fromRight ? ["", "", s] : [s, "", ""];
    return [s.slice(0, at), sep, s.slice(at + sep.length)];
  };

function replace(s: string, [from, to, count]: Args): string | undefined {
  const a = text(from);
  const b = text(to);
  const most = count === undefined ? -1 : integer(count);
  if (a === undefined || b === undefined || most === undefined) return undefined;
  // An empty text is found before every character and at the end.
  const pieces = a === "" ? ["", ...s, ""] : s.split(a);
  const places = pieces.length - 1;
  const n = most < 0 ? places : Math.min(places, most);
  if (s.length + n * b.length > PURE_LIMIT) return undefined;
  let out = pieces[0] as string;
  for (let i = 1; i < pieces.length; i++) out += (i <= n ? b : a) + pieces[i];
  return out;
}

const pad =
  (how: "left" | "right"): Method =>
  (s, [width, fill]) => {
    const to = integer(width);
    const char = fill === undefined ? " " : text(fill);
    if (to === undefined || to > PURE_LIMIT || char?.length !== 1) return undefined;
    return how === "left" ? s.padStart(to, char) : s.padEnd(to, char);
  };

/** The odd blank goes where CPython puts it. */
function center(s: string, [width, fill]: Args): string | undefined {
  const to = integer(width);
  const char = fill === undefined ? " " : text(fill);
  if (to === undefined || to > PURE_LIMIT || char?.length !== 1) return undefined;
  const margin = Math.max(0, to - s.length);
  const left = Math.floor(margin / 2) + (margin & to & 1);
  return s.padStart(s.length + left, char).padEnd(s.length + margin, char);
}

function zfill(s: string, [width]: Args): string | undefined {
  const to = integer(width);
  if (to === undefined || to > PURE_LIMIT) return undefined;
  const sign = /^[+-]/.exec(s)?.[0] ?? "";
  return sign + s.slice(sign.length).padStart(to - sign.length, "0");
}

function expandTabs(s: string, [size]: Args): string | undefined {
  const width = size === undefined ? 8 : integer(size);
  if (width === undefined || width < 1 || width > 100 || s.length * width > PURE_LIMIT) return undefined;
  let column = 0;
  let out = "";
  for (const c of s) {
    const blanks = width - (column % width);
    out += c === "\t" ? " ".repeat(blanks) : c;
    column = c === "\n" || c === "\r" ? 0 : column + (c === "\t" ? blanks : 1);
  }
  return out;
}

function splitLines(s: string, args: Args, bytes: boolean): string[] | undefined {
  if (args.length > 0) return undefined;
  const lines = s.split(bytes ? /\r\n|[\n\r]/ : /\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/);
  if (lines[lines.length - 1] === "") lines.pop();
  return lines;
}

function join(s: string, [items]: Args): string | undefined {
  if (!Array.isArray(items)) return undefined;
  const parts = items.map((i) => rawOf(i));
  if (parts.includes(undefined)) return undefined;
  const length = parts.reduce<number>((sum, p) => sum + (p?.length ?? 0) + s.length, 0);
  return length > PURE_LIMIT + s.length ? undefined : withinLimit(parts.join(s));
}

/** Outside ASCII the tables of the two languages differ, and bytes have no letters there. */
const ascii =
  (method: Method): Method =>
  (s, args, bytes) =>
    isAscii(s) ? method(s, args, bytes) : undefined;
/** From a start on; counted from the end, or with an end, the search is not evaluated. */
const search =
  (method: (s: string, wanted: string, start: number) => Pure | undefined): Method =>
  (s, [value, from, ...rest]) => {
    const wanted = needle(value);
    const start = from === undefined ? 0 : integer(from);
    return wanted === undefined || start === undefined || start < 0 || rest.length > 0 ? undefined : method(s, wanted, start);
  };
/** One of several texts: `name.endswith((".py", ".js"))`. */
const anyOf =
  (method: Method): Method =>
  (s, [wanted, ...others], bytes) => {
    if (!Array.isArray(wanted)) return method(s, [wanted, ...others], bytes);
    const found = wanted.map((one) => method(s, [one, ...others], bytes));
    return found.includes(undefined) ? undefined : found.includes(true);
  };
const cased =
  (method: (s: string) => string): Method =>
  (s, _args, bytes) =>
    bytes ? s.replace(/[A-Za-z]+/g, method) : method(s);

/** Methods that str and bytes share; results are wrapped by the caller. */
const SHARED: Readonly<Record<string, Method>> = {
  upper: cased((s) => s.toUpperCase()),
  lower: cased((s) => s.toLowerCase()),
  casefold: ascii((s) => s.toLowerCase()),
  swapcase: ascii((s) => s.replace(/[A-Za-z]/g, (c) => (c < "a" ? c.toLowerCase() : c.toUpperCase()))),
  title: ascii((s) => s.toLowerCase().replace(/[a-z]+/g, (w) => w[0]?.toUpperCase() + w.slice(1))),
  capitalize: ascii((s) => s.charAt(0).toUpperCase() + s.slice(1).toLowerCase()),
  strip: strip({ left: true, right: true }),
  lstrip: strip({ left: true, right: false }),
  rstrip: strip({ left: false, right: true }),
  removeprefix: (s, [p]) => (text(p) === undefined ? undefined : s.startsWith(text(p) as string) ? s.slice((text(p) as string).length) : s),
  removesuffix: (s, [p]) =>
    text(p) === undefined ? undefined : s.endsWith(text(p) as string) ? s.slice(0, s.length - (text(p) as string).length) : s,
  replace,
  split: split(false),
  rsplit: split(true),
  splitlines: splitLines,
  partition: partition(false),
  rpartition: partition(true),
  join,
  zfill,
  ljust: pad("right"),
  rjust: pad("left"),
  center,
  expandtabs: expandTabs,
  find: search((s, p, from) => s.indexOf(p, from)),
  index: search((s, p, from) => (s.includes(p, from) ? s.indexOf(p, from) : undefined)),
  rfind: search((s, p, from) => (s.lastIndexOf(p) < from ? -1 : s.lastIndexOf(p))),
  count: search((s, p, from) => s.slice(from).split(p).length - 1),
  startswith: anyOf(search((s, p, from) => s.startsWith(p, from))),
  endswith: anyOf(search((s, p, from) => s.slice(from).endsWith(p))),
  isdigit: ascii((s) => /^\d+$/.test(s)),
  isalpha: (s, _args, bytes) => (bytes && !isAscii(s) ? undefined : /^\p{L}+$/u.test(s)),
  isalnum: (s, _args, bytes) => (bytes && !isAscii(s) ? undefined : /^[\p{L}\p{N}]+$/u.test(s)),
  isspace: ascii((s) => /^[\s\x1c-\x1f]+$/.test(s)),
  isupper: ascii((s) => /[A-Z]/.test(s) && s === s.toUpperCase()),
  islower: ascii((s) => /[a-z]/.test(s) && s === s.toLowerCase()),
  __add__: (s, [o]) => (rawOf(o) === undefined ? undefined : withinLimit(s + (rawOf(o) as string))),
  __getitem__: (s, [i]) => (integer(i) === undefined ? undefined : s.at(i as number)),
  __len__: (s) => s.length,
  __contains__: (s, [p]) => (rawOf(p) === undefined ? undefined : s.includes(rawOf(p) as string)),
  __str__: (s, _args, bytes) => (bytes ? undefined : s),
  translate: (s, [table, deleted], bytes) => (bytes ? translateBytes(s, table, deleted) : translate(s, table)),
};
/** Positions count code points in Python and halves of pairs in JavaScript. */
const POSITIONAL = new Set(
  "find index rfind zfill ljust rjust center startswith count expandtabs strip lstrip rstrip __getitem__ __len__".split(" "),
);

/** `data.hex("-", 2)`: groups are counted from the end. */
function hexText(data: ByteString, [separator, size]: Args): string | undefined {
  const hex = Buffer.from(data.value, "latin1").toString("hex");
  const each = size === undefined ? 1 : integer(size);
  if (separator === undefined) return hex;
  const sep = text(separator);
  if (sep?.length !== 1 || each === undefined || each < 1) return undefined;
  return hex.replace(new RegExp(`(?!^)(?=(?:[0-9a-f]{${each * 2}})+$)`, "g"), () => sep);
}

/** Calls a str or bytes method; undefined when it is not evaluated. */
export function callPythonMethod(self: string | ByteString, name: string, args: Args): Pure | undefined {
  if (args.includes(undefined)) return undefined;
  const bytes = isBytes(self);
  if (bytes) {
    if (name === "decode") return codecsDecode(self, args[0], args[1]);
    // Of a `memoryview`.
    if (/^(tobytes|toreadonly|__bytes__)$/.test(name)) return self;
    if (name === "tolist") return [...self.value].map((c) => c.charCodeAt(0));
    if (name === "hex") return hexText(self, args);
  } else {
    if (name === "encode") return encodeText(self, args[0], args[1]);
    if (name === "decode") return args[0] === "base64" ? base64Decode(self) : undefined;
    if (name === "format") return formatBraces(self, args);
    if (name === "maketrans") return maketrans(args);
    if (POSITIONAL.has(name) && /[\ud800-\udfff]/.test(self)) return undefined;
  }
  const method = Object.hasOwn(SHARED, name) ? SHARED[name] : undefined;
  const result = method?.(bytes ? self.value : self, args, bytes);
  if (!bytes) return result;
  // A single byte is a number.
  if (name === "__getitem__") return isText(result) ? result.charCodeAt(0) : undefined;
  if (isText(result)) return new ByteString(result);
  return Array.isArray(result) ? result.map((r) => (isText(r) ? new ByteString(r) : r)) : result;
}
