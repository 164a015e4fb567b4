/** Functions of Python's library that make texts of texts: `re.escape`, `textwrap.indent`, `html.escape`, paths and addresses in parts. */
import { ByteString, isBytes, isText, type Pure, rawOf } from "./pure-value.ts";

type Given = Pure | undefined;
type PureFunction = (...given: readonly Given[]) => Pure | undefined;

const ofText =
  (make: (text: string) => Pure | undefined): PureFunction =>
  (text, ...others) =>
    isText(text) && others.length === 0 ? make(text) : undefined;

/** Dots and slashes as `os.path.normpath` takes them away; two slashes at the start stay. */
export function normalPath(path: string): string {
  const root = /^\/\/(?!\/)/.test(path) ? "//" : path.startsWith("/") ? "/" : "";
  const out: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== ".." || (root === "" && (out.length === 0 || out.at(-1) === ".."))) out.push(part);
    else out.pop();
  }
  return root + out.join("/") || ".";
}

function withoutExtension(path: string): [string, string] {
  const base = path.slice(path.lastIndexOf("/") + 1);
  const dot = base.replace(/^\.+/, (dots) => "_".repeat(dots.length)).lastIndexOf(".");
  const cut = dot < 0 ? path.length : path.length - base.length + dot;
  return [path.slice(0, cut), path.slice(cut)];
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;" };

/** `quote_plus` of each name and value. */
const quotedPlus = (value: Pure): string | undefined =>
  isText(value) || typeof value === "number" || typeof value === "bigint"
    ? encodeURIComponent(String(value))
        .replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
        .replaceAll("%20", "+")
    : undefined;

function queryText(data: Given): string | undefined {
  if (data === null || typeof data !== "object" || isBytes(data)) return undefined;
  const pairs = (Array.isArray(data) ? data : Object.entries(data)) as readonly (readonly Pure[])[];
  const shown = pairs.map((pair) => {
    const [key, value] = Array.isArray(pair) && pair.length === 2 ? (pair as [Pure, Pure]) : [null, null];
    const [a, b] = [quotedPlus(key), quotedPlus(value)];
    return a === undefined || b === undefined ? undefined : `${a}=${b}`;
  });
  return shown.includes(undefined) ? undefined : shown.join("&");
}

/** Of addresses of the web both languages agree. */
function joinedUrl(base: Given, url: Given): string | undefined {
  if (!isText(base) || !isText(url) || !/^https?:\/\/[\w.:-]+(\/[\w./-]*)?$/.test(base) || !/^[\w./-]+$/.test(url)) return undefined;
  return url.startsWith("//") ? undefined : URL.parse(url, base)?.href;
}

const integers = (given: readonly Given[]): readonly bigint[] | null =>
  given.every((n) => typeof n === "bigint" || (typeof n === "number" && Number.isInteger(n)))
    ? given.map((n) => BigInt(n as number))
    : null;
const small = (value: bigint): number | bigint => (value <= 9007199254740991n && value >= -9007199254740991n ? Number(value) : value);
const greatest = (a: bigint, b: bigint): bigint => (b === 0n ? (a < 0n ? -a : a) : greatest(b, a % b));
/** Larger ones are not what a text is made of. */
const LARGEST = 200n;

function product(from: bigint, to: bigint): bigint {
  let out = 1n;
  for (let n = from; n <= to; n++) out *= n;
  return out;
}

const ofIntegers =
  (count: number, make: (...n: bigint[]) => bigint | undefined): PureFunction =>
  (...given) => {
    const numbers = given.length === count ? integers(given) : null;
    const made = numbers === null ? undefined : make(...numbers);
    return made === undefined ? undefined : small(made);
  };

const rounded =
  (make: (n: number) => number): PureFunction =>
  (value) =>
    typeof value === "number" && Number.isSafeInteger(make(value)) ? make(value) : undefined;

function translation(from: Given, to: Given): ByteString | undefined {
  if (!isBytes(from) || !isBytes(to) || from.value.length !== to.value.length) return undefined;
  const table = Array.from({ length: 256 }, (_v, i) => String.fromCharCode(i));
  [...from.value].forEach((c, i) => {
    table[c.charCodeAt(0)] = to.value.charAt(i);
  });
  return new ByteString(table.join(""));
}

function indented(text: Given, prefix: Given): string | undefined {
  if (!isText(text) || !isText(prefix)) return undefined;
  return text.replace(/[^\n]*\n|[^\n]+/g, (line) => (line.trim() === "" ? line : prefix + line));
}

/** By the path of each. */
export const PYTHON_TEXTS: Readonly<Record<string, PureFunction>> = {
  "re.escape": ofText((text) => text.replace(/[-.*+?^${}()|[\]\\&~#\s]/g, "\\$&")),
  "textwrap.indent": (text, prefix, ...others) => (others.length === 0 ? indented(text, prefix) : undefined),
  "html.escape": ofText((text) => text.replace(/[&<>"']/g, (c) => ENTITIES[c] ?? c)),
  "string.capwords": ofText((text) =>
    text
      .trim()
      .split(/\s+/)
      .map((word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase())
      .join(" "),
  ),
  "os.path.splitext": ofText(withoutExtension),
  "posixpath.splitext": ofText(withoutExtension),
  "urllib.parse.urlencode": (data, ...others) => (others.length === 0 ? queryText(data) : undefined),
  "urllib.parse.urljoin": joinedUrl,
  "builtins.bytes.maketrans": translation,
  "builtins.bytearray.maketrans": translation,
  "unicodedata.normalize": (form, text) => (isText(form) && /^NFK?[CD]$/.test(form) && isText(text) ? text.normalize(form) : undefined),
  "math.gcd": ofIntegers(2, greatest),
  "math.factorial": ofIntegers(1, (n) => (n >= 0n && n <= LARGEST ? product(1n, n) : undefined)),
  "math.comb": ofIntegers(2, (n, k) => (k >= 0n && k <= n && n <= LARGEST ? product(n - k + 1n, n) / product(1n, k) : undefined)),
  "math.floor": rounded(Math.floor),
  "math.ceil": rounded(Math.ceil),
  "math.trunc": rounded(Math.trunc),
  "binascii.crc32": (data, ...others) => {
    const raw = isBytes(data) && others.length === 0 ? rawOf(data) : undefined;
    return raw === undefined ? undefined : checksum(raw);
  },
};

/** CRC-32 of ISO 3309, bit by bit. */
function checksum(bytes: string): number {
  let crc = 0xffffffff;
  for (const c of bytes) {
    crc ^= c.charCodeAt(0);
    for (let i = 0; i < 8; i++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
