/** Python's `struct`: numbers and bytes by a format, as far as formats of fixed size go. */
import { ByteString, isBytes, isText, type Pure } from "./pure-value.ts";

type Field = { readonly code: string; readonly count: number };
const SIZES: Readonly<Record<string, number>> = { b: 1, B: 1, "?": 1, h: 2, H: 2, i: 4, I: 4, l: 4, L: 4, q: 8, Q: 8 };

function fieldsOf(format: string): { little: boolean; fields: Field[] } | undefined {
  const match = /^([@=<>!]?)((?:\s*\d*[a-zA-Z?])*)\s*$/.exec(format);
  if (match === null) return undefined;
  const fields = [...(match[2] as string).matchAll(/(\d*)([a-zA-Z?])/g)].map((m) => ({
    code: m[2] as string,
    count: m[1] === "" ? 1 : Number(m[1]),
  }));
  const known = fields.every((f) => (f.code in SIZES || /^[sxc]$/.test(f.code)) && f.count <= 4_096);
  return known ? { little: !/[>!]/.test(match[1] as string), fields } : undefined;
}

const numberAt = (bytes: string, little: boolean): number | bigint => {
  let out = 0n;
  for (const c of little ? [...bytes].reverse() : bytes) out = (out << 8n) | BigInt(c.charCodeAt(0));
  return out <= 9007199254740991n ? Number(out) : out;
};

export function structUnpack(format: Pure | undefined, data: Pure | undefined): Pure | undefined {
  const layout = isText(format) ? fieldsOf(format) : undefined;
  if (layout === undefined || !isBytes(data)) return undefined;
  const out: Pure[] = [];
  let at = 0;
  const take = (size: number): string => {
    at += size;
    return data.value.slice(at - size, at);
  };
  for (const { code, count } of layout.fields) {
    if (code === "x") take(count);
    else if (code === "s") out.push(new ByteString(take(count)));
    else if (code === "c") for (let i = 0; i < count; i++) out.push(new ByteString(take(1)));
    else for (let i = 0; i < count; i++) out.push(numberAt(take(SIZES[code] as number), layout.little));
  }
  return at <= data.value.length ? out : undefined;
}

export function structPack(format: Pure | undefined, ...given: readonly (Pure | undefined)[]): Pure | undefined {
  const layout = isText(format) ? fieldsOf(format) : undefined;
  if (layout === undefined) return undefined;
  const left = [...given];
  let out = "";
  for (const { code, count } of layout.fields) {
    if (code === "x") out += "\0".repeat(count);
    else if (code === "s") {
      const text = left.shift();
      if (!isBytes(text)) return undefined;
      out += text.value.slice(0, count).padEnd(count, "\0");
    } else
      for (let i = 0; i < count; i++) {
        const value = left.shift();
        if (code === "c" && isBytes(value)) out += value.value;
        else if (typeof value === "number" || typeof value === "bigint") out += packed(BigInt(value), SIZES[code] as number, layout.little);
        else return undefined;
      }
  }
  return new ByteString(out);
}

function packed(value: bigint, size: number, little: boolean): string {
  const bytes = Array.from({ length: size }, (_v, i) => String.fromCharCode(Number((BigInt.asUintN(64, value) >> BigInt(8 * i)) & 255n)));
  return (little ? bytes : bytes.reverse()).join("");
}
