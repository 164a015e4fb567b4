/**
 * Entry of a whole server whose analysis sees nothing in any program: what then runs, the sandbox alone must hold. With the
 * argument `hide-bubblewrap` it finds none on this machine. It prints its address and ends with its standard input.
 */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import type { EngineParts } from "../../src/engine.ts";

/** Before the sandbox is loaded, which looks for bubblewrap by asking whether it may be executed. */
function hideBubblewrap(): void {
  const { accessSync } = fs;
  fs.accessSync = (path, mode) => {
    if (String(path).endsWith("/bwrap")) throw new Error("hidden");
    accessSync(path, mode);
  };
  syncBuiltinESMExports();
}

const blind = (parts: EngineParts): EngineParts => ({
  ...parts,
  analyse: async ({ language }) => ({
    ok: true,
    program: { language, effects: [], matches: [], strings: [], diagnostics: [], exhausted: false },
  }),
});

if (process.argv.includes("hide-bubblewrap")) hideBubblewrap();
const { startTestServer } = await import("../api/start-test-server.ts");
const server = await startTestServer({ parts: blind });
process.stdout.write(`${server.url}\n`);
process.stdin.resume().on("end", () => void server.close());
