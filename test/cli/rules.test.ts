/** `agentguard rules`: what it prints, its JSON, and its exit codes. */
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { emptyDirectory, runAgentguard } from "./run-agentguard.ts";

const directory = emptyDirectory();
after(() => directory.remove());
const file = (name: string, text: string): void => writeFileSync(join(directory.path, name), text);
const rule = (id: string, rest: string): string => `  - id: ${id}\n    message: m\n    severity: INFO\n    languages: [python]\n${rest}`;
mkdirSync(join(directory.path, "good"));
mkdirSync(join(directory.path, "bad"));
mkdirSync(join(directory.path, "empty"));
file("good/eval.yaml", `rules:\n${rule("eval", "    pattern: eval(...)\n")}`);
file("good/eval.py", "# ruleid: eval\neval(x)\n# ok: eval\nliteral_eval(x)\n# todook: eval\neval(1)\n");
file(
  "good/flow.yml",
  `rules:\n${rule("flow", "    mode: taint\n    pattern-sources: [{pattern: a()}]\n    pattern-sinks: [{pattern: b(...)}]\n")}`,
);
file("good/flow.py", "x = a()\n# ruleid: flow\nb(x)\n# ok: flow\nb(1)\n");
file(
  "bad/two.yaml",
  `rules:\n${rule("one", "    pattern: f(...)\n")}${rule("two", "    pattern-regex: '(?<!x)y'\n    patern: 1\n")}${rule("three", "    pattern-regex: '(?<!x)y'\n")}`,
);
file("bad/two.py", "# ruleid: one\ng()\n# ok: one\nf()\n# ruleid: three\ny\n");
mkdirSync(join(directory.path, "invariants"));
mkdirSync(join(directory.path, "mended"));
const hosts = (field: string): string => `invariants:
  - id: acme.hosts
    explanation: Finds what goes where nobody should go.
    effects: [net.fetch, net.send]
    action: block
    severity: high
    when: >-
      effect.${field}.contains("files.example")
    message: "not there: {target}"
    references: [CWE-918]
`;
file("invariants/hosts.yaml", hosts("tarjet"));
file("mended/hosts.yaml", hosts("target"));
mkdirSync(join(directory.path, "models"));
const models = (effect: string): string => `language: python
apis:
  acme.wipe: { effect: ${effect}, as: path, target: 0 }
  shutil.rmtree: { replaces: true, effect: fs.delete_tree, as: path, target: 0|path }
`;
file("models/acme.yaml", models("fs.delet"));
mkdirSync(join(directory.path, "right-models"));
file("right-models/acme.yaml", models("fs.delete"));
const run = (...args: readonly string[]) => runAgentguard(["rules", ...args], { cwd: directory.path });

describe("agentguard rules test", () => {
  it("agrees: exit 0, taint rules run as well", async () => {
    const { code, stdout } = await run("test", "good");
    assert.equal(code, 0, stdout);
    assert.match(stdout, /^ok +eval {2}eval\.py {2}expected 2, found 2$/m);
    assert.match(stdout, /^ok +flow {2}flow\.py {2}expected 3, found 3$/m);
    assert.match(stdout, /2 of 2 agree with every annotation/);
  });
  it("differs: exit 1, JSON says what was missed, invented and refused, for each rule on its own", async () => {
    const { code, stdout } = await run("test", "bad", "--json");
    assert.equal(code, 1);
    const results = JSON.parse(stdout) as { rule: string; error: string | null }[];
    assert.deepEqual(results[0], {
      rule: "one",
      mode: "search",
      file: "bad/two.py",
      expected: [2],
      found: [4],
      missed: [2],
      invented: [4],
      error: null,
    });
    assert.match(results.find((each) => each.rule === "two")?.error ?? "", /two\.yaml:\d+:5: unknown key `patern`[\s\S]*\^$/);
    assert.equal(results.find((each) => each.rule === "three")?.error, null);
  });
  it("no rules at all: exit 2", async () => {
    const { code, stderr } = await run("test", "empty");
    assert.equal(code, 2);
    assert.match(stderr, /holds no rule files/);
  });
  it("no such directory: exit 2", async () => {
    const { code, stderr } = await run("test", "absent");
    assert.equal(code, 2);
    assert.match(stderr, /cannot read `absent`: there is no such file/);
  });
});

describe("agentguard rules lint, list and explain", () => {
  it("explain knows what was probably meant", async () => {
    const { code, stderr } = await run("explain", "weak-hsh");
    assert.equal(code, 2);
    assert.match(stderr, /there is no rule `weak-hsh`\n {2}help: did you mean `weak-hash`\? /);
  });
  it("lint names the fault with its place, and what runs on a backtracking engine", async () => {
    const { code, stdout } = await run("lint", "bad");
    assert.equal(code, 1);
    assert.match(stdout, /unknown key `patern`.*did you mean `pattern`/);
    assert.match(stdout, /two\.yaml: three: note: .*look-around/);
    assert.match(stdout, /3 rules, 1 broken/);
  });
  it("list shows the shipped rules, or those of a directory", async () => {
    const shipped = await run("list");
    assert.equal(shipped.code, 0);
    assert.match(shipped.stdout, /^weak-hash +medium +warn +python +CWE-327/m);
    assert.match((await run("list", "--rules", "good")).stdout, /^eval +low +warn +python/m);
  });
  it("invariants are linted with their place, listed and explained like rules; the posture table is printed", async () => {
    const linted = await run("lint", "invariants");
    assert.equal(linted.code, 1);
    assert.match(
      linted.stdout,
      /invariants\/hosts\.yaml:8:14: No such key: tarjet\n {2}8 \| {2,}effect\.tarjet\.contains[^\n]*\n +\| {14}\^\n/,
    );
    assert.match(linted.stdout, /1 rules, 1 broken/);
    assert.match((await run("lint", "mended")).stdout, /1 rules, 0 broken/);
    assert.match((await run("list", "--rules", "mended")).stdout, /^acme\.hosts +high +block +net\.fetch,net\.send +CWE-918$/m);
    assert.match((await run("list")).stdout, /^core\.read-system +medium +require_approval +fs\.read +CWE-200$/m);
    const explained = await run("explain", "financial.transfer-limit");
    assert.match(explained.stdout, /^Finds: money[\s\S]*references: CWE-840, ASI02[\s\S]*id: financial\.transfer-limit/m);
    assert.match((await run("explain", "core.read-system")).stdout, /in the posture table: read, system-sensitive/);
    assert.match((await run("posture")).stdout, /^\| read \|.*\(`core\.read-credentials`\)/m);
  });
  it("API models are linted with their place, and listed", async () => {
    const linted = await run("lint", "models");
    assert.equal(linted.code, 1);
    assert.match(linted.stdout, /^models\/acme\.yaml:3:24: `fs\.delet` is no kind of effect.*\n {2}3 \| {3}acme\.wipe.*\n {4}\| +\^$/m);
    const right = await run("lint", "right-models");
    assert.equal(right.code, 0);
    assert.match(right.stdout, /shutil\.rmtree: note: takes the place of the model in rules\/apis\/python\.yaml\n2 rules, 0 broken/);
    assert.match((await run("list", "--rules", "right-models")).stdout, /^acme\.wipe +model +python fs\.delete *$/m);
  });
  it("explain shows words, examples and text; an unknown rule is exit 2", async () => {
    const { stdout } = await run("explain", "weak-hash");
    assert.match(stdout, /flagged\n {2}hashlib\.md5[\s\S]*allowed\n[\s\S]*id: weak-hash/);
    assert.equal((await run("explain", "nothing")).code, 2);
  });
});
