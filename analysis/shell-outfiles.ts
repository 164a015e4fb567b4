/** Files that programs write because an option or an operand says so, however it is written: `sort -o x`, `openssl -out x`, `find -fprint x`. */
import { operands } from "./shell-files.ts";
import { type CommandEffect, writeEffects } from "./shell-meaning.ts";
import { optionsValues } from "./shell-wrappers.ts";

const JOINED_O = /^-o(.*)$/s;
const LONG_TOO = /^(?:-o|--output(?==|$))=?(.*)$/s;
const GPG = /^(?:-[acdehqvtb]*o|--output(?==|$))=?(.*)$/s;

/** By program: the option that names the file; what a group takes is joined to it (`-so/tmp/x`, `--output=x`). */
const OPTIONS: Readonly<Record<string, RegExp>> = {
  sort: /^(?:-[bdfghinrRuVmsz]*o|--output(?==|$))=?(.*)$/s,
  gpg: GPG,
  gpg2: GPG,
  openssl: /^-(?:out|keyout|CAserial)()$/,
  age: /^(?:-[a-z]*o|--output(?==|$))=?(.*)$/s,
  find: /^-f(?:print0?|printf|ls)()$/,
  strace: JOINED_O,
  ltrace: JOINED_O,
  tcpdump: /^-w(.*)$/s,
  tshark: /^-w(.*)$/s,
  curl: /^(?:-[fsSLkgiIjnNqvZ#0-9]*o|--output(?==|$))=?(.*)$/s,
  wget: /^(?:-[qcNnvdxr]*O|--output-document(?==|$))=?(.*)$/s,
  gcc: JOINED_O,
  cc: JOINED_O,
  "g++": JOINED_O,
  clang: JOINED_O,
  ld: JOINED_O,
  patch: LONG_TOO,
  bison: JOINED_O,
  pandoc: LONG_TOO,
  dot: JOINED_O,
};
/** By program: which of its operands is written. */
const OPERANDS: Readonly<Record<string, (given: readonly string[], args: readonly string[]) => readonly string[]>> = {
  uniq: (given) => given.slice(1),
  xxd: (given) => given.slice(1),
  split: (given) => given.slice(1),
  csplit: () => [],
  objcopy: (given) => given.slice(-1),
  strip: (given) => given,
  script: (given) => given.slice(0, 1),
  patch: (given) => given.slice(0, 1),
  crudini: (given, args) => (args.some((a) => /^--(set|del|merge)$/.test(a)) ? given.slice(0, 1) : []),
  htpasswd: (given, args) => (args.some((a) => /^-[a-zA-Z]*n/.test(a)) ? [] : given.slice(0, 1)),
  "grub-install": (given) => given.slice(-1),
  yq: (given, args) => (args.some((a) => /^(-[a-zA-Z]*i|--inplace)$/.test(a)) ? given.slice(-1) : []),
};
/** Options of those programs whose value is no operand. */
const VALUED = /^(-[abBclCdFfIjnNoprsSTt]|--(set|del|bytes|lines|command|input|strip|directory))$/;

/** Effects beyond the workspace: a plain name in it is not worth one. */
export function outputFiles(program: string, args: readonly string[]): CommandEffect[] {
  const option = Object.hasOwn(OPTIONS, program) ? optionsValues(args, OPTIONS[program] as RegExp) : [];
  const operand = Object.hasOwn(OPERANDS, program) ? OPERANDS[program] : undefined;
  const named = operand === undefined ? [] : operand(operands(args.filter((_a, i) => !VALUED.test(args[i - 1] ?? ""))), args);
  return [...option, ...named, ...written(program, args)]
    .filter((path) => path !== "-" && !/^\/dev\/(null|stdout|stderr|tty|fd\/)/.test(path))
    .flatMap((path) => writeEffects(path, true))
    .filter((effect) => !effect.classes.every((c) => c === "path.workspace" || c === "path.tmp"));
}

/** What the programs of `sed` and `awk`, and the commands of `vim`, write themselves. */
function written(program: string, args: readonly string[]): readonly string[] {
  if (program === "sed") return args.flatMap((script) => [...script.matchAll(SED_WRITE)].map((found) => found[1] as string));
  if (AWK.test(program)) {
    const inPlace = args.some((a, i) => a === "inplace" && args[i - 1] === "-i");
    const files = inPlace ? operands(args.filter((_a, i) => !/^-[ivF]$/.test(args[i - 1] ?? ""))).slice(1) : [];
    return [...files, ...args.flatMap((code) => [...code.matchAll(AWK_WRITE)].map((found) => found[1] as string))];
  }
  if (!/^(vim?|nvim)$/.test(program)) return [];
  const commands = args.filter((a, i) => /^(-c|--cmd|-s?es)$/.test(args[i - 1] ?? "") || a.startsWith("+"));
  const saves = commands.some((a) => /^\+?:?\s*(?:\d*,?\$?)(w|wq|x|xit|up|update|wqa|wa|xa|sav\w*)\b/.test(a));
  const elsewhere = commands.flatMap((a) => /^\+?:?\s*(?:w|sav\w*)!?\s+([^\s!|]+)/.exec(a)?.[1] ?? []);
  return saves ? [...operands(args.filter((a) => !commands.includes(a))), ...elsewhere] : [];
}
const SED_WRITE = /(?:^|[\s;{}\d$/|,#])w\s+(\/[^\s;}]+)/g;
const AWK = /^[gmn]?awk$/;
const AWK_WRITE = /\bprintf?\b[^;}|]*>>?\s*"(\/[^"]+)"/g;
