import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { compileModels } from "../../analysis/models.ts";

const model = (path: string, apis: string) => ({ path, text: `language: python\napis:\n${apis}\n` });
const problems = (...files: readonly { path: string; text: string }[]): readonly string[] => {
  const compiled = compileModels(files);
  return compiled.ok ? [] : compiled.problems.map(({ path, message }) => `${path}: ${message}`);
};

describe("API models that are wrong", () => {
  it("two of one path: the second would hide the first", () => {
    const first = model("a.yaml", '  "shutil.{rmtree,move}": { effect: fs.delete, as: path, target: 0 }');
    const second = model("b.yaml", '  "shutil.rmtree": {}');
    assert.deepEqual(problems(first, second), ["b.yaml: `shutil.rmtree` has a model already, in a.yaml"]);
    assert.deepEqual(problems(first, { ...second, text: second.text.replace("python", "javascript") }), []);
  });

  it("an effect, a target form or a key that does not exist", () => {
    const wrong = (raw: string) => problems(model("a.yaml", `  "x.y": ${raw}`));
    assert.deepEqual(wrong("{ effect: fs.remove, target: 0 }"), ["a.yaml: unknown effect `fs.remove` in the model of `x.y`"]);
    assert.deepEqual(wrong("{ effect: fs.delete, as: paths, target: 0 }"), ["a.yaml: unknown target form `paths` in the model of `x.y`"]);
    assert.deepEqual(wrong("{ efect: fs.delete }"), ["a.yaml: unknown key `efect` in the model of `x.y`"]);
  });

  it("an unknown language", () => {
    assert.deepEqual(problems({ path: "a.yaml", text: "language: cobol\n" }), [
      "a.yaml: unknown language `cobol`: write python or javascript",
    ]);
  });
});
