/** The parsers' own calls and nothing else: what every ratio is a ratio to. */
import { parse as parseBabel } from "@babel/parser";
import { Language, Parser } from "web-tree-sitter";
import { startRuntime } from "../analysis/languages/wasm-cursor.ts";
import type { Grammars } from "../analysis/parse.ts";
import type { BenchProgram } from "./programs.ts";

/** Warm it before measuring: the first calls compile. */
export async function createBareParser({ runtimeWasm, pythonWasm, shellWasm }: Grammars): Promise<(program: BenchProgram) => void> {
  await startRuntime(runtimeWasm);
  const python = new Parser().setLanguage(await Language.load(pythonWasm));
  const shell = new Parser().setLanguage(await Language.load(shellWasm));
  return ({ name, code, language }) => {
    if (language === "python") python.parse(code)?.delete();
    else if (language === "shell") shell.parse(code)?.delete();
    else
      parseBabel(code, {
        sourceType: "unambiguous",
        allowAwaitOutsideFunction: true,
        plugins: language === "javascript" ? ["jsx"] : name.endsWith(".tsx") ? ["typescript", "jsx"] : ["typescript"],
      });
  };
}
