/** Concrete values that pure library functions are evaluated on; `undefined` as a result means "not evaluated". */

/** Python bytes and Node Buffers: one character per byte. */
export class ByteString {
  readonly value: string;
  constructor(value: string) {
    this.value = value;
  }
}

/** A float of Python's that is whole: it is written as one. Others are numbers. */
export class WholeFloat {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

export type Pure = string | ByteString | WholeFloat | number | bigint | boolean | null | readonly Pure[] | PureRecord;
export type PureRecord = { readonly [key: string]: Pure };

/** Largest text or byte string that an evaluation may produce, in characters. */
export const PURE_LIMIT = 65_536;

export const isText = (value: Pure | undefined): value is string => typeof value === "string";
export const isWholeFloat = (value: Pure | undefined): value is WholeFloat => value instanceof WholeFloat;
/** A number that Python has as a float. */
export const pythonFloat = (value: number): number | WholeFloat => (Number.isInteger(value) ? new WholeFloat(value) : value);
export const isBytes = (value: Pure | undefined): value is ByteString => value instanceof ByteString;
/** Text of a str or of bytes. */
export const rawOf = (value: Pure | undefined): string | undefined => (isText(value) ? value : isBytes(value) ? value.value : undefined);
export const toBytes = (buffer: Uint8Array): ByteString => new ByteString(Buffer.from(buffer).toString("latin1"));
export const bufferOf = (value: ByteString | string): Buffer =>
  isBytes(value) ? Buffer.from(value.value, "latin1") : Buffer.from(value, "utf8");

/** A float as Python writes it: `2.0`, `1e-05`. */
export function floatText(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : value < 0 ? "-inf" : "inf";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e16)) return value.toExponential().replace(/e([+-])(\d)$/, "e$10$2");
  const text = Number.isInteger(size) ? `${size}.0` : String(size);
  return value < 0 || Object.is(value, -0) ? `-${text}` : text;
}

/** One character per code point; undefined for a number that is none, or that is half of a pair. */
export const character = (code: Pure | undefined): string | undefined =>
  typeof code === "number" && Number.isInteger(code) && code >= 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)
    ? String.fromCodePoint(code)
    : undefined;

/** undefined for what is longer than an evaluation may produce. */
export const withinLimit = (text: string | undefined): string | undefined =>
  text === undefined || text.length > PURE_LIMIT ? undefined : text;

export const isAscii = (text: string): boolean => !/[\u0080-\uffff]/.test(text);
