/** Python's rarer codecs on constants: base 85 in both alphabets, quoted-printable, uuencode, and what `bz2` and `lzma` themselves packed. */
import { ByteString, bufferOf, isBytes, type Pure, rawOf, toBytes } from "./pure-value.ts";

type Codec = (input: Pure | undefined) => Pure | undefined;

const RFC1924 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~";
const ASCII85 = Array.from({ length: 85 }, (_, i) => String.fromCharCode(33 + i)).join("");

/** Four bytes become five digits; the last group is as long as it has to be. */
function base85(input: Pure | undefined, alphabet: string): ByteString | undefined {
  if (!isBytes(input)) return undefined;
  let out = "";
  for (let i = 0; i < input.value.length; i += 4) {
    const group = input.value.slice(i, i + 4);
    let value = [...group.padEnd(4, "\0")].reduce((sum, c) => sum * 256 + c.charCodeAt(0), 0);
    let digits = "";
    for (let d = 0; d < 5; d++) {
      digits = alphabet.charAt(value % 85) + digits;
      value = Math.floor(value / 85);
    }
    out += alphabet === ASCII85 && digits === "!!!!!" && group.length === 4 ? "z" : digits.slice(0, group.length + 1);
  }
  return new ByteString(out);
}

const quotedDecode: Codec = (input) => {
  const text = rawOf(input);
  if (text === undefined) return undefined;
  const joined = text.replace(/=[ \t]*\r?\n/g, "");
  return new ByteString(joined.replace(/=([0-9A-Fa-f]{2})/g, (_all, hex) => String.fromCharCode(Number.parseInt(hex, 16))));
};

const quotedEncode: Codec = (input) =>
  isBytes(input)
    ? new ByteString(
        input.value.replace(/[=\x00-\x08\x0b-\x1f\x7f-\xff]/g, (c) => `=${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`),
      )
    : undefined;

/** One line: its length, then three bytes in four characters each. */
const uuDecode: Codec = (input) => {
  const line = rawOf(input)?.replace(/\r?\n$/, "");
  if (line === undefined || line === "" || /[^ -`]/.test(line)) return undefined;
  const bits = [...line].map((c) => (c.charCodeAt(0) - 32) & 63);
  const [length = 0, ...groups] = bits;
  let out = "";
  for (let i = 0; i < groups.length; i += 4) {
    const word = [0, 1, 2, 3].reduce((sum, k) => sum * 64 + (groups[i + k] ?? 0), 0);
    out += String.fromCharCode((word >> 16) & 255, (word >> 8) & 255, word & 255);
  }
  return new ByteString(out.slice(0, length));
};

const uuEncode: Codec = (input) => {
  if (!isBytes(input) || input.value.length > 45) return undefined;
  const bytes = bufferOf(input);
  let out = String.fromCharCode(32 + bytes.length);
  for (let i = 0; i < bytes.length; i += 3) {
    const word = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    for (const shift of [18, 12, 6, 0]) out += String.fromCharCode(32 + ((word >> shift) & 63));
  }
  return new ByteString(`${out}\n`);
};

/** What is not unpacked here is packed as itself behind a mark: only what the program packed comes out of it again. */
const packed =
  (mark: string): Codec =>
  (input) =>
    isBytes(input) ? new ByteString(mark + input.value) : undefined;
const unpacked =
  (mark: string): Codec =>
  (input) =>
    isBytes(input) && input.value.startsWith(mark) ? new ByteString(input.value.slice(mark.length)) : undefined;

export const OLD_CODECS: Readonly<Record<string, Codec>> = {
  "base64.b85encode": (input) => base85(input, RFC1924),
  "base64.a85encode": (input) => base85(input, ASCII85),
  "base64.b16encode": (input) => (isBytes(input) ? toBytes(Buffer.from(bufferOf(input).toString("hex").toUpperCase())) : undefined),
  "quopri.decodestring": quotedDecode,
  "quopri.encodestring": quotedEncode,
  "binascii.a2b_qp": quotedDecode,
  "binascii.b2a_qp": quotedEncode,
  "binascii.a2b_uu": uuDecode,
  "binascii.b2a_uu": uuEncode,
  "bz2.compress": packed("BZh9\0"),
  "bz2.decompress": unpacked("BZh9\0"),
  "lzma.compress": packed("\xfd7zXZ\0\0"),
  "lzma.decompress": unpacked("\xfd7zXZ\0\0"),
};
