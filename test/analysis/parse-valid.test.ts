/** Every kind of valid form has a tree, without a diagnostic, and every node of it can be reached and has its place. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { childrenOf, type Language, type Node, walk } from "../../analysis/tree.ts";
import { dumpTree } from "./dump-tree.ts";
import { JAVASCRIPT_CASES } from "./languages/javascript-cases.ts";
import { PYTHON_CASES } from "./languages/python-cases.ts";
import { TYPESCRIPT_CASES } from "./languages/typescript-cases.ts";
import { treeOf } from "./test-parser.ts";

const LANGUAGES: readonly (readonly [Language, typeof PYTHON_CASES])[] = [
  ["python", PYTHON_CASES],
  ["javascript", JAVASCRIPT_CASES],
  ["typescript", TYPESCRIPT_CASES],
];

/** Forms that the parser for JavaScript reads the same with TypeScript switched on. */
const NOT_TYPESCRIPT = new Set(["JSX"]);

function check(source: string, language: Language, expected: readonly string[]): void {
  const { module, diagnostics } = treeOf(source, language);
  assert.deepEqual(module.body.map(dumpTree), expected);
  assert.deepEqual(
    diagnostics.map(({ kind, message }) => `${kind}: ${message}`),
    [],
  );
}

/** Nodes found by looking into every field, whatever CHILD_FIELDS says. */
function nodesAnywhere(root: Node): Set<unknown> {
  const found = new Set<unknown>();
  const stack: unknown[] = [root];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (typeof next !== "object" || next === null) continue;
    if ("kind" in next) found.add(next);
    stack.push(...Object.values(next));
  }
  return found;
}

for (const [language, cases] of LANGUAGES) {
  describe(`${language}: valid forms`, () => {
    for (const [title, source, ...tree] of cases) it(`${title}: ${source.replaceAll("\n", "\\n")}`, () => check(source, language, tree));
  });

  it(`${language}: every node of every form is reached by childrenOf, once`, () => {
    for (const [, source] of cases) {
      const { module } = treeOf(source, language);
      const reached: Node[] = [];
      walk(module, (node) => reached.push(node));
      assert.equal(new Set(reached).size, reached.length, source);
      assert.deepEqual(new Set<unknown>(reached), nodesAnywhere(module), source);
    }
  });

  it(`${language}: every node lies within its parent and has text unless it stands for something absent`, () => {
    for (const [, source] of cases) {
      walk(treeOf(source, language).module, (node) => {
        assert.ok(node.start >= 0 && node.start <= node.end && node.end <= source.length, `${node.kind} in ${source}`);
        if (node.kind === "Arg") return;
        for (const child of childrenOf(node)) {
          assert.ok(child.start >= node.start && child.end <= node.end, `${child.kind} outside ${node.kind} in ${source}`);
        }
      });
    }
  });
}

it("JavaScript means the same when it is submitted as TypeScript", () => {
  for (const [title, source, ...tree] of JAVASCRIPT_CASES) if (!NOT_TYPESCRIPT.has(title)) check(source, "typescript", tree);
});
