/** Python's `struct`: numbers and bytes by a format. */
import { ByteString, isBytes, isText, isWholeFloat, type Pure, pythonFloat } from "./pure-value.ts";

type Field = { readonly code: string; readonly count: number };
type Layout = { readonly little: boolean; readonly native: boolean; readonly fields: readonly Field[] };

const SIZES: Readonly<Record<string, number>> = { b: 1, B: 1, "?": 1, h: 2, H: 2, i: 4, I: 4, l: 4, L: 4, q: 8, Q: 8, f: 4, d: 8 };
/** Of a 64-bit system, as `@` and no mark have them. */
const NATIVE: typeof SIZES = { ...SIZES, l: 8, L: 8, n: 8, N: 8 };
const LONGEST = 4_096;

const sizeOf = (layout: Layout, code: string): number => (layout.native ? NATIVE : SIZES)[code] ?? 1;
/** Bytes before the next field, which natively begins at a multiple of its size. */
const gapAt = (layout: Layout, code: string, at: number): number => {
  const size = sizeOf(layout, code);
  return layout.native ? (size - (at % size)) % size : 0;
};

function layoutOf(format: Pure | undefined): Layout | undefined {
  const match = isText(format) ? /^([@=<>!]?)((?:\s*\d*[a-zA-Z?])*)\s*$/.exec(format) : null;
  if (match === null) return undefined;
  const [, mark = "", codes = ""] = match;
  const native = mark === "" || mark === "@";
  const fields = [...codes.matchAll(/(\d*)([a-zA-Z?])/g)].map(([, count, code]) => ({ code: code as string, count: Number(count || 1) }));
  const known = fields.every((f) => (f.code in (native ? NATIVE : SIZES) || /^[sxc]$/.test(f.code)) && f.count <= LONGEST);
  return known ? { little: !/[>!]/.test(mark), native, fields } : undefined;
}

function numberIn(bytes: string, code: string, little: boolean): Pure {
  const raw = Buffer.from(little ? [...bytes].reverse().join("") : bytes, "latin1");
  if (code === "?") return bytes !== "\0";
  if (code === "f") return pythonFloat(raw.readFloatBE());
  if (code === "d") return pythonFloat(raw.readDoubleBE());
  const whole = BigInt(`0x${raw.toString("hex")}`);
  const value = code < "a" ? whole : BigInt.asIntN(raw.length * 8, whole);
  return value <= 9007199254740991n && value >= -9007199254740991n ? Number(value) : value;
}

export function structUnpack(format: Pure | undefined, data: Pure | undefined): readonly Pure[] | undefined {
  const layout = layoutOf(format);
  if (layout === undefined || !isBytes(data)) return undefined;
  const out: Pure[] = [];
  let at = 0;
  const take = (size: number): string => {
    at += size;
    return data.value.slice(at - size, at);
  };
  for (const { code, count } of layout.fields) {
    take(gapAt(layout, code, at));
    if (code === "x") take(count);
    else if (code === "s") out.push(new ByteString(take(count)));
    else
      for (let i = 0; i < count && at < data.value.length; i++) {
        const bytes = take(sizeOf(layout, code));
        out.push(code === "c" ? new ByteString(bytes) : numberIn(bytes, code, layout.little));
      }
  }
  return at === data.value.length ? out : undefined;
}

/** `struct.calcsize(format)`. */
export function structSize(format: Pure | undefined): number | undefined {
  const layout = layoutOf(format);
  return layout?.fields.reduce((at, { code, count }) => at + gapAt(layout, code, at) + sizeOf(layout, code) * count, 0);
}

export function structPack(format: Pure | undefined, ...given: readonly (Pure | undefined)[]): Pure | undefined {
  const layout = layoutOf(format);
  if (layout === undefined) return undefined;
  const left = [...given];
  let out = "";
  for (const { code, count } of layout.fields) {
    out += "\0".repeat(gapAt(layout, code, out.length));
    if (code === "x") out += "\0".repeat(count);
    else if (code === "s") {
      const text = left.shift();
      if (!isBytes(text)) return undefined;
      out += text.value.slice(0, count).padEnd(count, "\0");
    } else
      for (let i = 0; i < count; i++) {
        const bytes = packed(left.shift(), code, sizeOf(layout, code));
        if (bytes === undefined) return undefined;
        out += layout.little && code !== "c" ? [...bytes].reverse().join("") : bytes;
      }
  }
  return left.length === 0 ? new ByteString(out) : undefined;
}

/** The bytes of one number, the greatest first; undefined for what Python refuses. */
function packed(value: Pure | undefined, code: string, size: number): string | undefined {
  if (code === "c") return isBytes(value) && value.value.length === 1 ? value.value : undefined;
  const number = isWholeFloat(value) ? value.value : typeof value === "boolean" ? Number(value) : value;
  if (typeof number !== "number" && typeof number !== "bigint") return undefined;
  const raw = Buffer.alloc(size);
  if (code === "?") raw.writeUInt8(number ? 1 : 0);
  else if (code === "f") raw.writeFloatBE(Number(number));
  else if (code === "d") raw.writeDoubleBE(Number(number));
  else {
    if (isWholeFloat(value) || (typeof number === "number" && !Number.isInteger(number))) return undefined;
    const whole = BigInt(number);
    const fits = code < "a" ? BigInt.asUintN(size * 8, whole) : BigInt.asIntN(size * 8, whole);
    if (fits !== whole) return undefined;
    return Buffer.from(
      BigInt.asUintN(size * 8, whole)
        .toString(16)
        .padStart(size * 2, "0"),
      "hex",
    ).toString("latin1");
  }
  return raw.toString("latin1");
}
