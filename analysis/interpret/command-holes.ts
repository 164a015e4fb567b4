/**
 * Where the holes of a command line come from. What the operator of a machine set in its environment is no outside input as an
 * argument of a program that is known; what is run, or given to something that runs it, is another matter.
 */
import type { TargetClass } from "../effects.ts";
import type { CommandMeaning } from "../shell-command.ts";
import { holeClasses } from "../targets.ts";
import { partsOf, type Value } from "../values.ts";

const WRAPPER = /^(sudo|doas|nohup|exec|time|command|then|do|else|env|nice|setsid|[A-Za-z_]\w*=.*)$/;
const RUNS_ANYTHING = /^(eval|source|\.|xargs|su|parallel|watch|timeout|ssh)$/;
const INTERPRETER =
  /^((ba|z|da|k|fi|a)?sh|cmd(\.exe)?|powershell(\.exe)?|pwsh|python[\d.]*|node|deno|bun|tsx|perl|ruby|php|awk|psql|mysql|sqlite3)$/i;
const GIVES_CODE = /^(-\w*[ce]|--eval|--print|--command|\/c|-Command)$/i;
/** Ends a command and begins the next. */
const BREAK = /[;&|(`\n]/;

/** `unknown.*` classes of a line's holes; `computed`: also of what the program computes itself. */
export function commandHoles(line: Value, { effects }: CommandMeaning, computed: boolean): TargetClass[] {
  const classes = holeClasses(line, computed);
  if (!classes.includes("unknown.env") || environmentRuns(line) || effects.some(({ kind }) => CANNOT_BE_UNDONE.test(kind))) return classes;
  return classes.filter((c) => c !== "unknown.env");
}
const CANNOT_BE_UNDONE = /^(fs\.delete|process\.signal|system\.control|db\.(drop|delete_all))/;

/** A variable of the environment says what runs. */
function environmentRuns(line: Value): boolean {
  let before = "";
  for (const part of partsOf(line)) {
    if (typeof part !== "string" && part.cause === "env" && isRun(before)) return true;
    before += typeof part === "string" ? part : "{?}";
  }
  return false;
}

/** What stands here is the program, or text that a program runs. */
function isRun(before: string): boolean {
  const segment = before.split(BREAK).at(-1) ?? "";
  const words = segment.trimStart().split(/\s+/);
  const [program, ...rest] = words.slice(words.findIndex((word) => !WRAPPER.test(word)));
  if (program === undefined || rest.length === 0) return true;
  const name = program.replace(/^["']|["']$/g, "").replace(/^.*\//, "");
  if (RUNS_ANYTHING.test(name)) return true;
  if (!INTERPRETER.test(name)) return false;
  const complete = rest.slice(0, -1);
  return complete.some((word) => GIVES_CODE.test(word)) || !complete.some((word) => !word.startsWith("-"));
}
