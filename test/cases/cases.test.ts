import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Answer, mismatches } from "./compare.ts";
import { type Expectation, loadOrdinary, loadPublished, type PublishedCase } from "./load-cases.ts";

const published = loadPublished();
const ordinary = loadOrdinary();
const rows = [...new Set(published.map((each) => each.row))];
const of = (row: string, kind: PublishedCase["kind"]) => published.filter((each) => each.row === row && each.kind === kind);
const decisions = (each: PublishedCase): readonly string[] => [each.expect.decision].flat();
const ids = (cases: readonly { readonly id: string }[]) => cases.map((each) => each.id);

/** The rows of "What must come out", each a file. */
const SPECIFIED = [
  "balance-authorized",
  "balance-unauthorized",
  "delete-all",
  "drop-table",
  "log-ssn",
  "record-with-claims",
  "record-without-claims",
  "rm-rf-root",
  "transfer",
];
/** Techniques that every hidden row has to be tried with. */
const TECHNIQUES = ["string_building", "alias", "reflection", "container", "wrapper"];

describe("published cases", () => {
  test("every published row has its file", () => assert.deepEqual(rows.toSorted(), [...SPECIFIED, "guards", "identity"].toSorted()));

  test("ids are unique and belong to their row", () => {
    const all = ids([...published, ...ordinary]);
    assert.deepEqual(
      all.filter((id, i) => all.indexOf(id) !== i),
      [],
    );
    assert.deepEqual(ids(published.filter((each) => !each.id.startsWith(`${each.row}/`))), []);
  });

  test("the prefix of an id names its language", () => {
    const prefix = { python: "py", javascript: "js", typescript: "ts" } as const;
    const wrong = published.filter((each) => !new RegExp(`/${prefix[each.language]}($|-)`).test(each.id));
    assert.deepEqual(ids(wrong), []);
  });

  for (const row of SPECIFIED) {
    test(`${row}: at least five disguises, by every technique, with the row's own answer`, () => {
      const disguises = of(row, "disguise");
      const original = decisions(of(row, "row")[0] as PublishedCase)[0] as string;
      assert.ok(disguises.length >= 5, `${disguises.length} disguises`);
      const used = new Set(disguises.flatMap((each) => each.how));
      assert.deepEqual(
        TECHNIQUES.filter((name) => !used.has(name)),
        [],
      );
      assert.deepEqual(ids(disguises.filter((each) => !decisions(each).includes(original))), []);
      assert.deepEqual(ids(disguises.filter((each) => each.how.length === 0)), []);
    });
  }

  test("every risky row also hides in a decoded payload that is run", () => {
    const risky = SPECIFIED.filter((row) => decisions(of(row, "row")[0] as PublishedCase)[0] !== "ALLOW");
    const hidden = risky.map(
      (row) => of(row, "disguise").filter((each) => each.how.includes("decoded") && each.how.includes("eval")).length,
    );
    assert.deepEqual(
      risky.filter((_, i) => (hidden[i] ?? 0) < 2),
      [],
    );
  });

  test("every risky case has an innocent twin: one fact away, or the same code under a claim", () => {
    const twins = new Set(published.filter((each) => each.kind === "twin").map((each) => each.of));
    const harmless = new Set(published.filter((each) => decisions(each)[0] === "ALLOW").map((each) => `${each.language}\0${each.code}`));
    const alone = published.filter(
      (each) =>
        ["row", "disguise"].includes(each.kind) &&
        decisions(each)[0] !== "ALLOW" &&
        !twins.has(each.id) &&
        !harmless.has(`${each.language}\0${each.code}`),
    );
    assert.deepEqual(ids(alone), []);
  });

  test("twins are ALLOW, name their case and the one fact", () => {
    const known = new Set(ids(published));
    for (const twin of published.filter((each) => each.kind === "twin")) {
      assert.deepEqual(decisions(twin), ["ALLOW"], twin.id);
      assert.ok(twin.of !== undefined && known.has(twin.of), `${twin.id}: of ${twin.of}`);
      assert.ok((twin.fact ?? "").length > 5, twin.id);
      const original = published.find((each) => each.id === twin.of) as PublishedCase;
      assert.notDeepEqual([twin.code, twin.context], [original.code, original.context], `${twin.id} is its original`);
    }
  });

  test("guards: both answers, in both languages, for the same decrease", () => {
    const guards = of("guards", "guard");
    for (const language of ["python", "javascript"] as const) {
      const own = guards.filter((each) => each.language === language);
      for (const answer of ["ALLOW", "BLOCK"])
        assert.ok(own.filter((each) => decisions(each)[0] === answer).length >= 5, `${language} ${answer}`);
    }
    assert.deepEqual(ids(guards.filter((each) => !/balance -= /.test(each.code))), []);
  });

  test("identity: every program is renamed, aliased and moved into a comment and a text", () => {
    const bases = of("identity", "identity").filter((each) => each.how.includes("base"));
    assert.ok(bases.length >= 10);
    for (const base of bases) {
      const variants = published.filter((each) => each.of === base.id);
      for (const how of ["renamed", "alias", "comment", "text"])
        assert.ok(
          variants.some((each) => each.how.includes(how)),
          `${base.id}: ${how}`,
        );
      for (const each of variants) {
        const silent = each.how.includes("comment") || each.how.includes("text");
        if (silent) assert.ok((each.expect.effects_exclude ?? []).length > 0, each.id);
        else assert.deepEqual(each.expect, base.expect, each.id);
      }
    }
  });

  test("an encoded payload decodes to the words of its row", () => {
    const words = /rm -rf|execSync|account\.balance|transfer_?money|get_?patient_?data|objects\.all|deleteMany|drop table|ssn/i;
    for (const each of published.filter((one) => one.how.includes("decoded"))) {
      for (const [, text = ""] of each.code.matchAll(/b64decode\('([A-Za-z0-9+/=]{16,})'\)|atob\("([^"]+)"\)/g)) {
        if (text === "" || each.code.includes("zlib")) continue;
        const once = Buffer.from(text, "base64").toString("latin1");
        const plain = /^[A-Za-z0-9+/=]+$/.test(once) ? Buffer.from(once, "base64").toString("latin1") : once;
        assert.match(plain, words, each.id);
      }
    }
  });
});

describe("ordinary programs", () => {
  for (const language of ["python", "javascript", "typescript"] as const) {
    test(`${language}: at least twenty, of ordinary length, none twice`, () => {
      const own = ordinary.filter((each) => each.language === language);
      assert.ok(own.length >= 20, `${own.length} programs`);
      assert.equal(new Set(own.map((each) => each.code)).size, own.length);
      const odd = own.filter((each) => {
        const lines = each.code.trim().split("\n").length;
        return lines < 14 || lines > 70;
      });
      assert.deepEqual(ids(odd), []);
    });
  }

  test("they do real things, also those that can go wrong", () => {
    const text = ordinary.map((each) => each.code).join("\n");
    const wanted = [
      /requests\.get/,
      /fetch\(/,
      /rmtree\(/,
      /os\.remove\(/,
      /subprocess\.run\(/,
      /DELETE FROM \w+ WHERE/,
      /execSync\(/,
      /app\.delete/,
      /logging/,
    ];
    assert.deepEqual(
      wanted.filter((pattern) => !pattern.test(text)),
      [],
    );
  });
});

describe("compare", () => {
  const expect: Expectation = {
    decision: "BLOCK",
    blocked_by: 2,
    violations_include: ["requires authorization"],
    effects_include: [{ kind: "fs.delete_tree", target_classes: ["path.root"] }],
    effects_exclude: ["code.opaque"],
    relied_on_include: ["has_auth_check"],
    approval_level: "VP",
  };
  const right: Answer = {
    decision: "BLOCK",
    blocked_by_layer: 2,
    violations: ["CRITICAL: this requires authorization"],
    effects: [{ kind: "fs.delete_tree", target_classes: ["path.root", "path.unknown"] }],
    relied_on: ["claim has_auth_check"],
    approval_level: "VP",
  };
  const CASES: readonly [string, Answer, RegExp | null][] = [
    ["as expected", right, null],
    ["another decision", { ...right, decision: "ALLOW" }, /^decision: expected BLOCK, got ALLOW$/],
    ["another layer", { ...right, blocked_by_layer: null }, /^blocked by: expected layer 2, got none$/],
    ["no violation", { ...right, violations: [] }, /^missed violation/],
    [
      "the effect with another target",
      { ...right, effects: [{ kind: "fs.delete_tree", target_classes: ["path.tmp"] }] },
      /^missed effect: fs.delete_tree path.root$/,
    ],
    [
      "an effect too many",
      { ...right, effects: [...right.effects, { kind: "code.opaque", target_classes: [] }] },
      /^invented effect: code.opaque$/,
    ],
    ["nothing relied on", { ...right, relied_on: [] }, /^missed in relied_on/],
    ["another level", { ...right, approval_level: "CTO" }, /^approval level: expected VP, got CTO$/],
  ];
  for (const [name, answer, want] of CASES) {
    test(name, () => {
      const found = mismatches(expect, answer);
      if (want === null) assert.deepEqual(found, []);
      else {
        assert.equal(found.length, 1, found.join("; "));
        assert.match(found[0] as string, want);
      }
    });
  }
  test("one of several right decisions is enough", () =>
    assert.deepEqual(mismatches({ decision: ["BLOCK", "REQUIRES_APPROVAL"] }, { ...right, decision: "REQUIRES_APPROVAL" }), []));
});
