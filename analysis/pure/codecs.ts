/** Decoders and encoders of both languages on constants: base64 and its kin, hex, compression, rot13, URL and character codecs. */
import zlib from "node:zlib";
import { ByteString, bufferOf, isBytes, isText, PURE_LIMIT, type Pure, rawOf, toBytes } from "./pure-value.ts";

type Codec = (input: Pure | undefined, ...rest: readonly (Pure | undefined)[]) => Pure | undefined;

const inflated = { maxOutputLength: PURE_LIMIT };

export function base64Decode(input: Pure | undefined): ByteString | undefined {
  const text = rawOf(input);
  return text === undefined ? undefined : toBytes(Buffer.from(text, "base64"));
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
  const text = rawOf(input)?.replace(/\s|<~|~>/g, "");
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
export const brotli = decompress((data) => zlib.brotliDecompressSync(data, inflated));

export function rot13(text: string): string {
  return text.replace(/[a-zA-Z]/g, (c) => {
    const base = c <= "Z" ? 65 : 97;
    return String.fromCharCode(((c.charCodeAt(0) - base + 13) % 26) + base);
  });
}

/** bytes -> str in a Python encoding; undefined for an encoding that is not known. */
export function decodeText(input: Pure | undefined, encoding = "utf-8"): string | undefined {
  if (!isBytes(input)) return undefined;
  const name = encoding.toLowerCase().replace(/[_ ]/g, "-");
  if (/^(utf-?8|ascii|us-ascii|utf-8-sig)$/.test(name))
    return bufferOf(input)
      .toString("utf8")
      .replace(/^\ufeff/, "");
  if (/^(latin-?1|iso-8859-1|cp1252|binary|raw)$/.test(name)) return input.value;
  if (/^utf-?16(-?le)?$/.test(name))
    return bufferOf(input)
      .toString("utf16le")
      .replace(/^\ufeff/, "");
  if (/^(hex|base64|rot-?13|unicode-escape|raw-unicode-escape)/.test(name)) return undefined;
  return undefined;
}

/** Python's `codecs.decode` and `bytes.decode`, the transforms included. */
export function codecsDecode(input: Pure | undefined, encoding: Pure | undefined): Pure | undefined {
  const name = isText(encoding) ? encoding.toLowerCase().replace(/[-_ ]/g, "") : "utf8";
  if (name === "rot13") return isText(input) ? rot13(input) : undefined;
  if (name === "hex" || name === "hexcodec") return hexDecode(input);
  if (name === "base64" || name === "base64codec") return base64Decode(input);
  if (name === "zlib" || name === "zip" || name === "zlibcodec") return inflate(input);
  if (name === "unicodeescape" || name === "stringescape") return unescapeText(rawOf(input));
  return decodeText(input, isText(encoding) ? encoding : "utf-8");
}

function unescapeText(text: string | undefined): string | undefined {
  return text?.replace(
    /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{1,3})|([nrt\\'"]))/g,
    (_all, x, u, long, octal, simple) => {
      if (simple !== undefined) return ({ n: "\n", r: "\r", t: "\t" } as Record<string, string>)[simple] ?? simple;
      const code = octal !== undefined ? Number.parseInt(octal, 8) : Number.parseInt(x ?? u ?? long, 16);
      return code > 0x10ffff ? "" : String.fromCodePoint(code);
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

/** JavaScript's `unescape`: %uXXXX and %XX. */
export const jsUnescape = (text: string): string =>
  text.replace(/%u([0-9a-fA-F]{4})|%([0-9a-fA-F]{2})/g, (_all, u, x) => String.fromCharCode(Number.parseInt(u ?? x, 16)));

const encodeBytes =
  (encoding: BufferEncoding): Codec =>
  (input) =>
    isBytes(input) ? toBytes(Buffer.from(bufferOf(input).toString(encoding), "latin1")) : undefined;
const urlSafe: Codec = (input) => {
  const text = rawOf(input);
  return text === undefined ? undefined : base64Decode(text.replace(/-/g, "+").replace(/_/g, "/"));
};

/** Python functions by canonical path. */
export const PYTHON_CODECS: Readonly<Record<string, Codec>> = {
  "base64.b64decode": base64Decode,
  "base64.standard_b64decode": base64Decode,
  "base64.decodebytes": base64Decode,
  "base64.urlsafe_b64decode": urlSafe,
  "base64.b64encode": encodeBytes("base64"),
  "base64.encodebytes": encodeBytes("base64"),
  "base64.urlsafe_b64encode": encodeBytes("base64url"),
  "base64.b32decode": base32Decode,
  "base64.b16decode": hexDecode,
  "base64.b85decode": (input) => base85Decode(input, RFC1924),
  "base64.a85decode": (input) => base85Decode(input, ASCII85),
  "binascii.unhexlify": hexDecode,
  "binascii.a2b_hex": hexDecode,
  "binascii.hexlify": encodeBytes("hex"),
  "binascii.b2a_hex": encodeBytes("hex"),
  "binascii.a2b_base64": base64Decode,
  "binascii.b2a_base64": encodeBytes("base64"),
  "bytes.fromhex": hexDecode,
  "bytearray.fromhex": hexDecode,
  "builtins.bytes.fromhex": hexDecode,
  "builtins.bytearray.fromhex": hexDecode,
  "zlib.decompress": inflate,
  "gzip.decompress": gunzip,
  "zlib.compress": (input) => (isBytes(input) ? toBytes(zlib.deflateSync(bufferOf(input))) : undefined),
  "gzip.compress": (input) => (isBytes(input) ? toBytes(zlib.gzipSync(bufferOf(input))) : undefined),
  "codecs.decode": (input, encoding) => codecsDecode(input, encoding),
  "codecs.encode": (input, encoding) =>
    isText(encoding) && /rot_?13/i.test(encoding) && isText(input)
      ? rot13(input)
      : isText(input)
        ? toBytes(Buffer.from(input, "utf8"))
        : undefined,
  "urllib.parse.unquote": (input) => percentDecode(input),
  "urllib.parse.unquote_plus": (input) => percentDecode(input, true),
  "urllib.parse.quote": (input) => (isText(input) ? encodeURIComponent(input) : undefined),
  "urllib.parse.quote_plus": (input) => (isText(input) ? encodeURIComponent(input) : undefined),
  "html.unescape": (input) =>
    isText(input)
      ? input.replace(/&(?:#(\d+)|#x([0-9a-fA-F]+)|(amp|lt|gt|quot));/g, (_a, d, x, n) =>
          n !== undefined
            ? (({ amp: "&", lt: "<", gt: ">", quot: '"' } as Record<string, string>)[n] ?? "")
            : String.fromCodePoint(Math.min(0x10ffff, Number.parseInt(d ?? x, d === undefined ? 16 : 10))),
        )
      : undefined,
  "json.loads": (input) => parseJson(rawOf(input)),
  "json.dumps": (input) => stringifyJson(input),
  "shlex.split": (input) => (isText(input) && !/["'\\]/.test(input) ? input.split(/\s+/).filter((w) => w !== "") : undefined),
  "shlex.join": (input) => (Array.isArray(input) && input.every(isText) ? input.join(" ") : undefined),
};

export function parseJson(text: string | undefined): Pure | undefined {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as Pure;
  } catch {
    return undefined;
  }
}

export function stringifyJson(value: Pure | undefined): string | undefined {
  const text = JSON.stringify(value, (_key, item) => (typeof item === "bigint" || item instanceof ByteString ? undefined : item));
  return text === undefined || text.length > PURE_LIMIT ? undefined : text;
}

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
  "globalThis.btoa": (input) => (isText(input) ? Buffer.from(input, "latin1").toString("base64") : undefined),
  "globalThis.decodeURIComponent": (input) => percentDecode(input),
  "globalThis.decodeURI": (input) => percentDecode(input),
  "globalThis.encodeURIComponent": (input) => (isText(input) ? encodeURIComponent(input) : undefined),
  "globalThis.encodeURI": (input) => (isText(input) ? encodeURI(input) : undefined),
  "globalThis.unescape": (input) => (isText(input) ? jsUnescape(input) : undefined),
  "globalThis.parseInt": (input, radix) =>
    isText(input) ? Number.parseInt(input, typeof radix === "number" ? radix : undefined) : undefined,
  "globalThis.parseFloat": (input) => (isText(input) ? Number.parseFloat(input) : undefined),
  "globalThis.Number": (input) => (isText(input) || typeof input === "number" ? Number(input) : undefined),
  "globalThis.String.fromCharCode": (...codes) =>
    codes.every((c) => typeof c === "number") ? String.fromCharCode(...(codes as number[])) : undefined,
  "globalThis.String.fromCodePoint": (...codes) =>
    codes.every((c) => typeof c === "number" && c >= 0 && c <= 0x10ffff) ? String.fromCodePoint(...(codes as number[])) : undefined,
  "globalThis.Buffer.from": bufferFrom,
  "buffer.Buffer.from": bufferFrom,
  "zlib.inflateSync": inflate,
  "zlib.gunzipSync": gunzip,
  "zlib.unzipSync": unzip,
  "zlib.inflateRawSync": inflateRaw,
  "zlib.brotliDecompressSync": brotli,
  "globalThis.JSON.parse": (input) => parseJson(rawOf(input)),
  "globalThis.JSON.stringify": (input) => stringifyJson(input),
};
