/** What is measured: the committed corpus of about 30 lines each, and generated modules of 300 and 2,000 lines. */
import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import type { Language } from "../analysis/tree.ts";
import { largeProgram } from "./large-program.ts";

export type BenchProgram = { readonly name: string; readonly language: Language; readonly code: string };
export type Size = "30" | "300" | "2000";
export const SIZES = ["30", "300", "2000"] as const satisfies readonly Size[];

const LANGUAGES: Readonly<Record<string, Language>> = {
  ".py": "python",
  ".js": "javascript",
  ".mjs": "javascript",
  ".ts": "typescript",
  ".tsx": "typescript",
  ".sh": "shell",
};

export function programs(): Readonly<Record<Size, readonly BenchProgram[]>> {
  const generated = (lines: number): BenchProgram[] =>
    (["python", "typescript"] as const).map((language) => ({
      name: `${lines} lines of ${language}`,
      language,
      code: largeProgram(language, lines),
    }));
  return { "30": corpus(), "300": generated(300), "2000": generated(2000) };
}

function corpus(): BenchProgram[] {
  const directory = join(import.meta.dirname, "corpus");
  return readdirSync(directory)
    .toSorted()
    .map((name) => {
      const language = LANGUAGES[extname(name)];
      if (language === undefined) throw new Error(`bench/corpus/${name}: unknown language`);
      return { name, language, code: readFileSync(join(directory, name), "utf8") };
    });
}

/** The same program with another digest, so that no cache can answer. */
export function distinct(program: BenchProgram, n: number): string {
  return `${program.code}${program.language === "python" || program.language === "shell" ? "#" : "//"} variant ${n}\n`;
}
