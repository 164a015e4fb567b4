/** `$x` and `${x...}`: the value of a parameter after its operator, as far as the program says it. */
import { evaluateSum } from "./shell-arithmetic.ts";
import {
  certainWords,
  decodedText,
  EACH,
  expansionsOf,
  hasExpansion,
  isDecoded,
  labelsOf,
  NAMES_OF_ENVIRONMENT,
  unknownExpansion,
  withoutMarks,
} from "./shell-meaning.ts";
import { patternSource } from "./shell-patterns.ts";

type Parameters = {
  readonly value: (name: string) => string | null;
  readonly elements: (name: string) => ReadonlyMap<string, string> | null;
  readonly assign: (name: string, value: string) => void;
  readonly positional: readonly string[] | null;
  readonly outside: (name: string) => string;
  readonly expandText: (text: string) => string;
};

/** `name` may begin with `#` (length) or `!` (the variable that it names). */
export function parameterValue(name: string, modifier: string, parameters: Parameters): string {
  if (name.length > 1 && name.startsWith("!")) return indirect(name.slice(1), modifier, parameters);
  if (name.length > 1 && name.startsWith("#")) {
    const set = setValue(name.slice(1), modifier, parameters).value;
    return set === null || hasExpansion(set) ? unknownExpansion(`{${name}}`, { cause: null, labels: [] }) : String(set.length);
  }
  const list = listValue(name, modifier, parameters);
  if (list !== null) return list.join(" ");
  const { value, rest } = setValue(name, modifier, parameters);
  if (rest === "") return value ?? parameters.outside(name);
  return operated(value, { name, modifier: rest, source: `{${name}${modifier}}` }, parameters);
}

/** `${@:2}`, `${a[@]%.txt}`: an operator on a list takes some of its elements, or is for each of them. null: no such. */
export function listValue(name: string, modifier: string, parameters: Parameters): readonly string[] | null {
  const ofArray = /^\[[@*]\]/.test(modifier);
  if (!ofArray && !/^[@*]$/.test(name)) return null;
  const operator = ofArray ? modifier.slice(3) : modifier;
  const elements = ofArray ? parameters.elements(name) : null;
  const list = ofArray ? elements && [...elements.values()] : parameters.positional;
  if (list === null || operator === "" || /^:?[-=+?]/.test(operator)) return null;
  const cut = /^:([^:]*)(?::([^:]*))?$/.exec(operator);
  if (cut === null) return list.map((each) => operated(each, { name, modifier: operator, source: `{${name}${modifier}}` }, parameters));
  const [from, length] = [sum(cut[1] as string, parameters), cut[2] === undefined ? undefined : sum(cut[2], parameters)];
  if (from === null || length === null) return null;
  // The first parameter is the one; the name of the program stands before it.
  const all = ofArray ? list : [parameters.value("0") ?? parameters.outside("0"), ...list];
  const start = from < 0 ? Math.max(0, all.length + from) : from;
  // How many there are is not known from here on: what is left may be any of them.
  const many = all.findIndex((each) => labelsOf(each).includes(EACH));
  const certain = Math.min(certainWords(all), many < 0 ? all.length : many);
  if (certain < all.length) return all.slice(from < 0 ? 0 : Math.min(start, certain));
  return all.slice(start, length === undefined ? undefined : start + Math.max(0, length));
}

function indirect(name: string, modifier: string, parameters: Parameters): string {
  const named = parameters.value(name);
  // The names of variables: of those in capital letters that the program does not set, whoever starts it says what they hold.
  if (/^[@*]$/.test(modifier) && /^[A-Z][A-Z0-9_]*$/.test(name) && named === null)
    return unknownExpansion(`{!${name}${modifier}}`, { cause: null, labels: [NAMES_OF_ENVIRONMENT] });
  if (/^[@*]$|^\[/.test(modifier)) return unknownExpansion(`{!${name}${modifier}}`, { cause: null, labels: [] });
  if (named !== null && labelsOf(named).includes(NAMES_OF_ENVIRONMENT))
    return unknownExpansion(`{!${name}}`, { cause: "unknown.env", labels: ["env"] });
  if (named === null || hasExpansion(named) || !/^\w+$/.test(named)) return unknownExpansion(`{!${name}}`);
  return parameterValue(named, modifier, parameters);
}

/** The value that the program set, after an index; what is left of the modifier. */
function setValue(name: string, modifier: string, parameters: Parameters): { value: string | null; rest: string } {
  const index = /^\[([^\]]*)\]/.exec(modifier);
  if (index !== null) return { value: element(name, index[1] as string, parameters), rest: modifier.slice(index[0].length) };
  if (/^[@*]$/.test(name)) return { value: parameters.positional?.join(" ") ?? null, rest: modifier };
  if (/^[1-9]\d*$/.test(name)) {
    const at = Number(name) - 1;
    const { positional } = parameters;
    const known = positional === null ? 0 : certainWords(positional);
    return { value: positional === null || (at >= known && known < positional.length) ? null : (positional[at] ?? ""), rest: modifier };
  }
  if (name === "#" && parameters.positional !== null) {
    const { positional } = parameters;
    return { value: certainWords(positional) < positional.length ? null : String(positional.length), rest: modifier };
  }
  return { value: parameters.value(name), rest: modifier };
}

function element(name: string, index: string, parameters: Parameters): string | null {
  const elements = parameters.elements(name);
  if (elements === null) return index === "0" ? parameters.value(name) : null;
  if (index === "@" || index === "*") return [...elements.values()].join(" ");
  const key = parameters.expandText(index.replace(/^["']|["']$/g, ""));
  const plain = /^\d+$/.test(key) || elements.has(key) ? key : (parameters.value(key) ?? key);
  const at = /^-\d+$/.test(plain) ? String(elements.size + Number(plain)) : plain;
  return elements.get(at) ?? "";
}

type Operation = { readonly name: string; readonly modifier: string; readonly source: string };

function operated(value: string | null, { name, modifier, source }: Operation, parameters: Parameters): string {
  const chosen = /^:?([-=+?])([\s\S]*)$/.exec(modifier);
  if (chosen !== null) return defaulted(value, { name, modifier, source }, parameters);
  // The operator changes what is known, and keeps what it is made of.
  if (value === null || hasExpansion(value)) {
    const whole = value ?? parameters.outside(name);
    // The directory above.
    if (modifier === "%/*" && /^(HOME|PWD)$/.test(name)) return `${whole}/..`;
    return unknownExpansion(source, { cause: expansionsOf(whole)[0]?.cause ?? null, labels: labelsOf(whole) });
  }
  const known = transformed(withoutMarks(value), modifier, parameters);
  if (known === null) return unknownExpansion(source);
  return isDecoded(value) ? decodedText(known) : known;
}

/** `${x:-y}`, `${x:=y}`, `${x:+y}`, `${x:?y}`. */
function defaulted(value: string | null, { name, modifier }: Operation, parameters: Parameters): string {
  const [, operator = "", text = ""] = /^:?([-=+?])([\s\S]*)$/.exec(modifier) ?? [];
  const other = (): string => parameters.expandText(text.replace(/^(["'])([\s\S]*)\1$/, "$2"));
  const empty = value === null || (value === "" && modifier.startsWith(":"));
  if (operator === "+") return empty ? "" : other();
  if (operator === "?")
    return empty
      ? unknownExpansion(`{${name}:?}`, { cause: "unknown.env", labels: labelsOf(parameters.outside(name)) })
      : (value as string);
  if (!empty) return value as string;
  const chosen = other();
  if (operator === "=") parameters.assign(name, chosen);
  return chosen;
}

/** null: an operator that is not known. */
function transformed(value: string, modifier: string, parameters: Parameters): string | null {
  const expand = parameters.expandText;
  const cut = /^:([^:]*)(?::([^:]*))?$/.exec(modifier);
  if (cut !== null) return slice(value, sum(cut[1] as string, parameters), cut[2] === undefined ? undefined : sum(cut[2], parameters));
  const trimmed = /^(##?|%%?)([\s\S]*)$/.exec(modifier);
  if (trimmed !== null) return trim(value, trimmed[1] as string, expand(trimmed[2] as string));
  const replaced = /^\/([/#%]?)((?:\\[\s\S]|[^/\\])*)(?:\/([\s\S]*))?$/.exec(modifier);
  if (replaced !== null)
    return replace(value, { how: replaced[1] ?? "", pattern: expand(replaced[2] ?? ""), by: expand(replaced[3] ?? "") });
  if (modifier === ",," || modifier === "@L") return value.toLowerCase();
  if (modifier === "^^" || modifier === "@U") return value.toUpperCase();
  if (modifier === ",") return value.slice(0, 1).toLowerCase() + value.slice(1);
  if (modifier === "^") return value.slice(0, 1).toUpperCase() + value.slice(1);
  return modifier === "@Q" || modifier === "@E" || modifier === "@P" ? value : null;
}

/** Offsets are sums: `${s:i:1}`, `${s: -1}`. */
const sum = (text: string, { value, assign, expandText }: Parameters): number | null => evaluateSum(expandText(text), value, assign);

function slice(value: string, from: number | null, length: number | null | undefined): string | null {
  if (from === null || length === null) return null;
  const start = from < 0 ? Math.max(0, value.length + from) : from;
  return value.slice(start, length === undefined ? undefined : length < 0 ? value.length + length : start + length);
}

function trim(value: string, operator: string, pattern: string): string {
  if (isCostly(value, pattern)) return value;
  if (operator === "#" || operator === "##") return value.replace(new RegExp(`^(?:${patternSource(pattern, operator === "##")})`), "");
  // The shortest or longest end that the pattern names.
  const whole = new RegExp(`^(?:${patternSource(pattern)})$`);
  const order = Array.from({ length: Math.min(value.length, 400) + 1 }, (_x, i) => (operator === "%" ? value.length - i : i));
  const at = order.find((i) => i >= 0 && whole.test(value.slice(i)));
  return at === undefined ? value : value.slice(0, at);
}

function replace(value: string, { how, pattern, by }: { how: string; pattern: string; by: string }): string | null {
  if (hasExpansion(by) || pattern === "" || isCostly(value, pattern)) return null;
  const source = patternSource(pattern);
  const anchored = how === "#" ? `^(?:${source})` : how === "%" ? `(?:${source})$` : source;
  return value.replace(new RegExp(anchored, how === "/" ? "g" : ""), () => by);
}

/** Stars try every length: few of them, and only on short texts. */
const isCostly = (value: string, pattern: string): boolean =>
  hasExpansion(pattern) || pattern.length > 200 || value.length > 1_000 || (pattern.match(/\*/g) ?? []).length > 2;
