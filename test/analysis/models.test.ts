import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { compileModels } from "../../analysis/read-models.ts";
import { formatRuleError, type RuleFile } from "../../analysis/rule-file.ts";
import { packageRoot } from "../../src/package-root.ts";
import { ruleFiles } from "../rules/shipped-rules.ts";

const model = (path: string, apis: string): RuleFile => ({ path, text: `language: python\napis:\n${apis}\n` });
const rest = (text: string): RuleFile => ({ path: "a.yaml", text: `language: python\n${text}\n` });
const problems = (shipped: readonly RuleFile[], own: readonly RuleFile[] = []): readonly string[] => {
  const compiled = compileModels(shipped, own);
  return compiled.ok ? [] : compiled.errors.map(({ path, line, column, message }) => `${path}:${line}:${column}: ${message}`);
};
const RMTREE = model("a.yaml", '  "shutil.{rmtree,move}": { effect: fs.delete, as: path, target: 0 }');

describe("API models that are wrong", () => {
  it("two of one path: the second would hide the first", () => {
    const second = model("b.yaml", '  "shutil.rmtree": {}');
    assert.deepEqual(problems([RMTREE, second]), ["b.yaml:3:3: `shutil.rmtree` has a model already, in a.yaml"]);
    assert.deepEqual(problems([RMTREE, { ...second, text: second.text.replace("python", "javascript") }]), []);
  });

  it("whatever does not exist, with what was probably meant", () => {
    const wrong = (raw: string) => problems([model("a.yaml", `  "x.y": ${raw}`)]);
    assert.deepEqual(wrong("{ effect: fs.remove, target: 0 }"), ["a.yaml:3:20: `fs.remove` is no kind of effect"]);
    assert.deepEqual(wrong("{ effect: fs.delet, target: 0 }"), ["a.yaml:3:20: `fs.delet` is no kind of effect; did you mean `fs.delete`?"]);
    assert.match(wrong("{ effect: fs.delete, as: paths, target: 0 }")[0] ?? "", /^a\.yaml:3:35: `as` is `paths`; allowed: path, url/);
    assert.match(
      wrong("{ efect: fs.delete }")[0] ?? "",
      /^a\.yaml:3:12: unknown key `efect` in the model of `x\.y`; did you mean `effect`\?/,
    );
    assert.match(wrong("{ builtin: exce }")[0] ?? "", /^a\.yaml:3:21: `exce` is no evaluator; did you mean `exec`\?/);
    assert.match(wrong("{ cause: internet }")[0] ?? "", /^a\.yaml:3:19: `cause` is `internet`; allowed: env, file/);
    assert.match(wrong("{ as: path }")[0] ?? "", /^a\.yaml:3:12: `as` says how an effect is read, and there is no `effect`/);
  });

  it("a selector, a test of an argument or a pattern that cannot be read", () => {
    const wrong = (raw: string) => problems([model("a.yaml", `  "x.y": { effect: fs.delete, ${raw} }`)]);
    assert.deepEqual(wrong('target: "0|first name"'), ["a.yaml:3:39: `first name` is no position, keyword, `*` or `recv`"]);
    assert.match(wrong("only: mode")[0] ?? "", /^a\.yaml:3:37: expected `argument ~ pattern`/);
    assert.match(wrong('only: "0 ~ ("')[0] ?? "", /^a\.yaml:3:37: no regular expression: /);
    assert.match(wrong("each: maybe")[0] ?? "", /^a\.yaml:3:37: `each` must be true or false/);
    assert.match(problems([rest("answers: ['(']")])[0] ?? "", /^a\.yaml:2:10: no regular expression/);
    assert.match(problems([rest("families:\n  - { family: drop, effect: db.drop }")])[0] ?? "", /^a\.yaml:3:5: `of` is missing/);
    assert.match(problems([rest("methods:\n  - { method: drop, evidence: much, effect: db.drop }")])[0] ?? "", /`evidence` is `much`/);
  });

  it("an unknown language, none, and text that is not YAML", () => {
    assert.deepEqual(problems([{ path: "a.yaml", text: "language: cobol\n" }]), [
      "a.yaml:1:11: `language` is `cobol`; allowed: python, javascript",
    ]);
    assert.deepEqual(problems([{ path: "a.yaml", text: "apis: {}\n" }]), ["a.yaml:1:1: a file of API models lacks `language`"]);
    assert.match(problems([{ path: "a.yaml", text: "apis: {\n" }])[0] ?? "", /not valid YAML/);
  });
});

describe("models of the operator's own", () => {
  const own = (raw: string): RuleFile => model("own.yaml", `  ${raw}`);

  it("take the place of a shipped one only where they say so", () => {
    assert.deepEqual(problems([RMTREE], [own("shutil.rmtree: {}")]), [
      "own.yaml:3:3: `shutil.rmtree` has a model already, in a.yaml; say `replaces: true` to take its place",
    ]);
    const compiled = compileModels([RMTREE], [own("shutil.rmtree: { replaces: true, effect: fs.read, target: 0 }")]);
    assert.ok(compiled.ok);
    assert.deepEqual(
      compiled.tables.python.apis.get("shutil.rmtree")?.effects.map(({ kind }) => kind),
      ["fs.read"],
    );
    assert.deepEqual(compiled.own, [
      { name: "shutil.rmtree", language: "python", effects: ["fs.read"], path: "own.yaml", replaces: "a.yaml" },
    ]);
  });

  it("that replace nothing, or each other, are refused; what ships replaces nothing", () => {
    assert.match(problems([RMTREE], [own("shutil.rmtre: { replaces: true }")])[0] ?? "", /`shutil\.rmtre` has no shipped model to replace/);
    const again = { ...own("shutil.rmtree: { replaces: true }"), path: "again.yaml" };
    assert.match(problems([RMTREE], [own("shutil.rmtree: { replaces: true }"), again])[0] ?? "", /^again\.yaml:3:3: .* no shipped model/);
    assert.match(problems([model("a.yaml", "  x.y: { replaces: true }")])[0] ?? "", /unknown key `replaces`/);
  });

  it("of a method of any object need something that tells which", () => {
    const method = (raw: string) => problems([RMTREE], [{ path: "own.yaml", text: `language: python\nmethods:\n  - ${raw}\n` }]);
    assert.deepEqual(method("{ method: wipe, effect: fs.delete, target: 0 }"), [
      "own.yaml:3:5: a method of any object: `wipe` needs `receiver` or `evidence`",
    ]);
    assert.deepEqual(method('{ method: wipe, receiver: "(?i)disk$", effect: fs.delete, target: 0 }'), []);
  });

  it("of a family are named by first words", () => {
    const family = (words: string) =>
      problems(
        [RMTREE],
        [{ path: "own.yaml", text: `language: python\nfamilies:\n  - { family: "${words}", of: "^acme", effect: db.drop }\n` }],
      );
    assert.deepEqual(family("drop|dropAll"), [
      "own.yaml:3:15: `dropAll` is found by nothing: a family is named by first words, such as `drop`",
    ]);
    assert.deepEqual(family("drop|purge"), []);
  });

  it("the example of the documentation is right", () => {
    const page = readFileSync(join(packageRoot(), "docs/api-models.md"), "utf8");
    const [, text = ""] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
    const compiled = compileModels(ruleFiles("apis"), [{ path: "acme.yaml", text }]);
    assert.ok(compiled.ok, JSON.stringify(compiled));
    assert.equal(compiled.own.length, 11);
    assert.deepEqual(
      compiled.own.filter(({ replaces }) => replaces !== null).map(({ name }) => name),
      ["requests.head"],
    );
  });

  it("an error is shown with its line and a caret", () => {
    const compiled = compileModels([RMTREE], [own("acme.wipe: { effect: fs.delete_tre, as: path, target: 0 }")]);
    assert.ok(!compiled.ok);
    assert.equal(
      compiled.errors.map(formatRuleError).join("\n"),
      [
        "own.yaml:3:24: `fs.delete_tre` is no kind of effect; did you mean `fs.delete_tree`?",
        "  3 |   acme.wipe: { effect: fs.delete_tre, as: path, target: 0 }",
        "    |                        ^",
      ].join("\n"),
    );
  });
});
