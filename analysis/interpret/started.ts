/** Programs that were started and are still there: which one a handle stands for. */
import type { Label } from "../effects.ts";
import type { ApiModel } from "../models.ts";
import { secretsPrinted } from "../shell-output.ts";
import type { State } from "../state.ts";
import { isString, membersOf, type Value } from "../values.ts";
import type { CallArgs } from "./call-args.ts";
import { contentLabels, LEADS_TO_SECRETS } from "./file-handles.ts";
import { elementsOf } from "./iterate.ts";
import { inJs, type Run } from "./run.ts";
import { findsSecrets } from "./secret-patterns.ts";

/** Starts the label that stays with a handle inside the interpreter. */
const STARTED = "type:started:";

const INTERPRETS = /(?:^|[\\/])(?:(?:ba|z|da|k|fi|a)?sh|cmd|powershell|pwsh|python[\d.]*|node|deno|bun|ruby|perl|php)(?:\.exe)?$/i;

/** Whether what goes into the program's standard input is run by it: known for a program that is known. */
export function runsItsInput(stdin: Value): boolean {
  if (stdin.k !== "api" || !/ChildProcess\.stdin$/.test(stdin.path)) return false;
  const words = startedWords(stdin.labels);
  return words.length === 0 || readsProgram(words) !== null;
}

/** What interprets the standard input of a program that is started so: an interpreter that is given no program by its arguments. */
export function readsProgram([program = "", ...rest]: readonly string[]): "shell" | "python" | "javascript" | null {
  const name = INTERPRETS.exec(program)?.[0].toLowerCase() ?? "";
  if (name === "" || rest.some((word) => !word.startsWith("-") || /^(-\w*[ce]|--eval|--print|-p|-m|--version|--help)$/.test(word)))
    return null;
  return name.includes("python") ? "python" : /node|deno|bun/.test(name) ? "javascript" : "shell";
}

/** The words of the command line that a handle stands for, as far as they are known. */
export function startedWords(labels: readonly Label[]): readonly string[] {
  return (
    labels
      .find((l) => l.startsWith(STARTED))
      ?.slice(STARTED.length)
      .split(" ") ?? []
  );
}

/** Commands that print what something here is called: a commit, a branch, this machine, today. */
const OWN_NAMES =
  /^(git (describe|rev-parse|rev-list|symbolic-ref|merge-base|hash-object|branch --show-current)|date|hostname|whoami|uname|nproc|pwd|arch|id|which|command -v)(\s+[\w./:@=^~+%-]+)*\s*$/;

const starts = (model: ApiModel): boolean => model.effects.some((e) => e.kind === "process.exec");

/** Whether a started program prints a name of the repository or the machine, and nothing that somebody wrote into a file. */
export const isOwnName = (run: Run, state: State, model: ApiModel, args: CallArgs): boolean =>
  starts(model) && OWN_NAMES.test(lineOf(run, state, args).trim());

/** A program that was started remembers which one it is. */
export function commandLabels(run: Run, state: State, model: ApiModel, args: CallArgs): readonly Label[] {
  if (!starts(model)) return [];
  const line = lineOf(run, state, args);
  return [...handleLabels(run, state, { model, line }, args), ...outputLabels(run, line)];
}

/** What a program that is started by a line prints of secrets and private files. */
export const outputLabels = (run: Run, line: string): readonly Label[] => [
  ...secretsPrinted(line),
  ...printedLabels(run, line),
  ...(FINDS_SECRETS.test(line) ? [LEADS_TO_SECRETS] : []),
  ...secretsSearched(line),
];

/** A search for files by names under which secrets are kept: whatever it prints leads to one. */
const FINDS_SECRETS =
  /^(sudo )?(find|fd|fdfind|locate|plocate|mdfind)\b.*(\.env\b|\.pem\b|\bid_(rsa|ed25519|ecdsa)|\.kdbx\b|\.p12\b|\.pfx\b|\*\.key\b|credentials?\b|\.npmrc\b|\.netrc\b|wallet\.dat|\.ssh\b)/;

/** A search in files for what keys and tokens look like: whatever it prints is one. */
function secretsSearched(line: string): readonly Label[] {
  const words = /^(?:git grep|[ef]?grep|rg|ag|ack)\s+(.*)$/.exec(line)?.[1]?.split(/\s+/) ?? [];
  const pattern = words.find((word) => !word.startsWith("-"))?.replace(/^['"]|['"]$/g, "");
  return pattern !== undefined && findsSecrets(pattern) ? ["file", "file.private"] : [];
}

const PRINTS = /^(cat|head|tail|tac|nl|base64|base32|xxd|hexdump|strings|gzip -c|zcat|rev|sort|openssl \w+)\s/;

/** A line of a shell that is started remembers which one it is. */
export const lineLabels = (line: string): readonly Label[] => [`${STARTED}${line.trim().split(/\s+/).join(" ").slice(0, 300)}`];

/** What a command line prints of files. */
export function printedLabels(run: Run, line: string): readonly Label[] {
  if (!PRINTS.test(line)) return [];
  const paths = line
    .split(/\s+/)
    .slice(1)
    .filter((word) => /^[~/{]/.test(word));
  return paths.some((path) => contentLabels(run.values.string(path)).includes("file.private")) ? ["file", "file.private"] : [];
}

/** `popen(command, "w")`. */
const isMode = (value: Value): boolean => isString(value) && /^[rw]$/.test(value.value);

/** `run(["gh", "auth", "token"])`, `spawn("gh", ["auth", "token"])`, `run("gh auth token", shell=True)`. */
export function lineOf(run: Run, state: State, args: CallArgs): string {
  const given =
    args.positional.length > 0 ? args.positional.slice(0, 2).filter((v) => !isMode(v)) : [...args.keywords.values()].slice(0, 1);
  const words = given.flatMap((value) =>
    value.k === "ref" ? (elementsOf(run, state, value) ?? []) : value.k === "closure" ? [] : [value],
  );
  return words.map((word) => (isString(word) ? word.value : "{?}")).join(" ");
}

type Started = { readonly model: ApiModel; readonly line: string };

function handleLabels(run: Run, state: State, { model, line }: Started, args: CallArgs): readonly Label[] {
  const [named, list] = model.effects.some((e) => e.as === "json_command") ? args.positional : [];
  if (named === undefined && (model.returns !== null || inJs(run)) && line.trim() !== "") return lineLabels(line);
  const programs = named === undefined ? [] : membersOf(named).filter(isString);
  // Of several programs the one that runs what it is fed.
  const command = programs.find(({ value }) => INTERPRETS.test(String(value))) ?? programs[0];
  if (command === undefined) return [];
  const rest = (list?.k === "ref" ? elementsOf(run, state, list) : null) ?? [];
  return [
    `${STARTED}${[command, ...rest]
      .map((v) => (isString(v) ? v.value : "{?}"))
      .join(" ")
      .slice(0, 300)}`,
  ];
}
