/** `agentguard check`: 0 for a program that would be allowed, 1 for one that would not, and in both cases why. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { emptyDirectory, type RunOptions, runAgentguard } from "./run-agentguard.ts";

const directory = emptyDirectory();
after(() => directory.remove());
const file = (name: string, code: string): string => {
  writeFileSync(join(directory.path, name), code);
  return name;
};
const check = (args: readonly string[], options: Partial<RunOptions> = {}) =>
  runAgentguard(["check", ...args], { cwd: directory.path, ...options });

type Case = {
  readonly name: string;
  readonly args: readonly string[];
  readonly stdin?: string;
  readonly code: 0 | 1;
  readonly says: readonly RegExp[];
};

const CASES: readonly Case[] = [
  {
    name: "a blocked program: rule, place, carets under the words, layer, references, answer",
    args: [file("wipe.py", "import os\nos.system('rm -rf /')\n")],
    code: 1,
    says: [
      /^critical\[[\w.-]+\]: .+\n -->/m,
      / --> wipe\.py:2:1\n {2}\|\n2 \| os\.system\('rm -rf \/'\)\n {2}\| \^{21}\n/,
      / = Layer \d: [\w &]+ blocks \([a-z_.]+\)\n/,
      / = see .*CWE-\d+/,
      /^This program would:\n[\s\S]*`rm -rf \/` \(line 2\)$/m,
      /^BLOCK wipe\.py by Layer \d: [\w &]+: \d+ findings?\n {2}reasons: /m,
    ],
  },
  {
    name: "an allowed program still says what it would do",
    args: [file("fetch.js", 'const page = await fetch("https://example.com/a");\nconsole.log(page.status);\n')],
    code: 0,
    says: [/^This program would:\n {2}- fetch `https:\/\/example\.com\/a` \(line 1\)$/m, /^ALLOW fetch\.js: 0 findings$/m],
  },
  {
    name: "a program that needs approval is not allowed yet",
    args: [file("drop.py", 'cursor.execute("DROP " + "TABLE users")\n')],
    code: 1,
    says: [/^REQUIRES APPROVAL drop\.py: /m],
  },
  {
    name: "a claim in the context counts",
    args: ["--context", '{"has_auth_check": true}', file("charge.py", "account.balance -= 100\n")],
    code: 0,
    says: [/^ALLOW charge\.py: /m, /relied on: .*has_auth_check/],
  },
  {
    name: "and without it the answer is no",
    args: [file("charge.py", "account.balance -= 100\n")],
    code: 1,
    says: [/Balance subtraction requires authorization/],
  },
  {
    name: "standard input is Python",
    args: ["-"],
    stdin: "logger.info(user.ssn)\n",
    code: 1,
    says: [/ --> <stdin>:1:1\n/, /Layer 3: Data Sensitivity/],
  },
  {
    name: "unless a #! line says otherwise",
    args: ["-"],
    stdin: "#!/usr/bin/env node\nconsole.log(1);\n",
    code: 0,
    says: [/^ALLOW <stdin>/m],
  },
  {
    name: "or the option",
    args: ["-", "--language", "typescript"],
    stdin: "const n: number = 1;\nconsole.log(n);\n",
    code: 0,
    says: [/^ALLOW <stdin>/m],
  },
  {
    name: "the ending decides for files",
    args: [file("types.mts", "const n: number = 1;\nconsole.log(n);\n")],
    code: 0,
    says: [/^ALLOW types\.mts/m],
  },
  {
    name: "code that does not parse is refused, not guessed at",
    args: [file("broken.py", "def f(:\n  pass\n")],
    code: 1,
    says: [/^BLOCK broken\.py/m, /analysis\.unparseable/],
  },
  {
    name: "carets stand under the characters after tabs and wide characters",
    args: [file("wide.py", "if 名前:\n\tlogger.info(user.ssn)\n")],
    code: 1,
    says: [/^2 \| {5}logger\.info\(user\.ssn\)\n {2}\| {5}\^/m],
  },
];

describe("agentguard check", { concurrency: 2 }, () => {
  for (const { name, args, stdin, code, says } of CASES) {
    test(name, async () => {
      const run = await check(args, stdin === undefined ? {} : { stdin });
      for (const words of says) assert.match(run.stdout, words);
      assert.doesNotMatch(run.stdout, /\u001b/, "no colours into a pipe");
      assert.equal(run.stderr, "");
      assert.equal(run.code, code);
    });
  }

  test("--format json answers like the API", async () => {
    const run = await check(["--format", "json", file("json.py", "account.balance -= 100\n")]);
    const answer = JSON.parse(run.stdout) as Record<string, unknown>;
    assert.equal(answer.decision, "BLOCK");
    assert.equal(answer.blocked_by, "Layer 2: Semantic Guard");
    assert.deepEqual(answer.violations, ["CRITICAL: Balance subtraction requires authorization"]);
    assert.equal(Object.keys(answer.compliance_status as object).length, 5);
    const [finding] = answer.findings as { location: object; severity: string }[];
    assert.deepEqual(finding?.location, { line: 1, column: 1, end_line: 1, end_column: 16 });
    assert.equal((answer.effects as { kind: string }[])[0]?.kind, "state.decrease");
    assert.equal(run.code, 1);
  });

  test("colours are for those who want them", async () => {
    const args = [file("colour.py", "account.balance -= 100\n")];
    const plain = await check(args, { env: { NO_COLOR: "1", FORCE_COLOR: "1" } });
    const coloured = await check(args, { env: { FORCE_COLOR: "1" } });
    assert.doesNotMatch(plain.stdout, /\u001b/);
    assert.match(coloured.stdout, /\u001b\[/);
    assert.equal(coloured.stdout.replaceAll(/\u001b\[\d+m/g, ""), plain.stdout);
  });

  test("the configuration decides as it does for the server", async () => {
    const args = [
      "--config",
      file("strict.yaml", "approval:\n  require_for_drop_table: false\n"),
      file("table.py", 'cursor.execute("DROP TABLE users")\n'),
    ];
    const run = await check(args);
    assert.match(run.stdout, /^BLOCK table\.py/m);
    assert.equal(run.code, 1);
  });

  test("a rule set that cannot be read is an internal error, not an answer", async () => {
    const broken = join(directory.path, "preload.mjs");
    writeFileSync(
      broken,
      `import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
const read = fs.readFileSync;
fs.readFileSync = (path, ...rest) => {
  if (String(path).replaceAll("\\\\", "/").includes("/rules/policy/")) throw new Error("the disk is gone");
  return read(path, ...rest);
};
syncBuiltinESMExports();
`,
    );
    const run = await check([file("fine.py", "print(1)\n")], { node: ["--import", broken] });
    assert.match(run.stderr, /^agentguard: .*the disk is gone/s);
    assert.equal(run.stdout, "");
    assert.equal(run.code, 2);
  });
});
