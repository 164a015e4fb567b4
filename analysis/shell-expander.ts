/** How words are expanded in a shell: its variables, and substitutions that run in a shell of their own. */
import { asDeclared, keyOf, setElement } from "./shell-arrays.ts";
import { type Expander, joined, type Output } from "./shell-expand.ts";
import { merge, unknownExpansion } from "./shell-meaning.ts";
import { readLine } from "./shell-scopes.ts";
import { innerShell, type Shell, say } from "./shell-state.ts";
import { readSyntax } from "./shell-syntax.ts";
import { lexShell } from "./shell-words.ts";

/** What `$0` names: the program that is read. */
export const ITSELF = "./script";
/** Characters of a variable's value that are followed. */
const MAX_VALUE = 16_384;
/** Values that every shell has, whatever the program. */
const ALWAYS = new Set("HOME PWD TMPDIR OLDPWD".split(" "));
const NUMBERS = new Set("UID EUID PPID RANDOM SECONDS LINENO BASHPID OPTIND SRANDOM # $ ? - ! COLUMNS LINES EPOCHSECONDS".split(" "));
const OWN = new Set("_ USER LOGNAME SHELL HOSTNAME HOSTTYPE OSTYPE MACHTYPE BASH_VERSION LANG TERM DISPLAY".split(" "));

/** `a[1]` as a name. */
const INDEXED = /^([A-Za-z_]\w*)\[([\s\S]*)\]$/;

export function expanderOf(shell: Shell): Expander {
  return {
    value: (name) => variableValue(shell, name),
    elements: (name) => shell.arrays.get(meant(shell, name)) ?? (name === "FUNCNAME" ? runningNames(shell) : null),
    key: (name, index) => keyOf(shell, meant(shell, name), index),
    assign: (name, value) => assign(shell, name, value),
    positional: shell.frame.positional,
    outside: (name) => outsideValue(shell, name),
    nested: (text, expand) => nested(shell, text, expand),
    output: (code) => substitute(shell, code),
    process: (code, writes) => processFile(shell, code, writes),
  };
}

/** `${FUNCNAME[0]}` is the function that runs. */
const runningNames = ({ running }: Shell): ReadonlyMap<string, string> => new Map(running.toReversed().map((name, i) => [String(i), name]));

const DEEPEST = 40;

function nested(shell: Shell, text: string, expand: () => string): string {
  const { budget } = shell;
  budget.left -= text.length;
  if (budget.left < 0 || budget.nesting >= DEEPEST) return unknownExpansion("{...}", { cause: "unknown.budget", labels: [] });
  budget.nesting++;
  const value = expand();
  budget.nesting--;
  return value;
}

/** The variable that is meant: a reference stands for another one. */
export const meant = (shell: Shell, name: string): string => (shell.references.size === 0 ? name : (shell.references.get(name) ?? name));

export function variableValue(shell: Shell, given: string): string | null {
  const name = meant(shell, given);
  // The last word of the command before.
  if (name === "_") return null;
  const indexed = INDEXED.exec(name);
  if (indexed !== null) return elementOf(shell, indexed[1] as string, indexed[2] as string);
  const pinned = shell.pins.get(name);
  if (pinned !== undefined) return pinned;
  const elements = shell.arrays.get(name);
  if (elements !== undefined) return elements.get("0") ?? "";
  return shell.variables.get(name)?.[0] ?? (name === "0" ? ITSELF : null);
}

function elementOf(shell: Shell, given: string, index: string): string | null {
  const name = meant(shell, given);
  const key = keyOf(shell, name, index);
  const elements = shell.arrays.get(name);
  if (elements !== undefined) return elements.get(key) ?? "";
  return key === "0" ? variableValue(shell, name) : null;
}

export function assign(shell: Shell, given: string, set: string): void {
  const name = meant(shell, given);
  const value = asDeclared(shell, name, set);
  const indexed = INDEXED.exec(name);
  if (indexed !== null) {
    setElement(shell, indexed[1] as string, keyOf(shell, indexed[1] as string, indexed[2] as string), value);
    return;
  }
  shell.pins.delete(name);
  const kept = value.length > MAX_VALUE ? unknownExpansion(name, { cause: "unknown.widened", labels: [] }) : value;
  shell.budget.left -= value.length;
  shell.variables.set(name, [kept]);
  if (shell.arrays.has(name)) setElement(shell, name, "0", kept);
}

/** What nothing in the program says: places and numbers of every shell, and settings that come from outside. */
function outsideValue(shell: Shell, name: string): string {
  if (name === "PWD" && shell.frame.cwd !== null) return shell.frame.cwd;
  if (ALWAYS.has(name)) return unknownExpansion(name, { cause: null, labels: [] });
  if (name === "!") return unknownExpansion("!", { cause: null, labels: ["shell:own"] });
  if (name === "BASH_SOURCE" || name === "0") return ITSELF;
  if (NUMBERS.has(name) || OWN.has(name)) return unknownExpansion(name, { cause: null, labels: [] });
  if (name === "IFS") return " ";
  if (/^[\d@*]+$/.test(name)) return unknownExpansion(name, { cause: shell.outside, labels: [] });
  // What a function takes from the shell that calls it is as good as a parameter.
  const cause = shell.place.latent ? "unknown.parameter" : "unknown.env";
  return unknownExpansion(name, { cause, labels: shell.labelsOfName(name) });
}

function substitute(shell: Shell, code: string): Output {
  // `$(< file)` is the file's text.
  const text = /^\s*<\s*[^<&(]/.test(code) ? `cat ${code}` : code;
  const inner = innerShell(shell, text);
  shell.budget.left -= text.length;
  if (inner.depth > 16 || shell.budget.left < 0) {
    say(shell, readLine(inner, text, "part"));
    return joined([]);
  }
  const { words } = lexShell(text);
  shell.budget.left -= words.length;
  shell.run.list(inner, readSyntax(words).list);
  say(shell, merge(inner.meanings));
  return inner.printed.length === 0 ? { ...joined([]), text: "" } : joined(inner.printed);
}

/** A name for the file behind `<(...)`; what it holds is kept like that of any file. */
function processFile(shell: Shell, code: string, writes: boolean): string {
  const output = substitute(shell, code);
  const path = `/dev/fd/${63 - (shell.budget.saved.size % 50)}`;
  if (!writes) shell.budget.saved.set(path, output);
  return path;
}
