/** `read` and `mapfile`: lines of a known text become values of variables, one after another. */
import type { Label } from "./effects.ts";
import { type Output, programText, separators } from "./shell-expand.ts";
import { assign, meant, variableValue } from "./shell-expander.ts";
import { namesListed } from "./shell-listings.ts";
import { decodedText, EACH, FETCHED, HIDDEN, hasExpansion, unknownExpansion } from "./shell-meaning.ts";
import { NORMAL, type Shell, type Status } from "./shell-state.ts";

/** Options of a builtin, by letter; the value of `-r` is empty. */
type Options = { readonly given: ReadonlyMap<string, string>; readonly names: readonly string[] };
const MOST_LINES = 1_000;

/** `valued`: letters whose value stands behind them. */
function optionsOf(words: readonly string[], valued: string): Options {
  const given = new Map<string, string>();
  let i = 1;
  for (; i < words.length && /^-./.test(words[i] as string); i++) {
    if (words[i] === "--") {
      i++;
      break;
    }
    const word = words[i] as string;
    for (let at = 1; at < word.length; at++) {
      const letter = word[at] as string;
      if (!valued.includes(letter)) given.set(letter, "");
      else {
        const rest = word.slice(at + 1);
        given.set(letter, rest === "" ? (words[++i] ?? "") : rest);
        break;
      }
    }
  }
  return { given, names: words.slice(i) };
}

/** `-u 3`: another input than the standard one. */
const inputOf = (shell: Shell, { given }: Options): Shell["input"] => shell.descriptors.get(given.get("u") ?? "") ?? shell.input;

/** `read a b < text`. */
export function readBuiltin(shell: Shell, words: readonly string[]): Status {
  const options = optionsOf(words, "dnNptuai");
  const input = inputOf(shell, options);
  const array = options.given.get("a") ?? null;
  const text = programText(input?.output ?? null);
  const names = options.names.length === 0 && array === null ? ["REPLY"] : options.names;
  if (input === null || text === null) return readUnknown(shell, input?.output ?? null, { names, array });
  const taken = lineOf(text, input.at, options);
  input.at = taken.next;
  const mark = input.output.hidden ? decodedText : (value: string) => value;
  const whole = names.length === 0 ? MOST_LINES : names.length;
  const unsplit = options.names.length === 0 && array === null;
  const parts = options.given.has("N") || unsplit ? [taken.line] : partsOf(taken, variableValue(shell, "IFS"), whole);
  if (array !== null) shell.arrays.set(meant(shell, array), new Map(parts.map((p, i) => [String(i), mark(p.replaceAll(KEPT, ""))])));
  for (const [i, name] of names.entries()) assign(shell, name, mark((parts[i] ?? "").replaceAll(KEPT, "")));
  return { ...NORMAL, truth: taken.ended };
}

function readUnknown(shell: Shell, output: Output | null, { names, array }: { names: readonly string[]; array: string | null }): Status {
  const values = unread(output);
  for (const name of names) {
    assign(shell, name, values(name)[0] as string);
    if (values(name).length > 1) shell.variables.set(name, values(name));
  }
  if (array !== null) shell.arrays.set(array, new Map([["0", values(array)[0] as string]]));
  return NORMAL;
}

/** Values that may come from what is read: a file, the network, whoever types. */
const unread =
  (output: Output | null) =>
  (name: string): string[] => {
    const marks = [...(output?.hidden ? [HIDDEN] : []), ...(output?.fetched ? [FETCHED] : []), ...(output === null ? [] : [EACH])];
    const cause = output === null ? "unknown.input" : output.fetched ? "unknown.network" : output.cause;
    return namesListed(output?.labels ?? [], (labels: readonly Label[]) =>
      unknownExpansion(name, { cause, labels: [...labels, ...marks] }),
    );
  };

/** Behind a character that a backslash quotes: it parts nothing. */
const KEPT = "\ue030";
/** `ended`: the line has an end; without one, `read` fails. */
type Line = { readonly line: string; readonly next: number; readonly ended: boolean };

function lineOf(text: string, from: number, { given }: Options): Line {
  const counted = given.get("N") ?? given.get("n");
  const end = given.has("N") ? null : given.has("d") ? (given.get("d") || "\0").slice(0, 1) : "\n";
  const most = counted === undefined ? Number.POSITIVE_INFINITY : Number(counted) || 0;
  let line = "";
  let count = 0;
  for (let at = from; at < text.length; at++) {
    const c = text[at] as string;
    if (c === end) return { line, next: at + 1, ended: true };
    if (c === "\\" && !given.has("r") && at + 1 < text.length) {
      at++;
      if (text[at] !== "\n") line += text[at] + KEPT;
    } else line += c;
    if (++count >= most) return { line, next: at + 1, ended: true };
  }
  return { line, next: text.length, ended: false };
}

/** What the names are given: the last one has the rest. */
function partsOf({ line }: Line, ifs: string | null, most: number): string[] {
  const set = ifs === null || hasExpansion(ifs) ? " \t\n" : ifs;
  if (set === "") return [line];
  const blanks = [...set].filter((c) => /[ \t\n]/.test(c));
  let from = 0;
  let end = line.length;
  while (from < end && blanks.includes(line[from] as string) && line[from + 1] !== KEPT) from++;
  while (end > from && blanks.includes(line[end - 1] as string)) end--;
  const text = line.slice(from, end);
  const parts: string[] = [];
  let at = 0;
  for (const found of text.matchAll(separators(set))) {
    if (parts.length >= most - 1) break;
    if (found[0].startsWith("\ue000") || text[found.index + found[0].length] === KEPT) continue;
    parts.push(text.slice(at, found.index));
    at = found.index + found[0].length;
  }
  const rest = text.slice(at);
  // One mark behind the last field ends it.
  const last = parts.length === most - 1 && new RegExp(`^[^${escaped(set)}]*[${escaped(set)}]$`).test(rest) ? rest.slice(0, -1) : rest;
  return rest === "" && parts.length > 0 ? parts : [...parts, last];
}

const escaped = (set: string): string => set.replace(/[\\\]^[-]/g, "\\$&");

/** `mapfile -t a`: without `-t` the ends of lines stay. */
export function mapfileBuiltin(shell: Shell, words: readonly string[]): Status {
  const options = optionsOf(words, "dnOsuCc");
  const name = meant(shell, options.names[0] ?? "MAPFILE");
  const output = inputOf(shell, options)?.output ?? null;
  const text = programText(output);
  const first = Number(options.given.get("O") ?? "0");
  const before = options.given.has("O") ? [...(shell.arrays.get(name) ?? [])] : [];
  const lines = text === null ? unread(output)(name) : linesOf(text, options);
  shell.arrays.set(name, new Map([...before, ...lines.map((line, i) => [String(first + i), line] as const)]));
  return { ...NORMAL, truth: text === null ? null : true };
}

function linesOf(text: string, { given }: Options): string[] {
  const end = given.has("d") ? (given.get("d") || "\0").slice(0, 1) : "\n";
  const all = text.split(end);
  const closed = all.at(-1) === "";
  if (closed) all.pop();
  const ended = given.has("t") ? all : all.map((line, i) => (i < all.length - 1 || closed ? line + end : line));
  const from = Number(given.get("s") ?? "0");
  const count = Number(given.get("n") ?? "0");
  return ended.slice(from, count > 0 ? from + count : undefined).slice(0, MOST_LINES);
}
