/** Wrong usage is told in one sentence with a way out, and never ends with 0. */
import assert from "node:assert/strict";
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { packageRoot } from "../../src/package-root.ts";
import { emptyDirectory, type RunOptions, runAgentguard } from "./run-agentguard.ts";

const directory = emptyDirectory();
after(() => directory.remove());
const file = (name: string, content: string | Uint8Array): string => {
  writeFileSync(join(directory.path, name), content);
  return name;
};

type Case = {
  readonly name: string;
  readonly args: readonly string[];
  readonly code: 0 | 2;
  readonly says: RegExp;
  readonly on?: "stdout" | "stderr";
  readonly options?: Partial<RunOptions>;
};

const { version } = JSON.parse(readFileSync(join(packageRoot(), "package.json"), "utf8")) as { version: string };
mkdirSync(join(directory.path, "folder"));
symlinkSync("loop.py", join(directory.path, "loop.py"));
file("clean.py", "print(1)\n");
file("broken.yaml", "server:\n  prot: 5000\n");

const CASES: readonly Case[] = [
  { name: "--version", args: ["--version"], code: 0, says: new RegExp(`^${version.replaceAll(".", "\\.")}\n$`), on: "stdout" },
  {
    name: "--help",
    args: ["--help"],
    code: 0,
    says: /Usage: agentguard[\s\S]*serve[\s\S]*check[\s\S]*audit[\s\S]*Exit codes/,
    on: "stdout",
  },
  { name: "help of a command", args: ["check", "--help"], code: 0, says: /Usage: agentguard check/, on: "stdout" },
  { name: "no command", args: [], code: 2, says: /Usage: agentguard/ },
  { name: "unknown command", args: ["chekc", "x.py"], code: 2, says: /^agentguard: unknown command 'chekc'\n.*Did you mean check\?/ },
  {
    name: "unknown option",
    args: ["check", "--langauge", "python", "x.py"],
    code: 2,
    says: /unknown option '--langauge'\n.*Did you mean --language\?/,
  },
  { name: "unknown audit command", args: ["audit", "verfy"], code: 2, says: /unknown command 'verfy'\n.*Did you mean verify\?/ },
  { name: "audit without a command", args: ["audit"], code: 2, says: /Usage: agentguard audit/ },
  { name: "check without a file", args: ["check"], code: 2, says: /missing required argument 'file'/ },
  { name: "two files", args: ["check", "a.py", "b.py"], code: 2, says: /too many arguments/ },
  {
    name: "unknown format",
    args: ["check", "--format", "xml", "x.py"],
    code: 2,
    says: /'xml' is invalid\. Allowed choices are text, json/,
  },
  {
    name: "unknown language",
    args: ["check", "--language", "cobol", "x.py"],
    code: 2,
    says: /'cobol' is invalid\. Allowed choices are python/,
  },
  { name: "context that is not JSON", args: ["check", "--context", "{amount: 1}", "x.py"], code: 2, says: /it is not JSON: / },
  { name: "context that is no object", args: ["check", "--context", "[1]", "x.py"], code: 2, says: /it must be a JSON object/ },
  { name: "missing file", args: ["check", "absent.py"], code: 2, says: /^agentguard: cannot read `absent\.py`: there is no such file\n$/ },
  {
    name: "path through a file",
    args: ["check", "clean.py/x.py"],
    code: 2,
    says: /cannot read `clean\.py\/x\.py`: a part of the path is not a directory/,
  },
  { name: "link to itself", args: ["check", "loop.py"], code: 2, says: /cannot read `loop\.py`: it is a link that leads to itself/ },
  { name: "directory", args: ["check", "folder"], code: 2, says: /cannot read `folder`: it is a directory; name one file/ },
  {
    name: "binary file",
    args: ["check", file("program.py", new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0, 1]))],
    code: 2,
    says: /program\.py is a binary file/,
  },
  {
    name: "not UTF-8",
    args: ["check", file("latin.py", new Uint8Array([0x78, 0x3d, 0x22, 0xe9, 0x22]))],
    code: 2,
    says: /latin\.py is not UTF-8 text\n {2}help: /,
  },
  { name: "empty file", args: ["check", file("empty.py", "\n \n")], code: 2, says: /empty\.py is empty: there is nothing to check/ },
  { name: "empty standard input", args: ["check", "-"], code: 2, says: /<stdin> is empty: there is nothing to check/ },
  {
    name: "unknown ending",
    args: ["check", file("notes.txt", "print(1)\n")],
    code: 2,
    says: /cannot tell the language of `notes\.txt`[\s\S]*--language/,
  },
  {
    name: "configuration that is not there",
    args: ["check", "--config", "absent.yaml", "clean.py"],
    code: 2,
    says: /absent\.yaml: there is no such file/,
  },
  {
    name: "configuration with an unknown key",
    args: ["check", "--config", "broken.yaml", "clean.py"],
    code: 2,
    says: /broken\.yaml:2:3: unknown key `prot` in `server`; did you mean `port`\?\n {2}2 \| {3}prot: 5000\n.*\^\^\^\^/,
  },
  {
    name: "port out of range",
    args: ["serve", "--port", "70000"],
    code: 2,
    says: /'70000' is invalid\. a port is a number from 0 to 65535/,
  },
  { name: "serve with a broken configuration", args: ["serve", "--config", "broken.yaml"], code: 2, says: /unknown key `prot`/ },
  { name: "head to expect that is no head", args: ["audit", "verify", "--expect", "12"], code: 2, says: /it must be SIZE:HASH/ },
  {
    name: "audit log that is not there",
    args: ["audit", "head", "--data-dir", "absent"],
    code: 2,
    says: /cannot open the audit log: .*absent/,
  },
];

describe("agentguard", { concurrency: 2 }, () => {
  for (const { name, args, code, says, on = "stderr", options } of CASES) {
    test(name, async () => {
      const run = await runAgentguard(args, { cwd: directory.path, ...options });
      assert.match(run[on], says);
      assert.doesNotMatch(run.stderr, /\n\s+at .*:\d+:\d+/, "no stack for what the user can put right");
      if (on === "stderr") assert.equal(run.stdout, "", "nothing on standard output");
      assert.equal(run.code, code);
    });
  }

  // The superuser may read everything, so there is nothing to refuse.
  if (process.getuid?.() !== 0) {
    test("file without permission", async () => {
      chmodSync(join(directory.path, file("secret.py", "print(1)\n")), 0o000);
      const run = await runAgentguard(["check", "secret.py"], { cwd: directory.path });
      assert.match(run.stderr, /cannot read `secret\.py`: permission denied/);
      assert.equal(run.code, 2);
    });
  }
});
