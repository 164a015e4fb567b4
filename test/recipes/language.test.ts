/** "Add a language": Starlark, Bazel's dialect of Python, whose repository rules run programs and download files. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Copy, followRecipe, notFollowed } from "./recipe.ts";

const FRONT_END = `/** Starlark front end: the grammar of Python, of which Starlark is a part. */
import type { ParsedTree } from "../tree.ts";
import type { PythonFrontEnd } from "./python.ts";

export function parseStarlark(python: PythonFrontEnd, source: string): ParsedTree | null {
  const tree = python.parse(source);
  return tree === null ? null : { ...tree, module: { ...tree.module, language: "starlark" } };
}
`;
const LIBRARY = `# What a repository rule's context does. Fields are documented in analysis/models.ts.
language: python
methods:
  - { method: execute, receiver: "(^|[. ])(repository_ctx|rctx|module_ctx)$", effect: process.exec, as: command, target: 0|arguments }
  - { method: download, receiver: "(^|[. ])(repository_ctx|rctx|module_ctx)$", effect: net.fetch, as: url, target: 0|url }
  - { method: file, receiver: "(^|[. ])(repository_ctx|rctx|module_ctx)$", effect: fs.write, as: path, target: 0|path }
`;
const RULE = `rules:
  - id: starlark-debug-print
    languages: [starlark]
    severity: INFO
    message: print is for finding faults
    metadata: { agentguard: { action: warn } }
    pattern: print(...)
`;
const implementation = (...lines: readonly string[]): string => `def _impl(rctx):\n${lines.map((line) => `    ${line}\n`).join("")}`;
/** The same deed in other words. */
const RISKY = [
  implementation('rctx.execute(["rm", "-rf", "/"])'),
  implementation("run = rctx.execute", 'run(["rm", "-rf", "/"])'),
  implementation('tool = "r" + "m"', 'rctx.execute([tool, "-rf", "/"])'),
  implementation('rctx.execute(arguments = ["rm"] + ["-r", "-f"] + ["/"])'),
  implementation('for command in [["rm", "-rf", "/"]]:', "    rctx.execute(command)"),
  implementation('getattr(rctx, "execute")("rm -rf /".split(" "))'),
];
const ORDINARY = [
  'load("@rules_cc//cc:defs.bzl", "cc_library")\ncc_library(name = "base", srcs = ["base.cc"], hdrs = ["base.h"])\n',
  'cc_binary(name = "tool", srcs = ["main.cc"], deps = [":base", "//lib:text"])\n',
  'exports_files(["LICENSE", "README.md"])\n',
  'filegroup(name = "docs", srcs = glob(["**/*.md"], exclude = ["drafts/**"]))\n',
  'SOURCES = ["a.c", "b.c"]\n[cc_test(name = s[:-2] + "_test", srcs = [s]) for s in SOURCES]\n',
  "def _info(ctx):\n    return [DefaultInfo(files = depset(ctx.files.srcs))]\n",
  'version = "1.2.3"\nmajor, minor, patch = [int(part) for part in version.split(".")]\n',
  'def join(parts, by = "/"):\n    return by.join([p for p in parts if p])\n',
  'config_setting(name = "fast", values = {"compilation_mode": "opt"})\n',
  'select({":fast": ["-O2"], "//conditions:default": ["-O0"]})\n',
  'Settings = provider(fields = ["level", "names"])\n',
  'my_rule = rule(implementation = lambda ctx: [], attrs = {"srcs": attr.label_list()})\n',
  'def flags(debug):\n    if debug:\n        return ["-g"]\n    return ["-DNDEBUG"]\n',
  'names = sorted({"b": 1, "a": 2}.keys())\n',
  'def check(value):\n    if type(value) != "string":\n        fail("a string was expected")\n',
  'package(default_visibility = ["//visibility:public"])\n',
  'genrule(name = "stamp", outs = ["stamp.txt"], cmd = "date > $@")\n',
  "def squares(n):\n    return {i: i * i for i in range(n)}\n",
  implementation('rctx.file("BUILD", "exports_files([])")'),
  implementation('rctx.download("https://example.com/tool-1.2.tar.gz", "tool.tar.gz")'),
  implementation('rctx.execute(["git", "rev-parse", "HEAD"])'),
];

function complete(copy: Copy): void {
  copy.edit(
    "analysis/parse.ts",
    "    shell: { ...shell, inWasm: true },",
    "    shell: { ...shell, inWasm: true },\n    starlark: { parse: (source) => parseStarlark(python, source), inWasm: true },",
  );
  copy.edit(
    "analysis/parse.ts",
    'import { scan } from "./scan.ts";',
    'import { parseStarlark } from "./languages/starlark.ts";\nimport { scan } from "./scan.ts";',
  );
  copy.edit("analysis/lower/lower.ts", "  shell: python,", "  shell: python,\n  starlark: python,");
  copy.edit(
    "analysis/scan.ts",
    '  shell: { comments: "#", triples: false },',
    '  shell: { comments: "#", triples: false },\n  starlark: { comments: "#", triples: true },',
  );
  copy.edit("layers/1-policy-guard/parse-pattern.ts", "  shell: SHELL_FRAMES,", "  shell: SHELL_FRAMES,\n  starlark: PYTHON_FRAMES,");
}

/** One process judges them all. */
const JUDGE = `import { composeChecker } from "./src/compose.ts";
import { loadConfig } from "./src/config.ts";
const loaded = loadConfig({ env: {}, cwd: import.meta.dirname });
const checker = await composeChecker(loaded.config);
const decisions = [];
for (const code of JSON.parse(process.argv[2])) decisions.push((await checker.check({ language: "starlark", code, context: {} })).decision.decision);
await checker.close();
process.stdout.write(JSON.stringify(decisions));
`;

async function decided(copy: Copy, sources: readonly string[]): Promise<readonly string[]> {
  copy.write("judge.ts", JUDGE);
  const { output } = await copy.run("judge.ts", JSON.stringify(sources));
  return JSON.parse(output);
}

test("add a language", { skip: notFollowed }, async (t) => {
  await followRecipe(t, "Add a language", { "<name>": "starlark" }, [
    { says: "`analysis/languages/<name>.ts`", follow: (copy) => copy.write("analysis/languages/starlark.ts", FRONT_END) },
    { says: "A dialect of a language that is there takes its lowering", follow: () => {} },
    { says: "`rules/apis/<name>.yaml`", follow: (copy) => copy.write("rules/apis/starlark.yaml", LIBRARY) },
    {
      says: "the compiler then lists what is missing",
      follow: async (copy) => {
        for (const file of ["layers/model.ts", "analysis/tree.ts"])
          copy.edit(file, '"typescript", "shell"] as const;', '"typescript", "shell", "starlark"] as const;');
        copy.edit("sandbox/types.ts", '"python" | "shell";', '"python" | "shell" | "starlark";');
        assert.deepEqual(await copy.compilerComplaints(), [
          "analysis/lower/lower.ts",
          "analysis/parse.ts",
          "analysis/scan.ts",
          "layers/1-policy-guard/parse-pattern.ts",
        ]);
        complete(copy);
        assert.deepEqual(await copy.compilerComplaints(), []);
      },
    },
    {
      says: "What the compiler cannot know",
      follow: (copy) => {
        copy.edit("src/cli/read-source.ts", '  ".sh": "shell",', '  ".sh": "shell",\n  ".bzl": "starlark",');
        copy.edit(
          "openapi.yaml",
          "enum: [python, javascript, typescript, shell] }",
          "enum: [python, javascript, typescript, shell, starlark] }",
        );
        copy.edit("layers/1-policy-guard/read-formula.ts", `  ["sh", "shell"],`, `  ["sh", "shell"],\n  ["starlark", "starlark"],`);
      },
    },
    {
      says: "the disguises of the specification corpus in this language, and at least twenty ordinary programs",
      follow: async (copy) => {
        assert.ok(ORDINARY.length >= 20);
        const decisions = await decided(copy, [...RISKY, ...ORDINARY]);
        assert.deepEqual(decisions, [...RISKY.map(() => "BLOCK"), ...ORDINARY.map(() => "ALLOW")]);
        copy.write("defs.bzl", RISKY[0] as string);
        assert.equal((await copy.run("bin/agentguard.cjs", "check", "defs.bzl")).code, 1);
        copy.write("own/debug.yaml", RULE);
        const linted = await copy.run("bin/agentguard.cjs", "rules", "lint", "own");
        assert.equal(linted.code, 0, linted.output);
      },
    },
  ]);
});
