/** TextEncoder, TextDecoder and structuredClone for the guest, which V8 alone does not bring. Compiled there: see guest-natives.ts. */
import { hasBrand, type Natives } from "./guest-natives.ts";
import { plainProperty } from "./guest-result.ts";

/** UTF-8 of well-formed text; lone surrogates become U+FFFD (Encoding Standard). */
export function encodeUtf8(n: Natives, given: unknown): Uint8Array {
  const text = n.toText(given);
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    const point = n.call(n.pointAt, text, i)!;
    length += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    if (point > 0xffff) i++;
  }
  const bytes = new n.Uint8Array(length);
  let at = 0;
  for (let i = 0; i < text.length; i++) {
    let point = n.call(n.pointAt, text, i)!;
    if (point > 0xffff) i++;
    if (point >= 0xd800 && point < 0xe000) point = 0xfffd;
    if (point < 0x80) {
      bytes[at++] = point;
      continue;
    }
    const rest = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
    bytes[at++] = [0, 0xc0, 0xe0, 0xf0][rest]! | (point >> (6 * rest));
    for (let left = rest - 1; left >= 0; left--) bytes[at++] = 0x80 | ((point >> (6 * left)) & 0x3f);
  }
  return bytes;
}

/** Text of UTF-8 bytes; anything malformed becomes U+FFFD. */
export function decodeUtf8(n: Natives, bytes: ArrayLike<number>): string {
  let text = "";
  for (let i = 0; i < bytes.length; ) {
    const first = bytes[i++]!;
    const rest =
      first < 0x80 ? 0 : first >= 0xc2 && first < 0xe0 ? 1 : first >= 0xe0 && first < 0xf0 ? 2 : first >= 0xf0 && first < 0xf5 ? 3 : -1;
    let point = rest <= 0 ? first : first & (0x3f >> rest);
    let left = rest;
    while (left > 0 && i < bytes.length && (bytes[i]! & 0xc0) === 0x80) {
      point = (point << 6) | (bytes[i++]! & 0x3f);
      left--;
    }
    const wrong = rest < 0 || left > 0 || (rest === 2 && (point < 0x800 || (point >= 0xd800 && point < 0xe000)));
    text += n.fromCodePoint(wrong || point > 0x10ffff || (rest === 3 && point < 0x10000) ? 0xfffd : point);
  }
  return text;
}

export function installText(n: Natives, define: (name: string, value: unknown) => void): void {
  define(
    "TextEncoder",
    class TextEncoder {
      readonly encoding = "utf-8";
      encode(text: unknown = "") {
        return encodeUtf8(n, text);
      }
    },
  );
  define(
    "TextDecoder",
    class TextDecoder {
      readonly encoding = "utf-8";
      constructor(label: unknown = "utf-8") {
        const name = n.toText(label);
        if (name !== "utf-8" && name !== "utf8" && name !== "UTF-8") throw new n.TypeError("only utf-8 is supported");
      }
      decode(bytes?: ArrayBuffer | ArrayBufferView) {
        if (bytes === undefined) return "";
        if (!n.isView(bytes)) return decodeUtf8(n, new n.Uint8Array(bytes));
        return decodeUtf8(n, new n.Uint8Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength));
      }
    },
  );
  define("structuredClone", (value: unknown) => cloneValue(n, value, new n.Map()));
}

/** Deep copy of plain data, dates, maps, sets and errors, cycles kept. Functions and symbols are refused, as in browsers. */
function cloneValue(n: Natives, value: unknown, seen: Map<unknown, unknown>): unknown {
  if (typeof value === "function" || typeof value === "symbol") throw new n.TypeError(`a ${typeof value} cannot be cloned`);
  if (typeof value !== "object" || value === null) return value;
  if (n.call(n.mapHas, seen, value)) return n.call(n.mapGet, seen, value);
  const keep = <T>(copy: T): T => {
    n.call(n.mapSet, seen, value, copy);
    return copy;
  };
  if (hasBrand(n, n.dateText, value)) return keep(new n.Date(n.call(n.dateText, value)));
  if (n.isView(value)) return keep(n.call(n.sliceView, value));
  if (hasBrand(n, n.mapSize, value)) {
    const copy = keep(new n.Map());
    n.call(n.mapEach, value, (item: unknown, key: unknown) => n.call(n.mapSet, copy, cloneValue(n, key, seen), cloneValue(n, item, seen)));
    return copy;
  }
  if (hasBrand(n, n.setSize, value)) {
    const copy = keep(new n.Set());
    n.call(n.setEach, value, (item: unknown) => n.call(n.setAdd, copy, cloneValue(n, item, seen)));
    return copy;
  }
  const copy = keep(n.isArray(value) ? [] : {});
  const names = n.keys(value);
  for (let i = 0; i < names.length; i++) {
    n.define(copy, names[i]!, plainProperty(cloneValue(n, (value as Record<string, unknown>)[names[i]!], seen)));
  }
  if (n.isArray(value)) (copy as unknown[]).length = value.length;
  return copy;
}

/** What the isolate is given of this file, as text. */
export const TEXT_FUNCTIONS: readonly ((...given: never[]) => unknown)[] = [encodeUtf8, decodeUtf8, installText, cloneValue];
