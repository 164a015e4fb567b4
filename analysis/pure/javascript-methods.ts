/** Methods of JavaScript strings, numbers and Buffers on constants: the engine itself evaluates them, once their size is bounded. */
import { ByteString, bufferOf, isBytes, isText, PURE_LIMIT, type Pure } from "./pure-value.ts";

type Args = readonly (Pure | undefined)[];

/** Methods whose arguments are only texts, numbers and booleans, and whose result is no longer than what went in. */
const STRING_METHODS = new Set(
  "toString valueOf toUpperCase toLowerCase trim trimStart trimEnd trimLeft trimRight charAt at charCodeAt codePointAt slice substring substr concat split replace replaceAll repeat padStart padEnd indexOf lastIndexOf includes startsWith endsWith normalize isWellFormed".split(
    " ",
  ),
); // prettier-ignore

const isPlain = (value: Pure | undefined): boolean =>
  isText(value) || typeof value === "number" || typeof value === "boolean" || value === undefined;

/** Their first argument is a pattern: one that is not known as a text may be a regular expression. */
const PATTERNS = new Set("split replace replaceAll indexOf lastIndexOf includes startsWith endsWith".split(" "));

/** Characters the result may have at most. */
function resultSize(self: string, name: string, args: Args): number {
  const [first, second] = args;
  if (name === "repeat" || name === "padStart" || name === "padEnd")
    return name === "repeat" ? self.length * Number(first ?? 0) : Number(first ?? 0);
  if (name === "replace" || name === "replaceAll") {
    const insert = isText(second) ? second : String(second);
    // `$&`, "$`" and "$'" put parts of the text itself in.
    const each = insert.length + (insert.match(/\$[&`']/g)?.length ?? 0) * self.length;
    // An empty pattern is also found at the end.
    return self.length + each * (name === "replace" ? 1 : self.split(String(first)).length + 1);
  }
  return name === "concat" ? args.reduce<number>((sum, a) => sum + String(a).length, self.length) : self.length;
}

/** Calls a method of a string, number or Buffer constant; undefined when it is not evaluated. */
export function callJavaScriptMethod(self: Pure, name: string, args: Args): Pure | undefined {
  if (isBytes(self)) return bufferMethod(self, name, args);
  if (typeof self === "number" || typeof self === "bigint") return numberMethod(self, name, args);
  if (!isText(self) || !STRING_METHODS.has(name) || !args.every(isPlain)) return undefined;
  if (PATTERNS.has(name) && args.length > 0 && !isText(args[0])) return undefined;
  if (!(resultSize(self, name, args) <= PURE_LIMIT)) return undefined;
  try {
    const method = String.prototype[name as "concat"] as (...given: unknown[]) => unknown;
    const result = method.call(self, ...args) as Pure | undefined;
    return isText(result) && result.length > PURE_LIMIT ? undefined : result;
  } catch {
    return undefined;
  }
}

const BUFFER_SLICES = new Set(["slice", "subarray"]);

const READS = /^read(U?[iI]nt(8|16[BL]E|32[BL]E)|(Float|Double)[BL]E)$/;

function readNumber(buffer: Buffer, name: string, at: number): number | undefined {
  try {
    return buffer[name as "readUInt8"](at);
  } catch {
    return undefined;
  }
}

function bufferMethod(self: ByteString, name: string, args: Args): Pure | undefined {
  const [first, second, third] = args;
  const bound = (value: Pure | undefined): number | undefined => (typeof value === "number" ? value : undefined);
  if (name === "toString") {
    const encoding = first === undefined ? "utf8" : first;
    if (!isText(encoding) || !Buffer.isEncoding(encoding)) return undefined;
    return bufferOf(self).toString(encoding, bound(second), bound(third));
  }
  if (BUFFER_SLICES.has(name)) return new ByteString(self.value.slice(bound(first), bound(second)));
  if (name === "reverse") return new ByteString([...self.value].reverse().join(""));
  if (name === "at") return self.value.at(bound(first) ?? 0)?.charCodeAt(0);
  if (READS.test(name) && args.length < 2) return readNumber(bufferOf(self), name, bound(first) ?? 0);
  if (/^(includes|indexOf|lastIndexOf)$/.test(name) && args.length === 1) {
    const wanted = isBytes(first) ? bufferOf(first) : isText(first) || typeof first === "number" ? first : undefined;
    return wanted === undefined ? undefined : bufferOf(self)[name as "includes" | "indexOf"](wanted);
  }
  if (name === "equals") return isBytes(first) ? first.value === self.value : undefined;
  return undefined;
}

function numberMethod(self: number | bigint, name: string, [first]: Args): Pure | undefined {
  if (name === "valueOf") return self;
  if (name === "toFixed")
    return typeof first === "number" && first >= 0 && first <= 100 && typeof self === "number" ? self.toFixed(first) : undefined;
  if (name !== "toString") return undefined;
  const base = first === undefined ? 10 : first;
  return typeof base === "number" && base >= 2 && base <= 36 ? self.toString(base) : undefined;
}
