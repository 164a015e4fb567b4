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
import { matchesPattern, patternSource, starsIn } from "./shell-patterns.ts";
import { unescapeAnsi } from "./shell-words.ts";

type Parameters = {
  readonly value: (name: string) => string | null;
  readonly elements: (name: string) => ReadonlyMap<string, string> | null;
  readonly assign: (name: string, value: string) => void;
  readonly positional: readonly string[] | null;
  readonly outside: (name: string) => string;
  readonly expandText: (text: string) => string;
  readonly key: (name: string, index: string) => string;
  /** What stands behind an operator, as text and as a pattern in which quoted characters stand for themselves. */
  readonly operand: (text: string) => string;
  readonly replacement: (text: string) => string;
  readonly pattern: (text: string) => string;
};

/** `name` may begin with `#` (length) or `!` (the variable that it names). */
export function parameterValue(name: string, modifier: string, parameters: Parameters): string {
  if (name.length > 1 && name.startsWith("!")) return indirect(name.slice(1), modifier, parameters);
  if (name.length > 1 && name.startsWith("#")) {
    const count = countOf(name.slice(1), modifier, parameters);
    if (count !== null) return String(count);
    const counts = /^\[[@*]\]$/.test(modifier) || /^[@*]$/.test(name.slice(1));
    const set = counts ? null : setValue(name.slice(1), modifier, parameters).value;
    const known = set !== null && !hasExpansion(set);
    return known ? String([...withoutMarks(set)].length) : unknownExpansion(`{${name}}`, { cause: null, labels: [] });
  }
  const list = listValue(name, modifier, parameters);
  if (list !== null) return list.join(isStar(name, modifier) ? separatorOf(parameters) : " ");
  const { value, rest } = setValue(name, modifier, parameters);
  const own = parameters.elements(name);
  if (rest === "") return value ?? (own === null ? parameters.outside(name) : ((modifier === "" ? own.get("0") : null) ?? ""));
  return operated(value, { name, modifier: rest, source: `{${name}${modifier}}` }, parameters);
}

/** `"$*"` joins with the first character of `IFS`. */
const isStar = (name: string, modifier: string): boolean => name === "*" || modifier.startsWith("[*]");
function separatorOf({ value }: Pick<Parameters, "value">): string {
  const ifs = value("IFS");
  return ifs === null || hasExpansion(ifs) ? " " : ifs.slice(0, 1);
}

/** `${#a[@]}`, `${#@}`: how many there are. null: it asks for something else, or they are not known. */
function countOf(name: string, modifier: string, parameters: Parameters): number | null {
  if (/^\[[@*]\]$/.test(modifier)) {
    const elements = parameters.elements(name);
    // A pattern stands for any number of files.
    const isOpen = elements !== null && [...elements.values()].some((value) => /[*?]/.test(value));
    if (elements !== null) return isOpen || certainWords([...elements.values()]) < elements.size ? null : elements.size;
    return parameters.value(name) === null ? null : 1;
  }
  const { positional } = parameters;
  return /^[@*]$/.test(name) && positional !== null && certainWords(positional) === positional.length ? positional.length : null;
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
  const start = from < 0 ? all.length + from : from;
  // How many there are is not known from here on: what is left may be any of them.
  const many = all.findIndex((each) => labelsOf(each).includes(EACH));
  const certain = Math.min(certainWords(all), many < 0 ? all.length : many);
  if (certain < all.length) return all.slice(from < 0 ? 0 : Math.min(start, certain));
  if (start < 0 || start > all.length) return [];
  return all.slice(start, length === undefined ? undefined : start + Math.max(0, length));
}

function indirect(name: string, modifier: string, parameters: Parameters): string {
  const named = parameters.value(name);
  // The names of variables: of those in capital letters that the program does not set, whoever starts it says what they hold.
  if (/^[@*]$/.test(modifier) && /^[A-Z][A-Z0-9_]*$/.test(name) && named === null)
    return unknownExpansion(`{!${name}${modifier}}`, { cause: null, labels: [NAMES_OF_ENVIRONMENT] });
  const keys = /^\[[@*]\]$/.test(modifier) ? parameters.elements(name) : null;
  if (keys !== null) return [...keys.keys()].join(modifier === "[*]" ? separatorOf(parameters) : " ");
  if (/^[@*]$|^\[/.test(modifier)) return unknownExpansion(`{!${name}${modifier}}`, { cause: null, labels: [] });
  if (named !== null && labelsOf(named).includes(NAMES_OF_ENVIRONMENT))
    return unknownExpansion(`{!${name}}`, { cause: "unknown.env", labels: ["env"] });
  if (name === "#") return parameterValue(String(parameters.positional?.length ?? "@"), modifier, parameters);
  const [, variable = "", index = ""] = /^(\w+|[@*])(\[[^\]]*\])?$/.exec(named === null || hasExpansion(named) ? "" : named) ?? [];
  if (variable === "") return unknownExpansion(`{!${name}}`);
  return parameterValue(variable, index + modifier, parameters);
}

/** The value that the program set, after an index; what is left of the modifier. */
function setValue(name: string, modifier: string, parameters: Parameters): { value: string | null; rest: string } {
  const index = /^\[([^\]]*)\]/.exec(modifier);
  if (index !== null) return { value: element(name, index[1] as string, parameters), rest: modifier.slice(index[0].length) };
  if (/^[@*]$/.test(name))
    return { value: parameters.positional?.join(name === "*" ? separatorOf(parameters) : " ") ?? null, rest: modifier };
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
  if (index === "@" || index === "*") {
    if (elements === null) return parameters.value(name);
    return elements.size === 0 ? null : [...elements.values()].join(index === "*" ? separatorOf(parameters) : " ");
  }
  const key = parameters.key(name, parameters.expandText(index.replace(/^(["'])([\s\S]*)\1$/, "$2")));
  if (elements === null) return key === "0" ? parameters.value(name) : null;
  const known = elements.get(key);
  if (known === undefined && hasExpansion(key)) return oneOf(name, elements);
  return known ?? null;
}

/** The index is not known: one of the elements, whichever. */
function oneOf(name: string, elements: ReadonlyMap<string, string>): string {
  const labels = [...new Set([...elements.values()].flatMap((value) => [...labelsOf(value)]))];
  return unknownExpansion(`{${name}[]}`, { cause: null, labels });
}

type Operation = { readonly name: string; readonly modifier: string; readonly source: string };

function operated(value: string | null, { name, modifier, source }: Operation, parameters: Parameters): string {
  const chosen = /^:?([-=+?])([\s\S]*)$/.exec(modifier);
  if (chosen !== null) return defaulted(value, { name, modifier, source }, parameters);
  // The operator changes what is known, and keeps what it is made of.
  if (value === null && parameters.elements(name) !== null) return "";
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
  const other = (): string => parameters.operand(text);
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
  const cut = /^:([^:?]*(?:\?[^:]*:[^:]*)?)(?::([\s\S]*))?$/.exec(modifier);
  if (cut !== null) return slice(value, sum(cut[1] as string, parameters), cut[2] === undefined ? undefined : sum(cut[2], parameters));
  const trimmed = /^(##?|%%?)([\s\S]*)$/.exec(modifier);
  if (trimmed !== null) return trim(value, trimmed[1] as string, parameters.pattern(trimmed[2] as string));
  if (modifier.startsWith("/")) return replaced(value, modifier.slice(1), parameters);
  const cased = /^(\^\^?|,,?)([\s\S]*)$/.exec(modifier);
  if (cased !== null) return inCase(value, cased[1] as string, parameters.pattern(cased[2] as string));
  switch (modifier) {
    case "@L":
      return value.toLowerCase();
    case "@U":
      return value.toUpperCase();
    case "@u":
      return value.slice(0, 1).toUpperCase() + value.slice(1);
    case "@Q":
      return inQuotes(value);
    case "@E":
      return unescapeAnsi(value);
    // A prompt has marks of its own.
    case "@P":
      return /\\|!/.test(value) ? null : parameters.expandText(value);
    default:
      return null;
  }
}

/** As a shell may read it again. */
export function inQuotes(value: string): string | null {
  const hasControls = [...value].some((c) => c < " " || c === "\x7f");
  return hasControls ? null : `'${value.replaceAll("'", "'\\''")}'`;
}

/** `${x^^}`, `${x^[a-c]}`: characters that the pattern names. */
function inCase(value: string, operator: string, pattern: string): string | null {
  if (pattern.includes("*") || hasExpansion(pattern)) return null;
  const change = (c: string): string => {
    if (pattern !== "" && !matchesPattern(c, pattern)) return c;
    return operator.startsWith("^") ? c.toUpperCase() : c.toLowerCase();
  };
  return operator.length === 2 ? [...value].map(change).join("") : change(value.slice(0, 1)) + value.slice(1);
}

/** Offsets are sums: `${s:i:1}`, `${s: -1}`. */
function sum(text: string, parameters: Parameters): number | null {
  const value = evaluateSum(parameters.expandText(text), parameters);
  return value === null ? null : Number(value);
}

function slice(value: string, from: number | null, length: number | null | undefined): string | null {
  if (from === null || length === null) return null;
  const start = from < 0 ? value.length + from : from;
  if (start < 0) return "";
  const end = length === undefined ? undefined : length < 0 ? value.length + length : start + length;
  return end !== undefined && end < start ? null : value.slice(start, end);
}

/** null: it costs too much to see. */
function trim(value: string, operator: string, pattern: string): string | null {
  if (isCostly(value, pattern)) return null;
  if (operator === "#" || operator === "##") return value.replace(new RegExp(`^(?:${patternSource(pattern, operator === "##")})`), "");
  // The shortest or longest end that the pattern names.
  const whole = new RegExp(`^(?:${patternSource(pattern)})$`);
  if (value.length > LONGEST) return null;
  const order = Array.from({ length: value.length + 1 }, (_x, i) => (operator === "%" ? value.length - i : i));
  const at = order.find((i) => i >= 0 && whole.test(value.slice(i)));
  return at === undefined ? value : value.slice(0, at);
}
const LONGEST = 400;

/** `/pattern/by`, `//pattern/by`, `/#pattern/by`, without the first slash. */
function replaced(value: string, text: string, parameters: Parameters): string | null {
  const how = /^[/#%]/.exec(text)?.[0] ?? "";
  const rest = text.slice(how.length);
  const end = slashOf(rest);
  const [pattern, by] = [parameters.pattern(rest.slice(0, end)), rest.slice(end + 1)];
  // What `&` means depends on the version of the shell.
  if (/(^|[^\\])&/.test(by)) return null;
  return replace(value, { how, pattern, by: parameters.replacement(by) });
}

/** Where the pattern ends: a slash that is not quoted; a pattern may begin with one. */
function slashOf(text: string): number {
  let quote = "";
  for (let i = 0; i < text.length; i++) {
    const c = text[i] as string;
    if (c === "\\" && quote !== "'") i++;
    else if (quote !== "") quote = c === quote ? "" : quote;
    else if (c === "'" || c === '"') quote = c;
    else if (c === "$" && text[i + 1] === "{") i = Math.max(i, text.indexOf("}", i));
    else if (c === "/" && i > 0) return i;
  }
  return text.length;
}

function replace(value: string, { how, pattern, by }: { how: string; pattern: string; by: string }): string | null {
  if (hasExpansion(by) || isCostly(value, pattern)) return null;
  if (pattern === "") return how === "#" ? by + value : how === "%" ? value + by : value;
  const source = patternSource(pattern);
  const anchored = how === "#" ? `^(?:${source})` : how === "%" ? `(?:${source})$` : source;
  return value.replace(new RegExp(anchored, how === "/" ? "g" : ""), (found) => (found === "" && how === "/" ? "" : by));
}

/** Stars try every length: few of them, and only on short texts. */
const isCostly = (value: string, pattern: string): boolean =>
  hasExpansion(pattern) || pattern.length > 200 || value.length > 1_000 || starsIn(pattern) > 2;
