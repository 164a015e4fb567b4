/** Methods of Python's int on constants. */
import { ByteString, isBytes, isText, type Pure } from "./pure-value.ts";

/** More bytes than any text that is hidden in a number needs. */
const MOST_BYTES = 65_536;

function bytesOf(value: bigint, length: number, little: boolean, signed: boolean): ByteString | undefined {
  if (length < 0 || length > MOST_BYTES || (value < 0n && !signed)) return undefined;
  const size = BigInt(length) * 8n;
  if (value < 0n ? -value > 1n << (size - 1n) : value >= 1n << (signed ? size - 1n : size)) return undefined;
  const hex = BigInt.asUintN(length * 8, value)
    .toString(16)
    .padStart(length * 2, "0");
  const bytes = length === 0 ? "" : Buffer.from(hex, "hex").toString("latin1");
  return new ByteString(little ? [...bytes].reverse().join("") : bytes);
}

/** `n.to_bytes(length, order)` and its kin; undefined when it is not evaluated. */
export function callPythonNumber(self: number | bigint, name: string, args: readonly (Pure | undefined)[]): Pure | undefined {
  if (typeof self === "number" && !Number.isInteger(self)) return undefined;
  const value = BigInt(self);
  if (name === "bit_length") return value === 0n ? 0 : (value < 0n ? -value : value).toString(2).length;
  if (name !== "to_bytes") return name === "__str__" ? String(self) : undefined;
  const [length, order, signed] = args;
  const bytes = length === undefined ? 1 : length;
  if (typeof bytes !== "number" || (order !== undefined && order !== "big" && order !== "little")) return undefined;
  return bytesOf(value, bytes, order === "little", signed === true);
}

const PREFIXES: Readonly<Record<string, number>> = { "0x": 16, "0o": 8, "0b": 2 };

/** `int(text, base)`: the whole text is a number, or Python raises. */
export function integerOf(text: string, base: number): number | bigint | undefined {
  const match = /^([+-]?)(0[xob])?([0-9a-z]+)$/.exec(
    text
      .trim()
      .toLowerCase()
      .replace(/(?<=[0-9a-z])_(?=[0-9a-z])/g, ""),
  );
  if (match === null) return undefined;
  const [, sign, prefix, rest = ""] = match;
  const named = PREFIXES[prefix ?? ""];
  const radix = base === 0 ? (named ?? 10) : base;
  // In base 16 `0b1` is a number of three digits.
  const digits = prefix !== undefined && named !== radix ? prefix + rest : rest;
  if (radix < 2 || radix > 36 || digits.length > MOST_DIGITS) return undefined;
  let value = 0n;
  for (const digit of digits) {
    const worth = Number.parseInt(digit, 36);
    if (worth >= radix) return undefined;
    value = value * BigInt(radix) + BigInt(worth);
  }
  if (sign === "-") value = -value;
  return value <= 9007199254740991n && value >= -9007199254740991n ? Number(value) : value;
}

/** More digits than Python converts without being asked (PYTHONINTMAXSTRDIGITS). */
const MOST_DIGITS = 4300;

/** `int.from_bytes(data, order)`. */
export function intFromBytes(data: Pure | undefined, order: Pure | undefined, signed = false): Pure | undefined {
  const raw = isBytes(data)
    ? data.value
    : Array.isArray(data) && data.every((n) => typeof n === "number")
      ? String.fromCharCode(...data)
      : undefined;
  if (raw === undefined || raw.length > MOST_BYTES || (order !== undefined && !isText(order))) return undefined;
  const bytes = order === "little" ? [...raw].reverse().join("") : raw;
  const whole = bytes === "" ? 0n : BigInt(`0x${Buffer.from(bytes, "latin1").toString("hex")}`);
  const value = signed ? BigInt.asIntN(bytes.length * 8, whole) : whole;
  return value <= 9007199254740991n && value >= -9007199254740991n ? Number(value) : value;
}
