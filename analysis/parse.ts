/**
 * Source text -> generic tree, whatever the language. Never throws: what is not valid is in the tree and in the
 * diagnostics, and what cannot be parsed at all is a failure with its reason.
 */
import type { AnalysisFailure } from "./effects.ts";
import { parseJavaScript } from "./languages/javascript.ts";
import { createPythonFrontEnd, type PythonFrontEnd } from "./languages/python.ts";
import { createShellFrontEnd, type ShellFrontEnd } from "./languages/shell.ts";
import { scan } from "./scan.ts";
import type { Language, ParsedTree } from "./tree.ts";

export type Parser = {
  parse(source: string, language: Language): ParseResult;
  /** False after the wasm instance of a parser trapped: its memory cannot be trusted, so discard the thread. */
  usable(): boolean;
};
export type ParseResult = { readonly ok: true; readonly tree: ParsedTree } | { readonly ok: false; readonly failure: AnalysisFailure };

/** `runtimeWasm` is web-tree-sitter's own module; it is instantiated once per thread, whoever asks first. */
export type Grammars = { readonly runtimeWasm: Uint8Array; readonly pythonWasm: Uint8Array; readonly shellWasm: Uint8Array };

export async function createParser(grammars: Grammars): Promise<Parser> {
  const python = await createPythonFrontEnd(grammars.runtimeWasm, grammars.pythonWasm);
  const shell = await createShellFrontEnd(grammars.runtimeWasm, grammars.shellWasm);
  let usable = true;
  const inWasm = (language: Language): boolean => language === "python" || language === "shell";
  const parse = (source: string, language: Language): ParseResult => {
    const refused = scan(source, language);
    if (refused !== null) return { ok: false, failure: refused };
    if (inWasm(language) && !usable) return failed("crashed", "the parser failed before and was given up");
    const tree = treeOf({ python, shell }, source, language);
    return tree === null ? failed("limit", "code is nested too deeply") : { ok: true, tree };
  };
  return {
    usable: () => usable,
    parse: (source, language) => {
      try {
        return parse(source, language);
      } catch (error) {
        if (inWasm(language)) usable = false;
        // A stack overflow is a recursive parser's own limit.
        if (error instanceof RangeError && /call stack/i.test(error.message)) return failed("limit", "code is nested too deeply");
        return failed("crashed", `parser failed: ${error instanceof Error ? error.name : "unknown error"}`);
      }
    },
  };
}

type FrontEnds = { readonly python: PythonFrontEnd; readonly shell: ShellFrontEnd };

function treeOf({ python, shell }: FrontEnds, source: string, language: Language): ParsedTree | null {
  if (language === "python") return python.parse(source);
  return language === "shell" ? shell.parse(source) : parseJavaScript(source, language);
}

function failed(reason: AnalysisFailure["reason"], message: string): ParseResult {
  return { ok: false, failure: { reason, message } };
}
