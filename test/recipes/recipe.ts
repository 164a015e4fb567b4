/**
 * Follows a recipe of CONTRIBUTING.md in a copy of the project. A step names the words of the recipe that it follows, so a
 * recipe and what it leads to cannot drift apart: a step that was reworded, a file that moved and an edit that no longer
 * finds its place all fail here.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import { parse } from "yaml";
import { packageRoot } from "../../src/package-root.ts";

const COPIED = "analysis bin layers rules sandbox src test openapi.json openapi.yaml package.json tsconfig.json tsconfig.build.json".split(
  " ",
);

export type Step = { readonly says: string; readonly follow: (copy: Copy) => void | Promise<void> };
export type Copy = {
  write(path: string, text: string): void;
  /** Replaces the one place where `before` stands, or each of so many. */
  edit(path: string, before: string, after: string, places?: number): void;
  /** Files that the compiler complains about. */
  compilerComplaints(): Promise<readonly string[]>;
  run(...args: readonly string[]): Promise<Ended>;
};
export type Ended = { readonly code: number | null; readonly output: string };

/** Each works in a copy of the project of its own; together they take more than a minute. */
export const notFollowed = process.env.CI !== "true" && "NOT FOLLOWED: the recipes of CONTRIBUTING.md; CI=true follows them";

/** `names`: what `<name>` and the like stand for in the recipe's paths, all of which must exist at the end. */
export async function followRecipe(
  test: TestContext,
  title: string,
  names: Readonly<Record<string, string>>,
  steps: readonly Step[],
): Promise<void> {
  const recipe = readRecipe(title);
  assert.equal(recipe.length, steps.length, `"${title}" has ${recipe.length} steps, and ${steps.length} are followed`);
  const root = mkdtempSync(join(tmpdir(), "agentguard-recipe-"));
  test.after(() => rmSync(root, { recursive: true, force: true }));
  const copy = copyTo(root);
  for (const [i, { says, follow }] of steps.entries()) {
    assert.ok(recipe[i]?.includes(says), `step ${i + 1} of "${title}" does not say "${says}":\n${recipe[i]}`);
    await follow(copy);
  }
  const named = recipe.flatMap((step) => [...step.matchAll(/`((?:[\w<>.-]+\/)+[\w<>.-]*)`/g)].map((found) => found[1] as string));
  const paths = named.map((path) => path.replace(/<\w+>/g, (placeholder) => names[placeholder] ?? placeholder));
  assert.deepEqual(
    paths.filter((path) => !existsSync(join(root, path))),
    [],
    `"${title}" names what is not there`,
  );
}

/** The numbered steps, each as one line. */
function readRecipe(title: string): readonly string[] {
  const text = readFileSync(join(packageRoot(), "CONTRIBUTING.md"), "utf8");
  const section = text.split(/^## /m).find((part) => part.startsWith(title));
  assert.ok(section, `CONTRIBUTING.md has no recipe "${title}"`);
  const [, ...steps] = section.split(/^\d+\. /m);
  return steps.map((step) => step.split("\n\n", 1)[0]!.replace(/\s+/g, " "));
}

function copyTo(root: string): Copy {
  for (const name of COPIED) cpSync(join(packageRoot(), name), join(root, name), { recursive: true });
  symlinkSync(join(packageRoot(), "node_modules"), join(root, "node_modules"));
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const run = (...args: readonly string[]): Promise<Ended> => execute(root, args);
  return {
    write,
    run,
    edit(path, before, after, places = 1) {
      const parts = readFileSync(join(root, path), "utf8").split(before);
      assert.equal(parts.length, places + 1, `${path} has ${parts.length - 1} places with \`${before}\``);
      write(path, parts.join(after));
      // `npm run generate`
      if (path === "openapi.yaml") write("openapi.json", JSON.stringify(parse(parts.join(after), { merge: true })));
    },
    async compilerComplaints() {
      const { output } = await run(
        "node_modules/typescript/bin/tsc",
        "--noEmit",
        "--incremental",
        "--tsBuildInfoFile",
        "tsc.buildinfo",
        "-p",
        "tsconfig.build.json",
      );
      return [...new Set([...output.matchAll(/^([\w./-]+\.ts)\(\d/gm)].map((found) => found[1] as string))].sort();
    },
  };
}

function execute(cwd: string, args: readonly string[]): Promise<Ended> {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const child = spawn(process.execPath, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, output })));
}
