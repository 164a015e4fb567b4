/** The shipped recognisers against rules/sensitivity/names.py and literals.txt, and recogniser files that are wrong. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parse as parseYaml } from "yaml";
import { compileRecognisers } from "../../analysis/compile-recognisers.ts";
import { findSensitive, labelOfLiteral, labelOfName, maskLiterals } from "../../analysis/sensitivity.ts";
import { fc } from "../properties.ts";
import { ruleFiles, shippedRecognisers } from "./shipped-rules.ts";

const recognisers = shippedRecognisers();
const textOf = (name: string) => ruleFiles("sensitivity").find((file) => file.path.endsWith(name))?.text ?? "";

/** Labels of every name on a line of code: dotted paths, and keys in brackets. */
function labelsOn(line: string): string[] {
  const names = [...line.matchAll(/[A-Za-z_][\w.]*|"([^"]*)"/g)].map((found) => found[1] ?? found[0]);
  return [...new Set(names.flatMap((name) => labelOfName(recognisers, name)))].sort();
}

describe("names", () => {
  const lines = textOf("names.py").split("\n");
  for (const [i, line] of lines.entries()) {
    const expected = /^# label: (.+)$/.exec(line);
    const code = lines[i + 1] ?? "";
    if (expected !== null) it(`${code}: ${expected[1]}`, () => assert.deepEqual(labelsOn(code), (expected[1] as string).split(", ")));
    if (/^# ok: /.test(line)) {
      it(`${code}: nothing that blocks or asks`, () => {
        const deciding = labelsOn(code).filter((label) =>
          Object.values(recognisers.labels.get(label)?.actions ?? {}).some((action) => action !== "warn"),
        );
        assert.deepEqual(deciding, []);
      });
    }
  }
});

describe("literals", () => {
  const cases = parseYaml(textOf("literals.txt")) as { text: string; masked: string }[];
  for (const { text, masked } of cases) {
    it(`${JSON.stringify(text)} -> ${JSON.stringify(masked)}`, () => {
      assert.equal(maskLiterals(recognisers, text), masked);
      assert.equal(labelOfLiteral(recognisers, text).length > 0, text !== masked);
    });
  }
  it("covers every literal recogniser", () => {
    const seen = new Set(cases.flatMap(({ text }) => findSensitive(recognisers, text).map((span) => span.name)));
    const never = recognisers.literals.map((rule) => rule.name).filter((name) => !seen.has(name));
    assert.deepEqual([...new Set(never)], ["gitlab_token", "slack_webhook", "google_api_key", "package_token", "mail_api_key"]);
  });
});

describe("laws", () => {
  const canary = fc.constantFrom("123-45-6789", "4111 1111 1111 1111", "AKIAIOSFODNN7EXAMPLE", "ghp_AbCdEfGhIjKlMnOpQrStUvWxYz0123456789");
  it("a literal between any words is masked, and nothing else is lost", () => {
    fc.assert(
      fc.property(fc.lorem(), canary, fc.lorem(), (before, secret, after) => {
        const masked = maskLiterals(recognisers, `${before} ${secret} ${after}`);
        return !masked.includes(secret) && masked.startsWith(`${before} [`) && masked.endsWith(`] ${after}`);
      }),
    );
  });
  it("masking twice is masking once, and spans are in order without overlaps", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(canary, fc.string()), { maxLength: 8 }), (parts) => {
        const text = parts.join(" ");
        const once = maskLiterals(recognisers, text);
        const spans = findSensitive(recognisers, text);
        return (
          maskLiterals(recognisers, once) === once &&
          spans.every((span, i) => span.start >= (spans[i - 1]?.end ?? 0) && span.end > span.start)
        );
      }),
    );
  });
  it("hostile text ends: 300 KB of near misses", () => {
    for (const unit of ["4111 1111 1111 1112 ", "4 ", "123-00-6789 ", "a@", "-----BEGIN PRIVATE KEY-----", "eyJaaaaaaaaaaaa."]) {
      const text = unit.repeat(300_000 / unit.length);
      assert.ok(maskLiterals(recognisers, text).length <= text.length);
    }
  });
});

describe("recogniser files that are wrong are refused with their place", () => {
  const label = "labels:\n  - { id: a.b, title: t, severity: high, actions: { log: block }, references: [CWE-1] }\n";
  const cases: readonly { name: string; text: string; at: string; message: RegExp }[] = [
    { name: "an unknown key", text: `${label}nmes: []\n`, at: "3:1", message: /unknown key `nmes`.*did you mean `names`/ },
    {
      name: "an undefined label",
      text: `${label}names:\n  - { label: a.c, phrases: [x] }\n`,
      at: "4:14",
      message: /label `a.c` is not defined/,
    },
    {
      name: "an unknown action",
      text: label.replace("log: block", "log: stop"),
      at: "2:58",
      message: /allowed: block, require_approval, warn/,
    },
    { name: "an unknown sink", text: label.replace("log: block", "lgo: block"), at: "2:53", message: /unknown key `lgo`/ },
    {
      name: "a look-ahead",
      text: `${label}literals:\n  - { label: a.b, name: n, pattern: 'a(?=b)' }\n`,
      at: "4:37",
      message: /linear time/,
    },
    { name: "nothing to recognise", text: label, at: "1:1", message: /there must be names and literals/ },
    { name: "not YAML", text: "labels: [", at: "1:10", message: /not valid YAML/ },
  ];
  for (const { name, text, at, message } of cases) {
    it(name, () => {
      const result = compileRecognisers([{ path: "r.yaml", text }]);
      assert.ok(!result.ok);
      const [error] = result.errors;
      assert.match(error?.message ?? "", message);
      assert.equal(`${error?.line}:${error?.column}`, at);
    });
  }
});
