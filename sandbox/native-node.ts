/**
 * Entry of a process that runs one JavaScript or shell program inside a sandbox of its own, with all that Node or the
 * shell can do there. It protects nothing: the program shares this process or its user. Arguments: the parser's entry,
 * the interpreter, and the descriptor on which the program comes (until its end) and the report goes back.
 */
import { spawn } from "node:child_process";
import { lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, isAbsolute, join, normalize } from "node:path";
import { constants, runInThisContext } from "node:vm";
import type * as BabelParser from "@babel/parser";
import { captureNatives, errorText } from "./guest-natives.ts";
import { bindInputs } from "./guest-realm.ts";
import { outputsText, resultText } from "./guest-result.ts";
import { isExpected } from "./observed-kinds.ts";
import { ownFrames } from "./own-frames.ts";
import { type Prepared, prepareSource } from "./prepare-source.ts";
import { encodeReport, OUTPUTS, type ProgramBody, READY, WORK } from "./program-report.ts";
import type { ObservedEffect, RunStatus, WorkerReport } from "./types.ts";
import { watchModules } from "./watch-modules.ts";

const [parserEntry, interpreter, descriptor] = process.argv.slice(2) as [string, string, string];
const channel = Number(descriptor);
const MAX_OBSERVED = 50;
const MAX_OUTPUTS = 64;
/** Longest text that one argument of a process may have (linux/binfmts.h, MAX_ARG_STRLEN). */
const MAX_ARGUMENT = 131_071;

const n = captureNatives();
const observed: ObservedEffect[] = [];
let reported = false;

/** The first report counts. */
function report(status: RunStatus, parts: Partial<WorkerReport> = {}): void {
  if (reported) return;
  reported = true;
  const text = encodeReport(status, {
    ...{ reason: null, error: null, result: null, heapBytes: 0, observedEffects: observed, files: {} },
    ...parts,
  });
  for (let at = 0; at < text.length; ) at += writeSync(channel, text, at);
}

/** The request's files where the program works; a name that leads out of it stays in `files` only. */
function placeFiles(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    const path = normalize(name);
    if (isAbsolute(path) || path.startsWith("..")) continue;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

function observe(effect: ObservedEffect, expects: ProgramBody["expects"]): void {
  if (observed.length < MAX_OBSERVED) observed.push(effect);
  if (isExpected(effect, expects)) return;
  const error = `the program was stopped: it tried \`${effect.kind}\` of \`${effect.target}\`, which analysis had not predicted`;
  report("failed", { error, reason: "unpredicted_effect" });
  process.exit(1);
}

type Runnable = Prepared & { readonly ok: true };

/** Ends when nothing is left to wait for, as every program of Node. */
function runJavaScript(body: ProgramBody, prepared: Runnable): void {
  const state: { outputs: Record<string, unknown>; value: unknown; settled: boolean } = { outputs: {}, value: undefined, settled: false };
  bindInputs(n, state, body.inputs, body.declaredFiles ? JSON.stringify(body.files) : null);
  Object.assign(globalThis, { require: createRequire(`${process.cwd()}/`) });
  const fail = (error: unknown) => {
    report("failed", { error: ownFrames(errorText(n, error), prepared) });
    process.exit(1);
  };
  process.on("uncaughtException", fail);
  process.on("beforeExit", () => finish(body, state, fail));
  process.on("exit", (code) => {
    if (code === 0) report("completed");
    else report("failed", { error: `the program ended its process with code ${code}` });
  });
  watchModules((effect) => observe(effect, body.expects));
  const load = { filename: prepared.filename, lineOffset: -1, importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER };
  try {
    const program = runInThisContext(prepared.script, load) as () => Promise<unknown>;
    program().then((value) => Object.assign(state, { value, settled: true }), fail);
  } catch (error) {
    fail(error);
  }
}

function finish(
  body: ProgramBody,
  state: { readonly outputs: Record<string, unknown>; readonly value: unknown; readonly settled: boolean },
  fail: (error: unknown) => void,
): void {
  if (!state.settled) {
    fail(new Error("the program waits for a promise that nothing settles"));
    return;
  }
  const limit = body.outputBytes;
  try {
    const result = resultText(n, state.value);
    const files = JSON.parse(outputsText(n, state.outputs, limit));
    if (Buffer.byteLength(result) <= limit) report("completed", { result, files });
    else report("output_exceeded", { error: `the result is larger than ${limit} bytes`, reason: "result_too_large" });
  } catch (error) {
    fail(error);
  }
}

/** Why this is nothing that a shell can be given. */
function unfitForShell({ code, inputs }: ProgramBody): string | null {
  if (code.includes("\0")) return "a shell program cannot hold a null byte";
  const fits = [code, inputs].every((text) => Buffer.byteLength(text) <= MAX_ARGUMENT);
  return fits ? null : `a shell program and its inputs may have ${MAX_ARGUMENT} bytes each`;
}

/** Line numbers in the shell's messages are those of the program: it is one argument, and named after its file. */
function runShell(body: ProgramBody): void {
  const env = { ...process.env, INPUTS: body.inputs, ...(body.declaredFiles ? { OUTPUTS } : {}) };
  const shell = spawn(interpreter, ["-c", body.code, "user.sh"], { stdio: ["ignore", "inherit", "inherit"], env });
  shell.on("error", (error) => report("failed", { error: error.message }));
  shell.on("exit", (code, signal) => {
    if (signal !== null) report("failed", { error: `the program was ended by ${signal}` });
    else if (code !== 0) report("failed", { error: `the program ended with code ${code}` });
    else collectOutputs(body);
    process.exit(0);
  });
}

function collectOutputs({ declaredFiles, outputBytes }: ProgramBody): void {
  const files: Record<string, string> = {};
  let left = outputBytes;
  const names = declaredFiles ? readdirSync(OUTPUTS).slice(0, MAX_OUTPUTS) : [];
  for (const name of names) {
    const path = join(OUTPUTS, name);
    const about = lstatSync(path);
    if (!about.isFile()) continue;
    left -= name.length + about.size;
    if (left < 0) break;
    files[name] = readFileSync(path, "utf8");
  }
  if (left >= 0) report("completed", { files });
  else report("output_exceeded", { error: `outputs are larger than ${outputBytes} bytes`, reason: "result_too_large" });
}

function main(): void {
  writeSync(channel, READY);
  const body = JSON.parse(readFileSync(channel, "utf8")) as ProgramBody;
  for (const directory of [WORK, OUTPUTS]) mkdirSync(directory, { recursive: true });
  process.chdir(WORK);
  if (body.placesFiles) placeFiles(body.files);
  if (body.language === "shell") {
    const unfit = unfitForShell(body);
    if (unfit === null) runShell(body);
    else report("failed", { error: unfit });
    return;
  }
  const { parse } = createRequire(import.meta.url)(parserEntry) as typeof BabelParser;
  const prepared = prepareSource(parse, body.language === "typescript" ? "typescript" : "javascript", body.code, "load");
  if (prepared.ok) runJavaScript(body, prepared);
  else report("failed", { error: prepared.error });
}

main();
