/** Python's character encodings on constants; where Python would raise or the table is not known, nothing is evaluated. */
import { ByteString, bufferOf, isAscii, isBytes, isText, type Pure, toBytes } from "./pure-value.ts";

const plainName = (encoding: string): string => encoding.toLowerCase().replace(/[-_ ]/g, "");

/** bytes -> str; undefined for an encoding that is not known and for bytes that are not valid in it. */
export function decodeText(input: Pure | undefined, encoding = "utf-8", errors?: Pure): string | undefined {
  if (!isBytes(input)) return undefined;
  const name = plainName(encoding);
  if (name === "ascii" || name === "usascii") {
    const text = errors === "ignore" ? input.value.replace(/[\u0080-\u00ff]/g, "") : input.value;
    return isAscii(text) ? text : undefined;
  }
  if (name === "utf8" && errors === "replace") return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bufferOf(input));
  if (name === "utf8") return strictly("utf-8", input);
  if (name === "utf8sig") return strictly("utf-8", input)?.replace(/^\ufeff/, "");
  if (name === "latin1" || name === "iso88591") return input.value;
  if (name === "cp1252" || name === "windows1252") return /[\u0080-\u009f]/.test(input.value) ? undefined : input.value;
  if (name === "utf16le") return strictly("utf-16le", input);
  if (name === "utf16") return input.value.startsWith("\xfe\xff") ? undefined : strictly("utf-16le", input)?.replace(/^\ufeff/, "");
  return undefined;
}

function strictly(label: string, input: ByteString): string | undefined {
  try {
    return new TextDecoder(label, { fatal: true, ignoreBOM: true }).decode(bufferOf(input));
  } catch {
    return undefined;
  }
}

/** str -> bytes. */
export function encodeText(text: string, encoding: Pure | undefined, errors?: Pure): Pure | undefined {
  const name = isText(encoding) ? plainName(encoding) : "utf8";
  if (!text.isWellFormed()) return undefined;
  if (name === "utf8") return toBytes(Buffer.from(text, "utf8"));
  if (name === "utf16le") return toBytes(Buffer.from(text, "utf16le"));
  if (name === "ascii") return limited(text, /[^\0-\x7f]/gu, errors);
  return name === "latin1" || name === "iso88591" ? limited(text, /[^\0-\xff]/gu, errors) : undefined;
}

function limited(text: string, outside: RegExp, errors: Pure | undefined): ByteString | undefined {
  const code = (c: string): number => c.codePointAt(0) as number;
  const left =
    errors === "replace"
      ? text.replace(outside, "?")
      : errors === "ignore"
        ? text.replace(outside, "")
        : errors === "xmlcharrefreplace"
          ? text.replace(outside, (c) => `&#${code(c)};`)
          : errors === "backslashreplace"
            ? text.replace(outside, (c) =>
                code(c) < 256 ? `\\x${code(c).toString(16).padStart(2, "0")}` : `\\u${code(c).toString(16).padStart(4, "0")}`,
              )
            : text;
  return left.search(outside) < 0 ? new ByteString(left) : undefined;
}
