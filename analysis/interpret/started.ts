/** Programs that were started and are still there: which one a handle stands for. */
import type { Label } from "../effects.ts";
import type { ApiModel } from "../models.ts";
import type { State } from "../state.ts";
import { isString, type Value } from "../values.ts";
import type { CallArgs } from "./call-args.ts";
import { elementsOf } from "./iterate.ts";
import type { Run } from "./run.ts";

/** Starts the label that stays with a handle inside the interpreter. */
const STARTED = "type:started:";

const INTERPRETS = /(?:^|[\\/])(?:(?:ba|z|da|k|fi|a)?sh|cmd|powershell|pwsh|python[\d.]*|node|deno|bun|ruby|perl|php)(?:\.exe)?$/i;

/** Whether what goes into the program's standard input is run by it: known for a program that is known. */
export function runsItsInput(stdin: Value): boolean {
  if (stdin.k !== "api" || !/ChildProcess\.stdin$/.test(stdin.path)) return false;
  const started = stdin.labels.find((l) => l.startsWith(STARTED));
  return started === undefined || INTERPRETS.test(started.slice(STARTED.length));
}

/** Commands that print what something here is called: a commit, a branch, this machine, today. */
const OWN_NAMES =
  /^(git (describe|rev-parse|rev-list|symbolic-ref|merge-base|hash-object|branch --show-current)|date|hostname|whoami|uname|nproc|pwd|arch|id|which|command -v)(\s+[\w./:@=^~+%-]+)*\s*$/;

/** Whether a started program prints a name of the repository or the machine, and nothing that somebody wrote into a file. */
export function isOwnName(run: Run, state: State, model: ApiModel, args: CallArgs): boolean {
  if (!model.effects.some((e) => e.kind === "process.exec")) return false;
  const words = args.positional.slice(0, 2).flatMap((v) => (v.k === "ref" ? (elementsOf(run, state, v) ?? []) : [v]));
  return OWN_NAMES.test(
    words
      .map((w) => (isString(w) ? w.value : ""))
      .join(" ")
      .trim(),
  );
}

/** A program that was started remembers which one it is. */
export function commandLabels(model: ApiModel, args: CallArgs): readonly Label[] {
  const [command] = model.effects.some((e) => e.as === "json_command") ? args.positional : [];
  return isString(command) ? [`${STARTED}${command.value.slice(0, 100)}`] : [];
}
