/** Runs small shell scripts for real, and says for each what it gave to the program `result`; one bash runs them all. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export type Script = { readonly id: string; readonly code: string };

const TABLES = ["parameters", "expansion", "commands"];
const LIMIT_MS = 60_000;
/** Every script may show its fields one by one. */
export const PRELUDE = 'show() { local w; for w in "$@"; do result "<$w>"; done; }\n';

/** The scripts of the tables: one per line, longer ones between `{{{` and `}}}`. */
export function scripts(): readonly Script[] {
  return TABLES.flatMap((table) => {
    const text = readFileSync(join(import.meta.dirname, `${table}.txt`), "utf8");
    const out: Script[] = [];
    let long: string[] | null = null;
    for (const [n, line] of text.split("\n").entries()) {
      if (line === "{{{") long = [];
      else if (line === "}}}") {
        out.push({ id: `${table} ${n + 1}`, code: `${long?.join("\n")}\n` });
        long = null;
      } else if (long !== null) long.push(line);
      else if (line !== "") out.push({ id: `${table} ${n + 1}`, code: `${line}\n` });
    }
    return out;
  });
}

/** Each script in a directory and a subshell of its own; `result` notes what it is given. */
const driver = (home: string): string => `export RESULTS
result() { local IFS=' '; printf '%s\\0' "result $*" >> "$RESULTS"; }
bat() { local IFS=' '; local file; for file; do result "\${file#/result/}"; done; }
export -f result bat
n=0
while [ -d "${home}/$n" ]; do
  RESULTS="${home}/$n.results"
  : > "$RESULTS"
  ( cd "${home}/$n" && . ../$n.sh ) < /dev/null > /dev/null 2>&1
  n=$((n + 1))
done
`;

export function runForReal(all: readonly Script[]): readonly (readonly string[])[] {
  const home = mkdtempSync(join(tmpdir(), "shell-"));
  try {
    for (const [n, { code }] of all.entries()) {
      mkdirSync(join(home, String(n)));
      writeFileSync(join(home, `${n}.sh`), PRELUDE + code);
    }
    mkdirSync(join(home, "bin"));
    const program = join(home, "bin", "result");
    writeFileSync(program, `#!/bin/bash\nprintf '%s\\0' "result $*" >> "$RESULTS"\n`, { mode: 0o755 });
    writeFileSync(join(home, "bin", "bat"), `#!/bin/bash\nfor file; do result "\${file#/result/}"; done\n`, { mode: 0o755 });
    const env = { PATH: `${join(home, "bin")}:/usr/bin:/bin`, LC_ALL: "C.UTF-8" };
    const ran = spawnSync("bash", ["--noprofile", "--norc", "-c", driver(home)], { env, timeout: LIMIT_MS, encoding: "utf8" });
    if (ran.status !== 0) throw new Error(`bash ended with ${ran.status ?? ran.signal}: ${ran.stderr}`);
    return all.map((_script, n) =>
      readFileSync(join(home, `${n}.results`), "utf8")
        .split("\0")
        .slice(0, -1),
    );
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
