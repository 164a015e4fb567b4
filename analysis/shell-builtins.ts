/** Commands that change the shell itself: directory, variables, functions, options, and what ends it. */
import { keyOf, unsetElement } from "./shell-arrays.ts";
import { compareSums } from "./shell-checksums.ts";
import { decideTest } from "./shell-conditions.ts";
import { type Field, NO_OUTPUT, sumValue } from "./shell-expand.ts";
import { assign, expanderOf, meant, variableValue } from "./shell-expander.ts";
import { hiddenHistory, runsAsCode, sayPreload } from "./shell-hooks.ts";
import { certainWords, hasExpansion, isDecoded, NOTHING, unknownExpansion, withoutMarks } from "./shell-meaning.ts";

import { joinedPath } from "./shell-paths.ts";
import { printfText } from "./shell-printf.ts";
import { mapfileBuiltin, readBuiltin } from "./shell-read.ts";
import { readLine } from "./shell-scopes.ts";
import { ENDS_FUNCTION, ENDS_PROGRAM, NORMAL, type Shell, type Status, say } from "./shell-state.ts";
import { normalisePath } from "./targets.ts";

type Builtin = (shell: Shell, words: readonly string[], fields: readonly Field[]) => Status | null;

/** null: not a builtin, or one that is read like a program. */
export function runBuiltin(shell: Shell, words: readonly string[], fields: readonly Field[]): Status | null {
  const name = words[0] ?? "";
  const builtin = Object.hasOwn(BUILTINS, name) ? (BUILTINS[name] as Builtin) : null;
  return builtin === null ? null : builtin(shell, words, fields);
}

const OK: Status = { ...NORMAL, truth: true };
const ended =
  (ends: number): Builtin =>
  (_shell, words) => ({ truth: words[1] === undefined || !/^\d+$/.test(words[1]) ? null : Number(words[1]) % 256 === 0, ends, sure: true });
/** `break 2`, `continue 2`: `less` is 1/2 for what goes on with the next turn. */
const left =
  (less: number): Builtin =>
  (_shell, words) => ({ truth: null, ends: Math.max(1, Math.min(ENDS_FUNCTION - 1, Number(words[1] ?? "1") || 1)) - less, sure: true });
const constant =
  (truth: boolean): Builtin =>
  () => ({ ...NORMAL, truth });

const changeDirectory: Builtin = (shell, words) => {
  const to = words.slice(1).find((a) => !/^-./.test(a)) ?? "~";
  const place = to === "-" ? null : joinedPath(shell.frame.cwd, to);
  shell.frame.cwd = place?.startsWith("/") && !hasExpansion(place) ? normalisePath(place) : place;
  say(shell, NOTHING, words);
  return NORMAL;
};

const NAMED = /^([A-Za-z_]\w*)(\+?)=([\s\S]*)$/;

/** `export`, `local`, `declare`; without names they print what is set. */
const declare: Builtin = (shell, words) => {
  const names = words.slice(1).filter((w) => !/^[-+]/.test(w));
  if (names.length === 0 || words.includes("-p")) {
    shell.printed.push({ ...NO_OUTPUT, labels: words[0] === "local" || words.includes("-f") ? [] : ["env"], cause: "unknown.env" });
    return OK;
  }
  const refers = words.some((w) => /^-[a-zA-Z]*n[a-zA-Z]*$/.test(w)) && words[0] !== "export";
  for (const word of names) {
    const found = NAMED.exec(word);
    if (found !== null && refers) shell.references.set(found[1] as string, found[3] as string);
    else if (found !== null && !shell.arrays.has(found[1] as string)) {
      const before = found[2] === "+" ? (variableValue(shell, found[1] as string) ?? "") : "";
      assign(shell, found[1] as string, before + (found[3] as string));
      runsAsCode(shell, found[1] as string, found[3] as string);
    } else if (words[0] === "local" && found === null) {
      shell.variables.delete(word);
      shell.arrays.delete(word);
    }
  }
  say(shell, { ...NOTHING, effects: hiddenHistory(names) }, words);
  if (words[0] === "export")
    sayPreload(
      shell,
      names.map((n) => n.replace(/=.*$/s, "")),
      (name) => variableValue(shell, name) ?? "",
    );
  return OK;
};

const unset: Builtin = (shell, words) => {
  for (const name of words.slice(1)) {
    const indexed = /^([A-Za-z_]\w*)\[([\s\S]*)\]$/.exec(name);
    if (indexed !== null) {
      const of = meant(shell, indexed[1] as string);
      unsetElement(shell, of, keyOf(shell, of, (indexed[2] as string).replace(/^["']|["']$/g, "")));
      continue;
    }
    if (words.includes("-f") || !shell.variables.has(name)) shell.functions.delete(name);
    shell.variables.delete(name);
    shell.arrays.delete(name);
    shell.attributes.delete(name);
  }
  const effects = words.includes("HISTFILE") ? hiddenHistory(["HISTFILE="]) : [];
  say(shell, { ...NOTHING, effects }, words);
  return OK;
};

const setOptions: Builtin = (shell, words) => {
  if (words[1] === "+o" && words[2] === "history") say(shell, { ...NOTHING, effects: hiddenHistory(["HISTFILE="]) }, words);
  if (words.length === 1) {
    shell.printed.push({ ...NO_OUTPUT, labels: ["env"], cause: "unknown.env" });
    return OK;
  }
  let i = 1;
  for (; i < words.length && /^[-+]./.test(words[i] as string) && words[i] !== "--"; i++) {
    const word = words[i] as string;
    if (word === "-o" || word === "+o") i++;
    const letters = word === "-o" || word === "+o" ? ({ errexit: "e", nounset: "u" }[words[i] ?? ""] ?? "") : word.slice(1);
    for (const letter of letters)
      if (word.startsWith("-")) shell.options.add(letter);
      else shell.options.delete(letter); // prettier-ignore
    if (/^-[a-z]*o$/.test(word) && word !== "-o") i++;
  }
  if (words[i] === "--") shell.frame.positional = words.slice(i + 1);
  else if (i < words.length) shell.frame.positional = words.slice(i);
  return OK;
};

/** `shopt -s lastpipe`. */
const setShellOptions: Builtin = (shell, words) => {
  const [how = "", ...names] = words.slice(1);
  for (const name of names)
    if (how === "-s") shell.options.add(name);
    else if (how === "-u") shell.options.delete(name);
  say(shell, NOTHING, words);
  return /^-[su]$/.test(how) ? OK : NORMAL;
};

/** `"$@"` of whoever starts the program stays, however many are taken from it. */
const shifted = (positional: readonly string[], by: number): readonly string[] => positional.slice(Math.min(by, certainWords(positional)));

const shift: Builtin = (shell, words) => {
  const by = words[1] === undefined ? 1 : Number(words[1]);
  const { positional } = shell.frame;
  const known = positional !== null && certainWords(positional) === positional.length;
  // More than there are: nothing is taken.
  if (known && Number.isInteger(by) && by > positional.length) return { ...NORMAL, truth: false };
  if (positional !== null) shell.frame.positional = shifted(positional, Number.isInteger(by) ? by : 1);
  return known ? OK : NORMAL;
};

const alias: Builtin = (shell, words) => {
  for (const word of words.slice(1)) {
    const at = word.indexOf("=");
    if (at > 0) shell.aliases.set(word.slice(0, at), word.slice(at + 1));
  }
  return OK;
};

const trap: Builtin = (shell, words) => {
  const code = words.slice(1).find((w) => !/^-[lp]$/.test(w)) ?? "";
  if (code !== "" && code !== "-" && words.length > 2) shell.traps.push(code);
  return OK;
};

/** How far `getopts` has come in a word of several letters. */
const LETTER = "#getopts";

/** `getopts "d:v" name`: the options that the program gives to itself, one at a time. */
const getopts: Builtin = (shell, words) => {
  const [, spec = "", name = ""] = words;
  const given = words.length > 3 ? words.slice(3) : shell.frame.positional;
  if (given === null || given.length === 0 || given.some(hasExpansion)) return null;
  const index = Number(variableValue(shell, "OPTIND") ?? "1");
  const letter = Number(variableValue(shell, LETTER) ?? "1");
  const word = given[index - 1];
  const over = word === undefined || !word.startsWith("-") || word === "-" || word === "--";
  if (!Number.isInteger(index) || over) {
    assign(shell, name, "?");
    if (word === "--") assign(shell, "OPTIND", String(index + 1));
    return { ...NORMAL, truth: false };
  }
  const option = word.charAt(letter);
  const takes = spec.includes(`${option}:`);
  const rest = word.slice(letter + 1);
  assign(shell, name, spec.includes(option) ? option : "?");
  if (takes) assign(shell, "OPTARG", rest === "" ? (given[index] ?? "") : rest);
  const next = takes || rest === "" ? { index: index + (takes && rest === "" ? 2 : 1), letter: 1 } : { index, letter: letter + 1 };
  assign(shell, "OPTIND", String(next.index));
  assign(shell, LETTER, String(next.letter));
  return { ...NORMAL, truth: true };
};

const printf: Builtin = (shell, words) => {
  if (words[1] !== "-v") return null;
  const name = words[2] ?? "";
  const text = printfText(words.slice(3));
  assign(shell, name, text ?? unknownExpansion(name));
  return OK;
};

const test: Builtin = (shell, words) => {
  say(shell, NOTHING, null);
  const inside = words[0] === "[" ? words.slice(1, words.at(-1) === "]" ? -1 : undefined) : words.slice(1);
  compareSums(shell, inside, shell.place);
  return { ...NORMAL, truth: decideTest(inside) };
};

const letSum: Builtin = (shell, words) => {
  let value = "";
  for (const word of words.slice(1)) value = sumValue(word, expanderOf(shell));
  return { ...NORMAL, truth: /^-?\d+$/.test(value) ? value !== "0" : null };
};

const evalLine: Builtin = (shell, _words, fields) => {
  const line = fields
    .slice(1)
    .map((f) => f.text)
    .join(" "); // prettier-ignore
  if (line === "" || hasExpansion(line) || isDecoded(line) || fields.some((f) => f.hidden)) return null;
  readLine(shell, withoutMarks(line));
  return NORMAL;
};

const BUILTINS: Readonly<Record<string, Builtin>> = {
  ...{ cd: changeDirectory, pushd: changeDirectory, export: declare, local: declare, declare, typeset: declare, readonly: declare },
  ...{
    unset,
    set: setOptions,
    shift,
    alias,
    trap,
    read: readBuiltin,
    mapfile: mapfileBuiltin,
    readarray: mapfileBuiltin,
    shopt: setShellOptions,
    getopts,
    printf,
    test,
    "[": test,
    let: letSum,
    eval: evalLine,
  },
  ...{ true: constant(true), ":": constant(true), false: constant(false) },
  ...{ exit: ended(ENDS_PROGRAM), return: ended(ENDS_FUNCTION), break: left(0), continue: left(0.5) },
};
