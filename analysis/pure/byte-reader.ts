/** Reads numbers and spans out of bytes (one character each); beyond the end everything is a fault. */

export class Unreadable extends Error {
  override readonly name = "Unreadable";
}

export class ByteReader {
  readonly #data: string;
  #at: number;
  readonly #end: number;

  constructor(data: string, from = 0, end = data.length) {
    this.#data = data;
    this.#at = from;
    this.#end = end;
  }
  get done(): boolean {
    return this.#at >= this.#end;
  }
  byte(): number {
    if (this.#at >= this.#end) throw new Unreadable("the bytes end too early");
    return this.#data.charCodeAt(this.#at++);
  }
  /** The next byte, which stays; -1 at the end. */
  peek(): number {
    return this.done ? -1 : this.#data.charCodeAt(this.#at);
  }
  text(length: number): string {
    if (length < 0 || length > this.#end - this.#at) throw new Unreadable("the bytes end too early");
    this.#at += length;
    return this.#data.slice(this.#at - length, this.#at);
  }
  /** A part of this reader of its own. */
  part(length: number): ByteReader {
    const from = this.#at;
    this.text(length);
    return new ByteReader(this.#data, from, from + length);
  }
  /** Little-endian, unsigned. */
  unsigned(width: 1 | 2 | 4): number {
    let value = 0;
    for (let i = 0; i < width; i++) value += this.byte() * 2 ** (8 * i);
    return value;
  }
  signed(width: 2 | 4): number {
    const value = this.unsigned(width);
    return value >= 2 ** (8 * width - 1) ? value - 2 ** (8 * width) : value;
  }
  /** Unsigned LEB128 of 32 bits. */
  leb(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new Unreadable("a number is too long");
  }
}

export const utf8Of = (bytes: string): string => Buffer.from(bytes, "latin1").toString("utf8");
