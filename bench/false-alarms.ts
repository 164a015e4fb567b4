/**
 * `npm run bench -- --alarms DIRECTORY...`: what is asked and blocked in code that people wrote for ordinary ends: every Python and
 * JavaScript file below the directories, whole (at most 400 lines) and cut into its functions, each with the imports of its file.
 */
import { readdirSync, readFileSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { createJudge, type Judged } from "../test/cases/judge.ts";

type Piece = {
  readonly name: string;
  readonly language: "python" | "javascript";
  readonly code: string;
  readonly form: "function" | "file";
};
type Tally = { programs: number; touching: number; asked: number; blocked: number; pureFlagged: number };

const LONGEST_FILE = 400;
const SHORTEST = 4;
const LANGUAGES: Readonly<Record<string, Piece["language"]>> = {
  ".py": "python",
  ".js": "javascript",
  ".mjs": "javascript",
  ".cjs": "javascript",
};
/** Kinds of effect that reach outside the program. */
const OUTSIDE = /^(fs|net|process|db|mail|system|infra|code\.load)\b/;

function* files(directory: string): Generator<string> {
  for (const entry of readdirSync(directory, { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    if (/^(test|tests|__pycache__|\.cache)$/.test(entry.name)) continue;
    const path = join(directory, entry.name);
    if (entry.isDirectory()) yield* files(path);
    else if (extname(path) in LANGUAGES && !/\.min\./.test(path)) yield path;
  }
}

/** Imports and simple constants of the file, which its functions rely on. */
function preamble(lines: readonly string[], language: Piece["language"]): string {
  const pattern =
    language === "python"
      ? /^(import |from \S+ import [^(\\]*$|[A-Z_]{2,} = ["'\d])/
      : /^(import .* from |(const|var|let) .*= require\(|"use strict")/;
  return lines.filter((line) => pattern.test(line)).join("\n");
}

function* pieces(path: string): Generator<Piece> {
  const language = LANGUAGES[extname(path)] as Piece["language"];
  const source = readFileSync(path, "utf8");
  if (source.length > 400_000) return;
  const lines = source.split("\n");
  if (lines.length <= LONGEST_FILE && lines.length >= SHORTEST) yield { name: path, language, code: source, form: "file" };
  const start = language === "python" ? /^(async )?(def|class) |^@/ : /^(export )?(async )?function\b/;
  const head = preamble(lines, language);
  for (let i = 0; i < lines.length; i++) {
    if (!start.test(lines[i] as string)) continue;
    const from = i;
    while (language === "python" && /^@/.test(lines[i] ?? "")) i++;
    let end = i + 1;
    while (end < lines.length && (language === "python" ? /^(\s|$|\))/.test(lines[end] as string) : lines[end] !== "}")) end++;
    const body = lines.slice(from, language === "python" ? end : end + 1);
    if (body.length >= SHORTEST && body.length <= LONGEST_FILE)
      yield { name: `${path}:${from + 1}`, language, code: `${head}\n${body.join("\n")}\n`, form: "function" };
    i = end - 1;
  }
}

const emptyTally = (): Tally => ({ programs: 0, touching: 0, asked: 0, blocked: 0, pureFlagged: 0 });

function count(tally: Tally, judged: Judged): void {
  const touches = judged.full.some((effect) => OUTSIDE.test(effect.kind));
  tally.programs++;
  if (touches) tally.touching++;
  if (judged.decision === "REQUIRES_APPROVAL") tally.asked++;
  if (judged.decision === "BLOCK") tally.blocked++;
  const reason = judged.full.some((effect) => /^(code|call\.dynamic|resource|state|money|record|env)/.test(effect.kind));
  if (!touches && !reason && judged.decision !== "ALLOW") tally.pureFlagged++;
}

const percent = (part: number, whole: number): string => (whole === 0 ? "-" : `${((100 * part) / whole).toFixed(2)} %`);

/** Prints a Markdown table; with `verbose` every flagged program and why. */
export async function falseAlarms(directories: readonly string[], verbose: boolean): Promise<void> {
  const judge = await createJudge();
  const tallies = new Map<string, Tally>();
  for (const directory of directories) {
    for (const file of files(directory)) {
      for (const piece of pieces(file)) {
        const judged = judge({ code: piece.code, language: piece.language });
        if (judged.decided.reasonCodes.some((reason) => reason.startsWith("analysis.unparseable"))) continue;
        const key = `${basename(directory)} | ${piece.language} | ${piece.form}s`;
        const tally = tallies.get(key) ?? emptyTally();
        tallies.set(key, tally);
        count(tally, judged);
        if (verbose && judged.decision !== "ALLOW")
          process.stdout.write(
            `${judged.decision} ${piece.name}\n    ${judged.violations.filter((v) => !/^(LOW|INFO)|Approval by/.test(v)).join("\n    ")}\n`,
          );
      }
    }
  }
  process.stdout.write(
    "| corpus | language | form | programs | reach outside | asked | blocked | pure, flagged |\n|---|---|---|---:|---:|---:|---:|---:|\n",
  );
  for (const [key, t] of tallies)
    process.stdout.write(
      `| ${key} | ${t.programs} | ${t.touching} | ${t.asked} (${percent(t.asked, t.programs)}, ${percent(t.asked, t.touching)} of those that reach outside) | ${t.blocked} (${percent(t.blocked, t.programs)}, ${percent(t.blocked, t.touching)}) | ${t.pureFlagged} |\n`,
    );
}
