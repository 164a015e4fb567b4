/**
 * Entry of a whole server whose analysis sees nothing in any program: what then runs, the sandbox alone must hold. The
 * argument is `BlindServerOptions` as JSON. It prints its address and ends with its standard input.
 */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import type { EngineParts } from "../../src/engine.ts";
import { effect, program } from "../layers/layer-input.ts";

export type BlindServerOptions = {
  /** As if there were none on this machine. */
  readonly hideBubblewrap?: boolean;
  /** Of the server, as YAML. */
  readonly config?: string;
  /** Whether analysis says of every program that it writes a file: then it may, where the configuration lets it. */
  readonly claimsWrites?: boolean;
};

/** A program that begins so is said to read only, where anything is said. */
export const ONLY_READS = "# only reads\n";

/** Before the sandbox is loaded, which looks for bubblewrap by asking whether it may be executed. */
function hideBubblewrap(): void {
  const { accessSync } = fs;
  fs.accessSync = (path, mode) => {
    if (String(path).endsWith("/bwrap")) throw new Error("hidden");
    accessSync(path, mode);
  };
  syncBuiltinESMExports();
}

const claimed = (code: string) => [effect({ kind: code.startsWith(ONLY_READS) ? "fs.read" : "fs.write" })];

const blind =
  (claimsWrites: boolean) =>
  (parts: EngineParts): EngineParts => ({
    ...parts,
    analyse: async ({ language, code }) => ({
      ok: true,
      program: program({ language, effects: claimsWrites ? claimed(code) : [] }),
    }),
  });

async function serve({ hideBubblewrap: hides = false, config = "", claimsWrites = false }: BlindServerOptions): Promise<void> {
  if (hides) hideBubblewrap();
  const { startTestServer } = await import("../api/start-test-server.ts");
  const server = await startTestServer({ config: `limits: { analysis_workers: 1 }\n${config}`, parts: blind(claimsWrites) });
  process.stdout.write(`${server.url}\n`);
  process.stdin.resume().on("end", () => void server.close());
}

if (import.meta.main) await serve(JSON.parse(process.argv[2] ?? "{}") as BlindServerOptions);
