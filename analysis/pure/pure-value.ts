/** Concrete values that pure library functions are evaluated on; `undefined` as a result means "not evaluated". */

/** Python bytes and Node Buffers: one character per byte. */
export class ByteString {
  readonly value: string;
  constructor(value: string) {
    this.value = value;
  }
}

export type Pure = string | ByteString | number | bigint | boolean | null | readonly Pure[] | PureRecord;
export type PureRecord = { readonly [key: string]: Pure };

/** Largest text or byte string that an evaluation may produce, in characters. */
export const PURE_LIMIT = 65_536;

export const isText = (value: Pure | undefined): value is string => typeof value === "string";
export const isBytes = (value: Pure | undefined): value is ByteString => value instanceof ByteString;
/** Text of a str or of bytes. */
export const rawOf = (value: Pure | undefined): string | undefined => (isText(value) ? value : isBytes(value) ? value.value : undefined);
export const toBytes = (buffer: Uint8Array): ByteString => new ByteString(Buffer.from(buffer).toString("latin1"));
export const bufferOf = (value: ByteString | string): Buffer =>
  isBytes(value) ? Buffer.from(value.value, "latin1") : Buffer.from(value, "utf8");

/** One character per code point; undefined for a number that is none, or that is half of a pair. */
export const character = (code: Pure | undefined): string | undefined =>
  typeof code === "number" && Number.isInteger(code) && code >= 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)
    ? String.fromCodePoint(code)
    : undefined;

/** undefined for what is longer than an evaluation may produce. */
export const withinLimit = (text: string | undefined): string | undefined =>
  text === undefined || text.length > PURE_LIMIT ? undefined : text;

export const isAscii = (text: string): boolean => !/[\u0080-\uffff]/.test(text);
