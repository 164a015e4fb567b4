/** Methods of JavaScript strings, numbers and Buffers on constants. */
import { type ByteString, bufferOf, isBytes, isText, PURE_LIMIT, type Pure } from "./pure-value.ts";

type Args = readonly (Pure | undefined)[];
const int = (value: Pure | undefined): number | undefined => (typeof value === "number" ? value : undefined);
const str = (value: Pure | undefined): string | undefined =>
  isText(value) ? value : typeof value === "number" ? String(value) : undefined;

const STRING: Readonly<Record<string, (s: string, args: Args) => Pure | undefined>> = {
  toString: (s: string) => s,
  valueOf: (s: string) => s,
  toUpperCase: (s) => s.toUpperCase(),
  toLowerCase: (s) => s.toLowerCase(),
  trim: (s) => s.trim(),
  trimStart: (s) => s.trimStart(),
  trimEnd: (s) => s.trimEnd(),
  charAt: (s, [i]) => s.charAt(int(i) ?? 0),
  at: (s, [i]) => s.at(int(i) ?? 0) ?? null,
  charCodeAt: (s, [i]) => s.charCodeAt(int(i) ?? 0),
  codePointAt: (s, [i]) => s.codePointAt(int(i) ?? 0) ?? null,
  slice: (s, [a, b]) => s.slice(int(a), int(b)),
  substring: (s, [a, b]) => s.substring(int(a) ?? 0, int(b)),
  substr: (s, [a, b]) => {
    const from = int(a) ?? 0;
    const begin = from < 0 ? Math.max(0, s.length + from) : from;
    return s.slice(begin, b === undefined ? undefined : begin + (int(b) ?? 0));
  },
  concat: (s, args) => (args.every((a) => str(a) !== undefined) ? s + args.map(str).join("") : undefined),
  split: (s, [sep, limit]) => (sep === undefined ? [s] : isText(sep) ? s.split(sep, int(limit)) : undefined),
  replace: (s, [a, b]) =>
    isText(a) && isText(b) ? (s.split(a).length > 1 ? s.slice(0, s.indexOf(a)) + b + s.slice(s.indexOf(a) + a.length) : s) : undefined,
  replaceAll: (s, [a, b]) => (isText(a) && isText(b) ? s.split(a).join(b) : undefined),
  repeat: (s, [n]) =>
    int(n) !== undefined && (int(n) as number) >= 0 && s.length * (int(n) as number) <= PURE_LIMIT ? s.repeat(int(n) as number) : undefined,
  padStart: (s, [n, f]) => ((int(n) ?? 0) <= PURE_LIMIT ? s.padStart(int(n) ?? 0, str(f)) : undefined),
  padEnd: (s, [n, f]) => ((int(n) ?? 0) <= PURE_LIMIT ? s.padEnd(int(n) ?? 0, str(f)) : undefined),
  indexOf: (s, [p]) => (str(p) === undefined ? undefined : s.indexOf(str(p) as string)),
  lastIndexOf: (s, [p]) => (str(p) === undefined ? undefined : s.lastIndexOf(str(p) as string)),
  includes: (s, [p]) => (str(p) === undefined ? undefined : s.includes(str(p) as string)),
  startsWith: (s, [p]) => (str(p) === undefined ? undefined : s.startsWith(str(p) as string)),
  endsWith: (s, [p]) => (str(p) === undefined ? undefined : s.endsWith(str(p) as string)),
  normalize: (s) => s.normalize(),
  localeCompare: (s, [o]) => (str(o) === undefined ? undefined : s < (str(o) as string) ? -1 : s > (str(o) as string) ? 1 : 0),
};

/** Calls a method of a string, number or Buffer constant; undefined when it is not evaluated. */
export function callJavaScriptMethod(self: Pure, name: string, args: Args): Pure | undefined {
  if (isBytes(self)) return bufferMethod(self, name, args);
  if (typeof self === "number") return numberMethod(self, name, args);
  if (!isText(self)) return undefined;
  const method = Object.hasOwn(STRING, name) ? STRING[name] : undefined;
  return method?.(self, args);
}

function bufferMethod(self: ByteString, name: string, [encoding]: Args): Pure | undefined {
  if (name !== "toString") return undefined;
  const known = isText(encoding) && Buffer.isEncoding(encoding) ? encoding : "utf8";
  return bufferOf(self).toString(known as BufferEncoding);
}

function numberMethod(self: number, name: string, [radix]: Args): Pure | undefined {
  if (name !== "toString") return name === "valueOf" ? self : undefined;
  const base = int(radix) ?? 10;
  return base >= 2 && base <= 36 ? self.toString(base) : undefined;
}
