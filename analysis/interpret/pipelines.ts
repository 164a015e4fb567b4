/** Workflows that a program writes, here or at a host of repositories: steps that would tell somebody the secrets of those who run them. */
import { yamlData } from "../pure/text-formats.ts";
import { shellMeaning } from "../shell-command.ts";
import type { CommandEffect } from "../shell-meaning.ts";
import { isPipeline } from "../shell-quality.ts";
import type { State } from "../state.ts";
import { isString, membersOf, type Value } from "../values.ts";
import type { CallArgs } from "./call-args.ts";
import { optionOf } from "./effect-conditions.ts";
import { emit } from "./effect-sink.ts";
import type { Run } from "./run.ts";

/** Steps that are read of one workflow, and how deep they stand. */
const MOST_STEPS = 40;
const DEEPEST = 8;
const STEP = /^(run|script|before_script|after_script|bash|command)$/;

/** Reads what is written when it is a workflow. */
export function reportPipeline(run: Run, state: State, file: { path: Value; content: Value; api?: string }): void {
  const path = membersOf(file.path).find((member) => isString(member) && isPipeline(member.value));
  if (path === undefined) return;
  for (const text of membersOf(file.content)) {
    if (!isString(text)) continue;
    const plain = /[\n{]/.test(text.value) ? text.value : Buffer.from(text.value, "base64").toString("utf8");
    for (const line of stepsOf(yamlData(plain)).slice(0, MOST_STEPS)) reportStep(run, state, { line, api: file.api ?? "file" });
  }
}

function stepsOf(data: unknown, depth = 0): string[] {
  if (typeof data !== "object" || data === null || depth > DEEPEST) return [];
  return Object.entries(data).flatMap(([key, value]: [string, unknown]) => {
    if (!STEP.test(key)) return stepsOf(value, depth + 1);
    return (Array.isArray(value) ? value : [value]).filter((line): line is string => typeof line === "string");
  });
}

/** `${{ secrets.NAME }}` is a variable of that name, `${{ toJSON(secrets) }}` all of them. */
const asShell = (line: string): string =>
  line
    .replace(/'?"?\$\{\{\s*toJSON\(\s*(secrets|env)\s*\)\s*\}\}"?'?/gi, '"$(printenv)"')
    .replace(/\$\{\{\s*(?:secrets|env)\.(\w+)\s*\}\}/g, "$$$1")
    .replace(/\$\{\{[^}]*\}\}/g, "x");

function reportStep(run: Run, state: State, { line, api }: { line: string; api: string }): void {
  for (const effect of shellMeaning(asShell(line)).effects) {
    const labels = (effect.labels ?? []).filter((label) => label === "env" || label === "env.secret" || label.startsWith("secret.private"));
    if (effect.kind === "code.hidden" && isFetchedCode(effect)) reportFetched(run, state, { line, api });
    if (effect.kind !== "net.send" || labels.length === 0) continue;
    emit(run, state, { kind: effect.kind, target: effect.target, classes: effect.classes, args: {}, labels, basis: "api", api });
  }
}

const isFetchedCode = ({ classes, labels }: CommandEffect): boolean =>
  classes.includes("command.network") && !classes.includes("command.destructive") && labels?.includes("via:decoded") !== true;

/** `curl -s URL | sh` in a step: what somebody else keeps there is what runs, wherever this workflow does. */
function reportFetched(run: Run, state: State, { line, api }: { line: string; api: string }): void {
  const facts = { args: { executable: true }, labels: ["fetched"], basis: "api" as const };
  emit(run, state, { kind: "fs.write", target: line.slice(0, 200), classes: ["path.workspace"], ...facts, api });
}

/** `createOrUpdateFileContents({ path, content })`, `repo.create_file(path, message, content)`. */
export function reportRemoteFile(run: Run, state: State, called: { name: string; api: string }, args: CallArgs): void {
  if (!/^(createOrUpdateFileContents|createOrUpdateFile|create_file|update_file)$/.test(called.name)) return;
  const path = optionOf(state, args, "path") ?? args.positional[0];
  const content = optionOf(state, args, "content") ?? args.positional[2];
  if (path !== undefined && content !== undefined) reportPipeline(run, state, { path, content, api: called.api });
}
