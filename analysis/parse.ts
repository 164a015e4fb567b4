/**
 * Source text -> generic tree, whatever the language. Never throws: what is not valid is in the tree and in the
 * diagnostics, and what cannot be parsed at all is a failure with its reason.
 */
import type { AnalysisFailure } from "./effects.ts";
import { parseJavaScript } from "./languages/javascript.ts";
import { createPythonFrontEnd } from "./languages/python.ts";
import { createShellFrontEnd } from "./languages/shell.ts";
import { scan } from "./scan.ts";
import type { Language, ParsedTree } from "./tree.ts";

export type Parser = {
  parse(source: string, language: Language): ParseResult;
  /** False after the wasm instance of a parser trapped: its memory cannot be trusted, so discard the thread. */
  usable(): boolean;
};
export type ParseResult = { readonly ok: true; readonly tree: ParsedTree } | { readonly ok: false; readonly failure: AnalysisFailure };

/** Source text to tree; null when it is nested too deeply. `inWasm`: a trap in it makes the whole instance useless. */
type FrontEnd = { parse(source: string): ParsedTree | null; readonly inWasm: boolean };

/** `runtimeWasm` is web-tree-sitter's own module; it is instantiated once per thread, whoever asks first. */
export type Grammars = { readonly runtimeWasm: Uint8Array; readonly pythonWasm: Uint8Array; readonly shellWasm: Uint8Array };

export async function createParser(grammars: Grammars): Promise<Parser> {
  const python = await createPythonFrontEnd(grammars.runtimeWasm, grammars.pythonWasm);
  const shell = await createShellFrontEnd(grammars.runtimeWasm, grammars.shellWasm);
  const frontEnds: Readonly<Record<Language, FrontEnd>> = {
    python: { ...python, inWasm: true },
    shell: { ...shell, inWasm: true },
    javascript: { parse: (source) => parseJavaScript(source, "javascript"), inWasm: false },
    typescript: { parse: (source) => parseJavaScript(source, "typescript"), inWasm: false },
  };
  let usable = true;
  const parse = (source: string, language: Language): ParseResult => {
    const refused = scan(source, language);
    if (refused !== null) return { ok: false, failure: refused };
    const frontEnd = frontEnds[language];
    if (frontEnd.inWasm && !usable) return failed("crashed", "the parser failed before and was given up");
    const tree = frontEnd.parse(source);
    return tree === null ? failed("limit", "code is nested too deeply") : { ok: true, tree };
  };
  return {
    usable: () => usable,
    parse: (source, language) => {
      try {
        return parse(source, language);
      } catch (error) {
        if (frontEnds[language].inWasm) usable = false;
        // A stack overflow is a recursive parser's own limit.
        if (error instanceof RangeError && /call stack/i.test(error.message)) return failed("limit", "code is nested too deeply");
        return failed("crashed", `parser failed: ${error instanceof Error ? error.name : "unknown error"}`);
      }
    },
  };
}

function failed(reason: AnalysisFailure["reason"], message: string): ParseResult {
  return { ok: false, failure: { reason, message } };
}
