/** Reads the wasm of the parsers from the installed packages: the analysis itself does no IO. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Grammars } from "../../analysis/parse.ts";

/** Throws when a package is missing: the installation is incomplete. */
export function loadGrammars(): Grammars {
  const require = createRequire(import.meta.url);
  return {
    runtimeWasm: readFileSync(require.resolve("web-tree-sitter/web-tree-sitter.wasm")),
    shellWasm: readFileSync(require.resolve("tree-sitter-bash/tree-sitter-bash.wasm")),
    pythonWasm: readFileSync(require.resolve("tree-sitter-python/tree-sitter-python.wasm")),
  };
}
