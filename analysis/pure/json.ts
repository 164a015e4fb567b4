/** JSON of both languages on constants. */
import { isAscii, isBytes, isText, PURE_LIMIT, type Pure, withinLimit } from "./pure-value.ts";

export function parseJson(text: string | undefined): Pure | undefined {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as Pure;
  } catch {
    return undefined;
  }
}

/** `json.loads`: a whole number that is too large for a double would come out as another one. */
export function parsePythonJson(text: string | undefined): Pure | undefined {
  const value = parseJson(text);
  return value !== undefined && isExact(value) ? value : undefined;
}

function isExact(value: Pure, depth = 0): boolean {
  if (typeof value === "number") return !Number.isInteger(value) || Number.isSafeInteger(value);
  if (typeof value !== "object" || value === null || isBytes(value)) return true;
  return depth < 200 && Object.values(value).every((item) => isExact(item as Pure, depth + 1));
}

/** `JSON.stringify`; bytes and big integers are not evaluated. */
export function stringifyJson(value: Pure | undefined): string | undefined {
  let exact = true;
  try {
    const text = JSON.stringify(value, (_key, item) => {
      if (typeof item === "bigint" || isBytes(item)) {
        exact = false;
        return null;
      }
      return item;
    });
    return exact ? withinLimit(text) : undefined;
  } catch {
    return undefined;
  }
}

/** `json.dumps` with its defaults: blanks after separators, only ASCII. */
export function pythonJson(value: Pure | undefined, depth = 0): string | undefined {
  if (depth > 50 || value === undefined || isBytes(value) || typeof value === "bigint") return undefined;
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") return Number.isSafeInteger(value) ? String(value) : undefined;
  if (isText(value)) return asciiText(value);
  const members = Array.isArray(value)
    ? value.map((item) => pythonJson(item, depth + 1))
    : Object.entries(value).map(([key, item]) => {
        const shown = pythonJson(item, depth + 1);
        return shown === undefined ? undefined : `${asciiText(key)}: ${shown}`;
      });
  if (members.includes(undefined) || members.reduce<number>((sum, m) => sum + (m?.length ?? 0), 0) > PURE_LIMIT) return undefined;
  return Array.isArray(value) ? `[${members.join(", ")}]` : `{${members.join(", ")}}`;
}

function asciiText(text: string): string {
  const quoted = JSON.stringify(text).replace(/\u007f/g, "\\u007f");
  return isAscii(quoted) ? quoted : quoted.replace(/[\u0080-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
