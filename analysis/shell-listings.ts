/** What `ls` and `find` name, as labels of what they print: the places below which it is, and which of it is left by a filter. */
import type { Label } from "./effects.ts";
import { operands } from "./shell-files.ts";
import { classesLabels, hasExpansion, holed } from "./shell-meaning.ts";
import { joinedPath } from "./shell-paths.ts";
import { classifyPathText } from "./targets.ts";

const BELOW = "shell:below:";
/** Names without their directory. */
const NAMES: Label = "shell:listed";
/** The newest of the list are not in it: what is older than what stays. */
export const OLDER: Label = "shell:older";

export const isListing = (label: Label): boolean => label.startsWith(BELOW) || label === NAMES;
/** The directories below which the listed names are, or the patterns that name them. */
const placesOf = (labels: readonly Label[]): string[] =>
  labels.filter((label) => label.startsWith(BELOW)).map((label) => decodeURIComponent(label.slice(BELOW.length)));

export const belowLabels = (label: Label): readonly Label[] =>
  placesOf([label]).flatMap((place) => classesLabels(classifyPathText(holed(`${place}/x`))));

/** What is read of a list: a name at each of its places. `unknown`: a value with these labels. */
export function namesListed(labels: readonly Label[], unknown: (labels: readonly Label[]) => string): string[] {
  const value = unknown(labels.filter((label) => !label.startsWith(BELOW)));
  const places = placesOf(labels);
  return places.length === 0 ? [value] : places.map((place) => nameAt(place, value));
}

/** A pattern yields what it matches, a directory what is below it. */
const nameAt = (place: string, value: string): string => {
  if (!/[*?]/.test(place)) return `${place}/${value}`;
  return /^[*?]+$/.test(place) ? value : place.replace(/(?:\[[^\]/]*\]|[*?])+/g, () => value);
};

/** Few places are followed apart. */
const MOST_PLACES = 4;

/** `ls DIR/x-*`, `find DIR`: names below it; what `ls` alone names is where it runs, which may be known. */
export function listing(program: "ls" | "find", args: readonly string[], cwd: string | null): readonly Label[] {
  const base = cwd !== null && /^[/~\ue000]/.test(cwd) ? cwd : null;
  const named = program === "find" ? rootsOf(args) : base !== null && operands(args).length === 0 ? [""] : namedIn(args);
  const places = named.map((place) => joinedPath(base, place.replace(/^(\.\/)+/, "")));
  if (places.length === 0) return [NAMES];
  const older = program === "find" && isAged(args) ? [OLDER] : [];
  return [...places.slice(0, MOST_PLACES).map((place) => `${BELOW}${encodeURIComponent(place.replace(/\/$/, ""))}`), ...older];
}

function rootsOf(args: readonly string[]): readonly string[] {
  const from = args.findIndex((a) => !/^-[HLPDO]/.test(a));
  const first = args.findIndex((a, i) => i >= from && /^[-(!]/.test(a));
  const roots = from < 0 ? [] : args.slice(from, first < 0 ? args.length : first);
  return roots.length === 0 ? ["."] : roots;
}

/** `ls` prints names without their directory, unless a pattern names them, or the directory itself is meant. */
const namedIn = (args: readonly string[]): readonly string[] => {
  const itself = args.some((a) => /^-[a-zA-Z]*d/.test(a) || a === "--directory");
  return operands(args).filter((a) => itself || /[*?]/.test(a));
};

/** `find -mtime +14`, `-mmin +1440`. */
export const isAged = (args: readonly string[]): boolean =>
  args.some((test, i) => {
    const than = args[i + 1] ?? "";
    if (/^-(mtime|ctime|atime)$/.test(test)) return /^\+[1-9]/.test(than) || (than.startsWith("+") && hasExpansion(than));
    return /^-(mmin|cmin|amin)$/.test(test) && Number(than.slice(1)) >= 60 && than.startsWith("+");
  });

/** What is left when so many were taken off the front: a number, or one that the program is told. */
const BEHIND_FIRST = /^(?:-n)?\+(?:[2-9]|[1-9]\d+|\ue000)/;

/** `tail -n +8`, `head -n -7`, `sed 1,7d`, `awk 'NR > 7'`. */
export function takesNewestOff(program: string, args: readonly string[]): boolean {
  const line = args.join(" ");
  if (program === "tail") return args.some((a) => BEHIND_FIRST.test(a.replace(/^--lines=/, "")));
  if (program === "head") return /(?:-n ?|--lines=)-(?:[1-9]|\ue000)/.test(line);
  if (program === "sed") return args.some((a) => /^1,(?:\d+|\ue000[^\ue001]*\ue001)d$/.test(a));
  return /^[gmn]?awk$/.test(program) && args.some((a) => /^NR\s*>=?\s*[1-9k-z\ue000]/.test(a.trim()));
}

/** A list of names, some of its lines left out, is a list of names. */
const LISTS = /^\s*(?:ls|find)\s(?![^|]*\s-(?:exec|printf|l))[^|;&<>`]*(?:\|\s*(?:sort|head|tail|e?grep|tac|uniq|cat)\b[^|;&<>`]*)*$/;
export const isListingCode = (code: string): boolean => LISTS.test(code.replace(/2>\s*(\/dev\/null|&1)/g, ""));
