/** Decoders and encoders of both languages on constants: base64 and its kin, hex, compression, rot13, URL and character codecs. */
import zlib from "node:zlib";
import { deciphered, openSalted, scrypted, stretched } from "./ciphers.ts";
import { parseJson, parsePythonJson } from "./json.ts";
import { OLD_CODECS } from "./old-codecs.ts";
import { ByteString, bufferOf, character, isAscii, isBytes, isText, PURE_LIMIT, type Pure, rawOf, toBytes } from "./pure-value.ts";
import { intFromBytes } from "./python-numbers.ts";
import { PYTHON_TEXTS } from "./python-texts.ts";
import { maketrans } from "./python-translate.ts";
import { structPack, structSize, structUnpack } from "./struct-codec.ts";
import { decodeText, encodeText } from "./text-codecs.ts";
import { shellWords } from "./text-formats.ts";

type Codec = (input: Pure | undefined, ...rest: readonly (Pure | undefined)[]) => Pure | undefined;

const inflated = { maxOutputLength: PURE_LIMIT };

export function base64Decode(input: Pure | undefined): ByteString | undefined {
  // Characters outside the alphabet are skipped; what follows the padding is read differently by different decoders.
  const text = rawOf(input)?.replace(/[^A-Za-z0-9+/=]/g, "");
  return text === undefined || /=[^=]/.test(text) ? undefined : toBytes(Buffer.from(text, "base64"));
}

function base32Decode(input: Pure | undefined): ByteString | undefined {
  const text = rawOf(input)?.toUpperCase().replace(/=+$/, "");
  if (text === undefined) return undefined;
  let bits = 0;
  let held = 0;
  let out = "";
  for (const c of text) {
    const digit = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c);
    if (digit < 0) return undefined;
    held = ((held << 5) | digit) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      out += String.fromCharCode((held >> bits) & 0xff);
    }
  }
  return new ByteString(out);
}

/** Base 85 in groups of five digits; `offset` is the first digit's code for Ascii85, or an alphabet for RFC 1924. */
function base85Decode(input: Pure | undefined, alphabet: string): ByteString | undefined {
  const text = rawOf(input);
  if (text === undefined) return undefined;
  let out = "";
  for (let i = 0; i < text.length; i += 5) {
    const group = text.slice(i, i + 5);
    let value = 0;
    for (const c of group.padEnd(5, alphabet[84])) {
      const digit = alphabet.indexOf(c);
      if (digit < 0) return undefined;
      value = value * 85 + digit;
    }
    const bytes = [24, 16, 8, 0].map((shift) => String.fromCharCode(Math.floor(value / 2 ** shift) & 0xff)).join("");
    out += bytes.slice(0, group.length - 1);
  }
  return new ByteString(out);
}
const ASCII85 = Array.from({ length: 85 }, (_, i) => String.fromCharCode(33 + i)).join("");
const RFC1924 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~";

export function hexDecode(input: Pure | undefined): ByteString | undefined {
  const text = rawOf(input)?.replace(/\s/g, "");
  if (text === undefined || text.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(text)) return undefined;
  return toBytes(Buffer.from(text, "hex"));
}

/** Decompression bounded by PURE_LIMIT; a bomb is not evaluated. */
export function decompress(how: (data: Buffer) => Buffer): Codec {
  return (input) => {
    if (!isBytes(input)) return undefined;
    try {
      return toBytes(how(bufferOf(input)));
    } catch {
      return undefined;
    }
  };
}

export const inflate = decompress((data) => {
  try {
    return zlib.inflateSync(data, inflated);
  } catch {
    return zlib.inflateRawSync(data, inflated);
  }
});
export const gunzip = decompress((data) => zlib.gunzipSync(data, inflated));
export const unzip = decompress((data) => zlib.unzipSync(data, inflated));
export const inflateRaw = decompress((data) => zlib.inflateRawSync(data, inflated));
export const zstd = decompress((data) => zlib.zstdDecompressSync(data, inflated));
export const brotli = decompress((data) => zlib.brotliDecompressSync(data, inflated));

export function rot13(text: string): string {
  return text.replace(/[a-zA-Z]/g, (c) => {
    const base = c <= "Z" ? 65 : 97;
    return String.fromCharCode(((c.charCodeAt(0) - base + 13) % 26) + base);
  });
}

/** Python's `codecs.decode` and `bytes.decode`, the transforms included. */
export function codecsDecode(input: Pure | undefined, encoding: Pure | undefined, errors?: Pure): Pure | undefined {
  const name = isText(encoding) ? encoding.toLowerCase().replace(/[-_ ]/g, "") : "utf8";
  if (name === "rot13") return isText(input) ? rot13(input) : undefined;
  if (name === "hex" || name === "hexcodec") return hexDecode(input);
  if (name === "base64" || name === "base64codec") return base64Decode(input);
  if (name === "zlib" || name === "zip" || name === "zlibcodec") return inflate(input);
  if (name === "unicodeescape" || name === "stringescape") return unescapeText(rawOf(input));
  return decodeText(input, isText(encoding) ? encoding : "utf-8", errors);
}

function unescapeText(text: string | undefined): string | undefined {
  return text?.replace(
    /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{1,3})|([nrt\\'"]))/g,
    (_all, x, u, long, octal, simple) => {
      if (simple !== undefined) return ({ n: "\n", r: "\r", t: "\t" } as Record<string, string>)[simple] ?? simple;
      const code = octal !== undefined ? Number.parseInt(octal, 8) : Number.parseInt(x ?? u ?? long, 16);
      return character(code) ?? "\0";
    },
  );
}

export function percentDecode(text: Pure | undefined, plus = false): string | undefined {
  if (!isText(text)) return undefined;
  try {
    return decodeURIComponent(plus ? text.replace(/\+/g, " ") : text);
  } catch {
    return undefined;
  }
}

function decodeUri(text: Pure | undefined): string | undefined {
  try {
    return isText(text) ? decodeURI(text) : undefined;
  } catch {
    return undefined;
  }
}

/** JavaScript's `unescape`: %uXXXX and %XX. */
export const jsUnescape = (text: string): string =>
  text.replace(/%u([0-9a-fA-F]{4})|%([0-9a-fA-F]{2})/g, (_all, u, x) => String.fromCharCode(Number.parseInt(u ?? x, 16)));

const encodeBytes =
  (encoding: BufferEncoding): Codec =>
  (input) =>
    isBytes(input) ? toBytes(Buffer.from(bufferOf(input).toString(encoding), "latin1")) : undefined;
const mapBytes = (bytes: Pure | undefined, change: (text: string) => string): Pure | undefined =>
  isBytes(bytes) ? new ByteString(change(bytes.value)) : undefined;
const base64Lines: Codec = (input) => mapBytes(encodeBytes("base64")(input), (t) => t.replace(/.{1,76}/g, "$&\n"));
/** `quote` leaves `/` and letters, digits, `_.-~`. */
const percentEncode = (input: Pure | undefined): string | undefined =>
  isText(input) && input.isWellFormed()
    ? encodeURIComponent(input).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
    : undefined;
const urlEncode =
  (how: (text: string) => string): Codec =>
  (input) =>
    isText(input) && input.isWellFormed() ? how(input) : undefined;

/** A reference that is not known here leaves the whole text unknown. */
export function unescapeHtml(text: string): string | undefined {
  const names: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"' };
  let failed = false;
  const out = text.replace(/&(?:#(\d{1,7});|#[xX]([0-9a-fA-F]{1,6});|(amp|lt|gt|quot);)?/g, (all, d, x, n) => {
    const code = d !== undefined ? Number(d) : Number.parseInt(x ?? "", 16);
    const shown = n !== undefined ? names[n] : (code >= 32 && code < 127) || code > 0xa0 ? character(code) : undefined;
    if (shown === undefined && all !== "&") failed = true;
    return shown ?? all;
  });
  return failed || /&(?=[#\w])/.test(text.replace(/&(?:#\d+|#[xX][0-9a-fA-F]+|amp|lt|gt|quot);/g, "")) ? undefined : out;
}
const urlSafe: Codec = (input) => {
  const text = rawOf(input);
  return text === undefined ? undefined : base64Decode(text.replace(/-/g, "+").replace(/_/g, "/"));
};

/** Without the blanks that all lines begin with. */
function dedented(text: string): string {
  const lines = text.split("\n").map((line) => (/^[ \t]*$/.test(line) ? "" : line));
  const margins = lines.filter((line) => line !== "").map((line) => /^[ \t]*/.exec(line)?.[0].length ?? 0);
  const margin = Math.min(...margins, text.length);
  return lines.map((line) => line.slice(margin)).join("\n");
}

function queryLists(input: Pure | undefined): Pure | undefined {
  if (!isText(input)) return undefined;
  const query = new URLSearchParams(input);
  return Object.fromEntries([...new Set(query.keys())].map((name) => [name, query.getAll(name)]));
}

function base32Text(bytes: Buffer): string {
  const bits = [...bytes].map((b) => b.toString(2).padStart(8, "0")).join("");
  const groups = bits.match(/.{1,5}/g) ?? [];
  const text = groups.map((g) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".charAt(Number.parseInt(g.padEnd(5, "0"), 2))).join("");
  return text.padEnd(Math.ceil(text.length / 8) * 8, "=");
}

/** Words that need no quotes, as a command line. */
const plainWords: Codec = (input) =>
  Array.isArray(input) && input.every((w) => isText(w) && /^[\w@%+=:,./-]+$/.test(w) && isAscii(w)) ? input.join(" ") : undefined;
/** `shlex.quote`. */
export const quotedWord = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\"'\"'")}'`);

/** `codecs.encode(data, name)` of bytes. */
const BYTE_TRANSFORMS: Readonly<Record<string, Codec>> = { hex: encodeBytes("hex"), base64: base64Lines };

/** Python functions by canonical path. */
export const PYTHON_CODECS: Readonly<Record<string, Codec>> = {
  "base64.b64decode": base64Decode,
  "base64.standard_b64decode": base64Decode,
  "base64.decodebytes": base64Decode,
  "base64.urlsafe_b64decode": urlSafe,
  "base64.b64encode": encodeBytes("base64"),
  "base64.encodebytes": base64Lines,
  "base64.urlsafe_b64encode": (input) => mapBytes(encodeBytes("base64")(input), (t) => t.replace(/\+/g, "-").replace(/\//g, "_")),
  "base64.b32decode": base32Decode,
  "base64.b16decode": hexDecode,
  "base64.b85decode": (input) => base85Decode(input, RFC1924),
  "base64.a85decode": (input) =>
    base85Decode(
      rawOf(input)
        ?.replace(/\s/g, "")
        .replace(/^<~([\s\S]*)~>$/, "$1"),
      ASCII85,
    ),
  "binascii.unhexlify": hexDecode,
  "binascii.a2b_hex": hexDecode,
  "binascii.hexlify": encodeBytes("hex"),
  "binascii.b2a_hex": encodeBytes("hex"),
  "binascii.a2b_base64": base64Decode,
  "binascii.b2a_base64": (input) => mapBytes(encodeBytes("base64")(input), (t) => `${t}\n`),
  "bytes.fromhex": hexDecode,
  "bytearray.fromhex": hexDecode,
  "builtins.bytes.fromhex": hexDecode,
  "builtins.bytearray.fromhex": hexDecode,
  "builtins.int.from_bytes": (data, order, signed) => intFromBytes(data, order, signed === true),
  "builtins.str.maketrans": (...args) => maketrans(args),
  ...OLD_CODECS,
  ...PYTHON_TEXTS,
  "zlib.decompress": inflate,
  "gzip.decompress": gunzip,
  "zlib.compress": (input) => (isBytes(input) ? toBytes(zlib.deflateSync(bufferOf(input))) : undefined),
  "gzip.compress": (input) => (isBytes(input) ? toBytes(zlib.gzipSync(bufferOf(input))) : undefined),
  "codecs.decode": (input, encoding) => codecsDecode(input, encoding),
  "codecs.encode": (input, encoding, errors) =>
    isText(encoding) && /^rot_?13$/i.test(encoding) && isText(input)
      ? rot13(input)
      : isText(input)
        ? encodeText(input, encoding, errors)
        : isText(encoding)
          ? BYTE_TRANSFORMS[encoding.toLowerCase().replace(/[-_ ]|codec$/g, "")]?.(input)
          : undefined,
  "urllib.parse.unquote": (input) => percentDecode(input),
  "urllib.parse.unquote_plus": (input) => percentDecode(input, true),
  "urllib.parse.quote": (input, ...rest) => (rest.length > 0 ? undefined : percentEncode(input)?.replace(/%2F/g, "/")),
  "urllib.parse.quote_plus": (input, ...rest) => (rest.length > 0 ? undefined : percentEncode(input)?.replace(/%20/g, "+")),
  "html.unescape": (input) => (isText(input) ? unescapeHtml(input) : undefined),
  "json.loads": (input) => parsePythonJson(rawOf(input)),
  "shlex.split": (input, comments) => (isText(input) ? shellWords(input, comments === true) : undefined),
  "struct.unpack": (format, data) => structUnpack(format, data),
  "struct.calcsize": (format) => structSize(format),
  "struct.pack": (format, ...given) => structPack(format, ...given),
  "textwrap.dedent": (input) => (isText(input) ? dedented(input) : undefined),
  "urllib.parse.parse_qs": (input) => queryLists(input),
  "urllib.parse.parse_qsl": (input) => (isText(input) ? [...new URLSearchParams(input)] : undefined),
  "base64.b32encode": (input) => (isBytes(input) ? toBytes(Buffer.from(base32Text(bufferOf(input)))) : undefined),
  "shlex.join": (input) => (Array.isArray(input) && input.every(isText) ? input.map(quotedWord).join(" ") : undefined),
  "subprocess.list2cmdline": plainWords,
};

const bufferFrom: Codec = (input, encoding) => {
  if (Array.isArray(input)) return input.every((n) => typeof n === "number") ? toBytes(Buffer.from(input as number[])) : undefined;
  if (isBytes(input)) return input;
  if (!isText(input)) return undefined;
  const name = isText(encoding) && Buffer.isEncoding(encoding) ? encoding : "utf8";
  return toBytes(Buffer.from(input, name as BufferEncoding));
};

/** JavaScript functions by canonical path. */
export const JAVASCRIPT_CODECS: Readonly<Record<string, Codec>> = {
  "globalThis.atob": (input) => base64Decode(input)?.value,
  "globalThis.btoa": (input) =>
    isText(input) && !/[^\u0000-\u00ff]/.test(input) ? Buffer.from(input, "latin1").toString("base64") : undefined,
  "globalThis.decodeURIComponent": (input) => percentDecode(input),
  "globalThis.decodeURI": (input) => decodeUri(input),
  "globalThis.encodeURIComponent": urlEncode(encodeURIComponent),
  "globalThis.encodeURI": urlEncode(encodeURI),
  "globalThis.unescape": (input) => (isText(input) ? jsUnescape(input) : undefined),
  "globalThis.parseInt": (input, radix) =>
    isText(input) ? Number.parseInt(input, typeof radix === "number" ? radix : undefined) : undefined,
  "globalThis.parseFloat": (input) => (isText(input) ? Number.parseFloat(input) : undefined),
  "globalThis.Number": (input) => (isText(input) || typeof input === "number" || typeof input === "bigint" ? Number(input) : undefined),
  "globalThis.String.fromCharCode": (...codes) =>
    codes.every((c) => typeof c === "number") ? codes.map((c) => String.fromCharCode(c as number)).join("") : undefined,
  "globalThis.String.fromCodePoint": (...codes) =>
    codes.every((c) => character(c) !== undefined) ? codes.map((c) => character(c)).join("") : undefined,
  "globalThis.Buffer.from": bufferFrom,
  "buffer.Buffer.from": bufferFrom,
  "zlib.inflateSync": inflate,
  "zlib.gunzipSync": gunzip,
  "zlib.unzipSync": unzip,
  "zlib.inflateRawSync": inflateRaw,
  "zlib.brotliDecompressSync": brotli,
  "zlib.zstdDecompressSync": zstd,
  "written.deciphered": deciphered,
  "crypto-js.AES.decrypt": openSalted,
  "crypto.pbkdf2Sync": stretched,
  "crypto.scryptSync": scrypted,
  "querystring.parse": (input) => (isText(input) ? Object.fromEntries(new URLSearchParams(input)) : undefined),
  "globalThis.Uint8Array.fromBase64": (input) => (isText(input) ? toBytes(Buffer.from(input, "base64")) : undefined),
  "globalThis.Uint8Array.fromHex": (input) => (isText(input) ? toBytes(Buffer.from(input, "hex")) : undefined),
  "globalThis.JSON.parse": (input) => parseJson(rawOf(input)),
};
