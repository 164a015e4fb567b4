/** A program that is started: what it would do, what it reads and prints, and code that it is given to run. */

import { administrationMeaning } from "./shell-administration.ts";
import { followArchive } from "./shell-archived.ts";
import { checkSums, confirmChecks, VERIFIED } from "./shell-checksums.ts";
import { eachMeaning } from "./shell-each.ts";
import { type Field, NO_OUTPUT, type Output, programText } from "./shell-expand.ts";
import { expanderOf, ITSELF, variableValue } from "./shell-expander.ts";
import { sayPreload } from "./shell-hooks.ts";
import { namesListed } from "./shell-listings.ts";
import {
  type CommandMeaning,
  EACH,
  FETCHED,
  hasExpansion,
  holed,
  labelsOf,
  merge,
  NOTHING,
  oneEffect,
  only,
  pathEffect,
  unknownExpansion,
  wholeExpansion,
  withoutMarks,
} from "./shell-meaning.ts";
import { REMOTE_SHELLS, remoteLine } from "./shell-network.ts";
import { outputOf } from "./shell-output.ts";
import { inDirectory, joinedPath } from "./shell-paths.ts";
import {
  codeIndex,
  codeMeaning,
  INTERPRETERS,
  nameOf,
  programMeaning,
  type Reader,
  raisedWith,
  SHELLS,
  withArguments,
} from "./shell-programs.ts";
import { linked } from "./shell-redirect.ts";
import { withRotation } from "./shell-rotation.ts";
import { contentOf, labelsOfFiles, savedScript, saveFiles } from "./shell-saved.ts";
import { readLine } from "./shell-scopes.ts";
import { ENDS_PROGRAM, NORMAL, type Shell, type Status, say } from "./shell-state.ts";
import { attachedMeaning } from "./shell-system.ts";
import { baseName, optionValue, unwrap } from "./shell-wrappers.ts";

/** A program that talks with whoever is at the other end of its pipe. */
const INTERACTIVE = "shell:interactive";

export function readerOf(shell: Shell): Reader {
  return {
    input: shell.input?.output ?? null,
    contentOf: (path) => contentOf(shell.budget.saved, joinedPath(shell.frame.cwd, path)),
    labelsOfFiles: (paths) =>
      labelsOfFiles(
        shell.budget.saved,
        paths.map((p) => joinedPath(shell.frame.cwd, p)),
      ),
    shell: (line, args) => {
      const own: Shell = {
        ...shell,
        variables: new Map(shell.variables),
        frame: { ...shell.frame, positional: args.slice(1) },
        trace: null,
        meanings: [],
        printed: [],
      };
      own.variables.set("0", [args[0] ?? "sh"]);
      return readLine(own, line, "subprocess");
    },
  };
}

type Given = { readonly set: readonly string[]; readonly socket: boolean };

export function startProgram(outer: Shell, fields: readonly Field[], given: Given): Status {
  const shell = withEnvironment(outer, fields);
  const input = argumentsFile(shell, fields) ?? shell.input?.output ?? null;
  const words = wrappedInput(
    fields.map((f) => f.text),
    input,
  );
  const { argv, wrappers, raised, line } = unwrap(words.map(withoutMarks));
  const program = nameOf(argv);
  if (program === "exec" && argv.length === 1) return NORMAL;
  const started: Started = { fields, argv, program, line, raised, wrappers };
  const hides = runsHidden(started);
  const unconfirm = shell.budget.checks.length > 0 ? confirmChecks(shell) : null;
  sayMeaning(shell, started, hides);
  const set = [...given.set, ...setForProgram(fields), ...(raised.length > 0 ? shell.variables.keys() : [])];
  sayPreload(shell, set, (name) => shell.variables.get(name)?.[0] ?? "");
  if (hides) reportLine(shell, hidden(shell, fields.some(isDecodedHere)));
  runSaved(shell, argv, program);
  if (program === "make" || program === "gmake") runRecipes(shell, argv);
  checkSums(shell, argv, input);
  const printed = line === null ? (program === "envsubst" ? substituted(shell, input) : feed(shell, started, input)) : null;
  const placed = argv.map((a, i) => (i === 0 ? a : inPlace(shell, a)));
  saveFiles(shell.budget.saved, placed, { input, cwd: shell.frame.cwd });
  if (line === null) followArchive(shell.budget.saved, program, placed.slice(1), shell.frame.cwd);
  unconfirm?.();
  if (given.socket && INTERPRETERS.has(program)) reportLine(shell, remoteShell(shell));
  if (line === null)
    shell.printed.push(
      printed ??
        outputOf(program, argv.slice(1), {
          input,
          cwd: shell.frame.cwd,
          contentOf: (path) => contentOf(shell.budget.saved, joinedPath(shell.frame.cwd, path)),
        }),
    );
  const replaced = wrappers[0] === "exec" && fields[0]?.text === "exec";
  return replaced ? { truth: null, ends: ENDS_PROGRAM, sure: true } : NORMAL;
}

/** `env NAME=value program`: set for the program. */
function withEnvironment(shell: Shell, fields: readonly Field[]): Shell {
  if (baseName(fields[0]?.text ?? "") !== "env") return shell;
  const variables = new Map(shell.variables);
  for (const { text } of fields.slice(1)) {
    const at = /^[A-Za-z_]\w*=/.exec(text)?.[0].length ?? 0;
    if (at > 0) variables.set(text.slice(0, at - 1), [text.slice(at)]);
    else if (!text.startsWith("-")) break;
  }
  return { ...shell, variables };
}

const setForProgram = (fields: readonly Field[]): string[] =>
  baseName(fields[0]?.text ?? "") === "env" ? fields.flatMap(({ text }) => /^([A-Za-z_]\w*)=/.exec(text)?.[1] ?? []) : [];

/** `xargs -a FILE`: what it reads instead of its input. */
function argumentsFile(shell: Shell, fields: readonly Field[]): Output | null {
  const words = fields.map((f) => f.text);
  const at = words.findIndex((word) => baseName(word) === "xargs");
  const options = words.slice(at);
  const path = at < 0 ? null : (optionValue(options, /^(-a|--arg-file)$/) ?? options.find((w) => w.startsWith("--arg-file="))?.slice(11));
  return path == null ? null : contentOf(shell.budget.saved, joinedPath(shell.frame.cwd, path));
}

const isDecodedHere = (field: Field): boolean => field.hidden && !labelsOf(field.text).includes(FETCHED);

const inPlace = (shell: Shell, path: string): string =>
  path.startsWith("-") || shell.frame.cwd === null ? path : joinedPath(shell.frame.cwd, path);

type Started = {
  readonly fields: readonly Field[];
  readonly argv: readonly string[];
  readonly program: string;
  readonly line: string | null;
  readonly raised: readonly string[];
  readonly wrappers: readonly string[];
};

function sayMeaning(shell: Shell, started: Started, hides: boolean): void {
  const { fields, argv, line, raised, wrappers } = started;
  const words = fields.map((f) => withoutMarks(f.text));
  if (line !== null) {
    const read = hides && isWhollyUnknown(line) ? NOTHING : isLocalProgram(line) ? only("command.unknown") : readLine(shell, line);
    say(
      shell,
      raisedWith(read, { raised, argv, foreign: hides }),
      isLocalProgram(line) ? ["eval", shownCode(line)] : line.includes("\ue000") && isWhollyUnknown(line) ? [line] : null,
    );
    return;
  }
  if (fields[0]?.hidden === true && hasExpansion(words[0] ?? "")) return;
  const given = ON_LINKS.has(started.program) ? argv : argv.map((word, i) => (i === 0 ? word : linked(shell, word)));
  const whole = wrappers.some((w) => OWN_MEANING.has(w)) ? [eachMeaning(words), ownMeaning(words)] : [];
  const placed = (meaning: CommandMeaning): CommandMeaning => {
    const inPlace = inDirectory(hides ? withoutUnknown(meaning) : meaning, shell.frame.cwd);
    return withRotation(inPlace, { program: started.program, args: argv.slice(1), saved: shell.budget.saved });
  };
  const context = CLUSTERS.test(started.program) ? provenContext(shell) : null;
  const full = [...raised, ...given, ...(context === null ? [] : [`--context=${context}`])];
  const own = isItself(shell, started) ? only("command.elevated") : programMeaning(full, readerOf(shell), placed);
  say(shell, merge([...whole, own]), words);
}

const CLUSTERS = /^(kubectl|helm)$/;
const CONTEXT = /(?:context|ctx|cluster).*?(==?|!=)\s*["']?([\w-]+)/i;

/** `[[ $(kubectl config current-context) == kind-dev ]] || exit 1`: which cluster it is from there on. */
function provenContext(shell: Shell): string | null {
  for (const { text, positive } of shell.frame.guards) {
    const [, operator, context] = CONTEXT.exec(text) ?? [];
    if (context !== undefined && positive === (operator !== "!=")) return context;
  }
  return null;
}

/** `exec sudo "$0" "$@"`: with more rights it does what is read anyway. */
const isItself = (shell: Shell, { argv, program, raised }: Started): boolean =>
  raised.length > 0 && (INTERPRETERS.has(program) ? argv[1] : argv[0]) === ITSELF && /\$\{?(0|BASH_SOURCE)\b/.test(lineOf(shell));

/** Wrappers that do something themselves besides starting a program. */
const OWN_MEANING: ReadonlySet<string> = new Set(["sshpass", "strace", "ltrace", "systemd-run"]);
const ownMeaning = (words: readonly string[]): CommandMeaning =>
  attachedMeaning(words) ?? administrationMeaning(baseName(words[0] ?? ""), words.slice(1)) ?? NOTHING;
/** Programs that are about a link itself, not about what it stands for. */
const ON_LINKS: ReadonlySet<string> = new Set(["ln", "rm", "unlink", "readlink", "ls", "mv", "stat"]);

const isWhollyUnknown = (line: string): boolean => holed(line).replaceAll("{?}", "").trim() === "";
const shownCode = (line: string): string => wholeExpansion(line.trim())?.replace(/^\(|\)$/g, "") ?? "";
/** `eval "$(ssh-agent -s)"`: what a program of the machine prints is as well known as the program itself. */
function isLocalProgram(line: string): boolean {
  const source = wholeExpansion(line.trim());
  if (source === null || !source.startsWith("(")) return false;
  const first = /^\(\s*([\w./+-]+)/.exec(source)?.[1] ?? "";
  return (
    !/\ue002unknown\.(file|input|network|env)/.test(line) &&
    labelsOf(line).length === 0 &&
    first !== "" &&
    !/[|;&<`$]/.test(source) &&
    !PRINTERS.test(baseName(first))
  );
}
const PRINTERS =
  /^(cat|grep|egrep|sed|awk|gawk|head|tail|cut|tr|jq|yq|echo|printf|curl|wget|nc|find|ls|sort|base64|xxd|rev|tac|strings|dig|ssh)$/;

/** A file that this line saved is what runs. */
function runSaved(shell: Shell, argv: readonly string[], program: string): void {
  const { saved } = shell.budget;
  const sources = program === "source" || program === ".";
  const path = (shell.variables.get("PATH")?.[0] ?? "").split(":").filter((d) => d !== "" && !hasExpansion(d));
  const here = argv.map((a, i) => (a.includes("/") || i > 0 ? inPlace(shell, a) : a));
  const script = savedScript(saved, here, { interprets: INTERPRETERS.has(program) || sources, path });
  if (script === null) return;
  if (script.hidden) reportLine(shell, script.labels.includes(VERIFIED) ? verified(argv) : hidden(shell, !script.fetched));
  const text = programText(script);
  if (text === null) return;
  const by = INTERPRETERS.has(program) ? program : sources ? "sh" : shebang(text);
  if (script.text === null && !SHELLS.has(by)) return;
  if (sources) readSourced(shell, text, argv.slice(2));
  else say(shell, inDirectory(codeMeaning(by, text, readerOf(shell), ownArguments(argv, program)), shell.frame.cwd));
}

/** What a script is given begins with its own name. */
function ownArguments(argv: readonly string[], program: string): readonly string[] {
  const script = INTERPRETERS.has(program) ? argv.findIndex((a, i) => i > 0 && !a.startsWith("-")) : 0;
  return argv.slice(Math.max(0, script));
}

/** `. FILE a b`: its own parameters while it is read. */
function readSourced(shell: Shell, text: string, args: readonly string[]): void {
  const { positional } = shell.frame;
  if (args.length > 0) shell.frame.positional = args;
  readLine(shell, text);
  if (args.length > 0) shell.frame.positional = positional;
}

const shebang = (text: string): string => /^#!\s*\S*\/(?:env\s+(?:-S\s+)?)?([\w.]+)/.exec(text)?.[1] ?? "sh";

/** `envsubst`: the text with the variables in it. */
function substituted(shell: Shell, input: Output | null): Output | null {
  if (input?.text == null) return null;
  const { outside } = expanderOf(shell);
  const text = input.text.replace(/\$(?:(\w+)|\{(\w+)\})/g, (_all, bare, braced) => {
    const name = bare ?? braced;
    return variableValue(shell, name) ?? outside(name);
  });
  const known = !hasExpansion(text);
  return { ...input, text: known ? text : null, ...(known ? {} : { template: text }), labels: [...input.labels, ...labelsOf(text)] };
}

/** `make` reads the file that the line wrote. */
function runRecipes(shell: Shell, argv: readonly string[]): void {
  const named = optionValue(argv, /^(-f|--file|--makefile)$/);
  for (const name of named === null ? ["GNUmakefile", "makefile", "Makefile"] : [named]) {
    const text = shell.budget.saved.size === 0 ? null : contentOf(shell.budget.saved, joinedPath(shell.frame.cwd, name)).text;
    if (text === null) continue;
    const input = { ...NO_OUTPUT, text };
    say(
      shell,
      inDirectory(
        programMeaning(["make", "-f", "-"], { ...readerOf(shell), input }, (meaning) => meaning),
        shell.frame.cwd,
      ),
    );
    return;
  }
}

/** Standard input that is code. What the program prints is null unless the input says it. */
function feed(shell: Shell, started: Started, input: Output | null): Output | null {
  const { argv, program } = started;
  const sourced = (program === "." || program === "source") && /^\/dev\/(stdin|fd\/0)$/.test(argv[1] ?? "");
  if (sourced && input !== null) interpretInput(shell, "sh", input);
  // Without a line for it, the shell of the other machine reads what comes in.
  if (REMOTE_SHELLS.has(program) && input !== null && remoteLine(argv.slice(1)).line >= argv.length - 1)
    if (programText(input) !== null || input.hidden) interpretInput({ ...shell, frame: { ...shell.frame, cwd: null } }, "sh", input);
  const interprets = INTERPRETERS.has(program) || (started.raised.length > 0 && SHELLS.has(program));
  if (!interprets || codeIndex(argv.slice(1)) >= 0) return null;
  const script = argv.slice(1).find((a) => !a.startsWith("-"));
  // What stands behind `-` is given to the program that comes on standard input.
  const given = argv.findIndex((a, i) => i > 0 && (a === "-" || a === "-s"));
  if (script !== undefined && !/^\/dev\/(stdin|fd\/0)$/.test(script) && given < 0) return null;
  const args = given < 0 ? [] : argv.slice(given + 1).filter((a) => a !== "--");
  if (input !== null) interpretInput(shell, program, input, args);
  if (input?.text !== null && input !== null) return null;
  return { ...NO_OUTPUT, labels: argv.some((a) => /^(--version|--help|-V|-h)$/.test(a)) ? [] : [INTERACTIVE] };
}

function interpretInput(shell: Shell, program: string, input: Output, args: readonly string[] = []): void {
  if (input.hidden) reportLine(shell, hidden(shell, !input.fetched));
  const text = SHELLS.has(program) ? programText(input) : input.text;
  if (text === null) {
    if (!input.hidden && SHELLS.has(program) && input.cause !== null && /file|input|env|network/.test(input.cause))
      say(shell, only("command.unknown", input.cause), ["{?}"]);
    return;
  }
  const code = withArguments(program, withoutMarks(text).replace(/\n$/, ""), args);
  say(shell, inDirectory(codeMeaning(program, code, readerOf({ ...shell, input: null }), [program, ...args]), shell.frame.cwd));
}

function reportLine(shell: Shell, meaning: CommandMeaning): void {
  const kind = meaning.effects[0]?.kind ?? "";
  if (!shell.reported.has(kind)) say(shell, meaning);
  shell.reported.add(kind);
}

/** Text that was decoded, or fetched, is what runs. */
function hidden(shell: Shell, decoded: boolean): CommandMeaning {
  const meaning = oneEffect("code.hidden", lineOf(shell), ["command.interpreter", "command.network"]);
  return decoded ? { ...meaning, effects: meaning.effects.map((effect) => ({ ...effect, labels: ["via:decoded"] })) } : meaning;
}
/** Its author knows it, and whoever approves this may look at it. */
const verified = ([path = ""]: readonly string[]): CommandMeaning => ({
  classes: [],
  effects: [{ ...pathEffect("fs.write", path), labels: ["fetched"], args: { executable: true } }],
  nested: [],
});
const remoteShell = (shell: Shell): CommandMeaning => merge([hidden(shell, false), only("command.network", "command.destructive")]);
const lineOf = (shell: Shell): string =>
  (shell.trace === null ? shell.line : shell.line.slice(shell.place.at, shell.place.end)).slice(0, 400);
const withoutUnknown = (meaning: CommandMeaning): CommandMeaning => ({
  ...meaning,
  classes: meaning.classes.filter((c) => c !== "command.unknown"),
});

/** `xargs PROGRAM`: what it reads are operands of the program. */
function wrappedInput(words: readonly string[], input: Output | null): readonly string[] {
  const at = words.findIndex((w) => baseName(w) === "xargs" || baseName(w) === "parallel");
  if (at < 0 || !unwrap(words).wrappers.some((w) => w === "xargs" || w === "parallel")) return words;
  const mark = words.indexOf(":::");
  if (baseName(words[at] as string) === "parallel") {
    const given = mark > 0 ? words.slice(mark + 1) : input?.text?.split("\n").filter((w) => w !== "");
    const replaced = given === undefined ? null : parallelWords(words.slice(0, mark > 0 ? mark : undefined), at, given);
    if (replaced !== null) return replaced;
  }
  if (mark > 0) return [...words.slice(0, mark), ...words.slice(mark + 1)];
  const text = input?.text ?? null;
  const zeros = words.some((w, i) => i > at && /^-[a-zA-Z0-9]*0|^--null$/.test(w));
  const read = text === null ? unknownInput(input) : text.split(zeros ? "\0" : /[\s\0]+/).filter((w) => w !== "");
  const replaced = words.findIndex((w, i) => i > at && /^(-I|-i|--replace)/.test(w));
  if (replaced < 0) return [...words, ...read];
  const given = words[replaced] as string;
  const sign = given === "-I" ? (words[replaced + 1] ?? "{}") : given.replace(/^(-I|-i|--replace=?)/, "") || "{}";
  return words.flatMap((w, i) => (i > replaced + 1 && w.includes(sign) ? (w === sign ? read : [w.replaceAll(sign, read.join(" "))]) : [w]));
}

/** `parallel 'convert {} {.}.png' ::: a b`: one line for a shell, with all that is given in the place of each; null where nothing is replaced. */
function parallelWords(words: readonly string[], at: number, given: readonly string[]): readonly string[] | null {
  const { argv } = unwrap(words.slice(at));
  const isLine = argv.length === 1 && /[\s;|&]/.test(argv[0] as string);
  const replaces = argv.some((w) => /\{[./#%]*\}/.test(w));
  if (!isLine && !replaces) return null;
  const all = given.join(" ");
  const line = replaces ? argv.map((w) => w.replace(/\{[./#%]*\}/g, () => all)) : [...argv, all];
  return [
    ...words.slice(0, words.length - argv.length),
    ...(isLine ? ["sh", "-c", line.join(" ")] : line.flatMap((w) => (w === all ? given : [w]))),
  ];
}

/** Paths below the directories that `find` or `ls` listed, else something unknown. */
function unknownInput(input: Output | null): string[] {
  const cause = input === null ? "unknown.unmodelled" : input.cause;
  return namesListed(input?.labels ?? [], (labels) => unknownExpansion("input", { cause, labels: [...labels, EACH] }));
}

/** Text that was fetched or decoded is what runs: as the program, as its code, or as its script. */
function runsHidden({ fields, argv, program, line }: Started): boolean {
  if (!fields.some((f) => f.hidden)) return false;
  if (line !== null || fields[0]?.hidden === true) return true;
  const start = Math.max(0, fields.length - argv.length);
  if (program === "source" || program === ".") return fields[start + 1]?.hidden === true;
  if (REMOTE_SHELLS.has(program)) return fields[start + 1 + remoteLine(argv.slice(1)).line]?.hidden === true;
  if (!INTERPRETERS.has(program)) return false;
  const code = codeIndex(argv.slice(1));
  const script = argv.findIndex((a, i) => i > 0 && !a.startsWith("-"));
  return fields[start + (code >= 0 ? code + 1 : script)]?.hidden === true;
}
