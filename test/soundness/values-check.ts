/** The comparison of values: what a program computes for real against the paths that the analysis says it reads. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import type { Program } from "../../analysis/effects.ts";
import { programOf } from "../analysis/interpret/analyze-source.ts";
import { analysed, type ValueProgram } from "./values-programs.ts";

type Ran = { readonly values: readonly string[]; readonly failure: string | null };
/** How a computed value stands in the facts: exactly, among others or with holes, or not at all. */
type Verdict = "known" | "unknown" | "wrong";
export type Compared = {
  readonly program: ValueProgram;
  readonly value: string;
  readonly verdict: Verdict;
  readonly said: readonly string[];
};

const RESULT = "/result/";

export function compareValues(programs: readonly ValueProgram[]): {
  readonly compared: readonly Compared[];
  readonly broken: readonly string[];
} {
  const ran = [...runAll(programs, "python"), ...runAll(programs, "javascript")];
  const broken = ran
    .filter(([, { values, failure }]) => failure !== null || values.length === 0)
    .map(([{ id }, { failure }]) => `${id}: ${failure}`);
  const compared = ran.flatMap(([program, { values }]) => {
    const said = saidOf(programOf(analysed(program), program.language));
    return values.map((value) => ({ program, value, verdict: verdictOf(value, said), said }));
  });
  return { compared, broken };
}

function runAll(programs: readonly ValueProgram[], language: ValueProgram["language"]): [ValueProgram, Ran][] {
  const chosen = programs.filter((program) => program.language === language);
  const [command, file] = language === "python" ? ["python3", "values.py"] : [process.execPath, "values.cjs"];
  const { stdout, stderr } = spawnSync(command, [join(import.meta.dirname, file)], {
    input: JSON.stringify(chosen.map(({ code }) => code)),
    encoding: "utf8",
  });
  if (stdout === "") throw new Error(`${command} gave no answer: ${stderr.slice(0, 500)}`);
  return (JSON.parse(stdout) as Ran[]).map((one, i) => [chosen[i] as ValueProgram, one]);
}

/** The paths below the directory of results; what cannot be named at all may be any. */
const saidOf = ({ effects }: Program): string[] =>
  effects
    .filter(({ kind }) => kind === "fs.read")
    .flatMap(({ target }) => (target.startsWith(RESULT) ? target.slice(RESULT.length).split(` or ${RESULT}`) : [target]));

function verdictOf(value: string, said: readonly string[]): Verdict {
  if (said.includes(value)) return "known";
  return said.some((one) => mayBe(one, value)) ? "unknown" : "wrong";
}

/** `{name()}`; braces before a quote are of a text. */
const HOLE = /\{[^{}"']*(?:\{[^{}"']*\}[^{}"']*)*\}/;

function mayBe(said: string, value: string): boolean {
  const parts = said.split(HOLE);
  return (
    parts.length > 1 && new RegExp(`^${parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join(".*")}$`, "s").test(value)
  );
}
