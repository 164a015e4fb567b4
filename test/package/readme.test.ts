/** What the README shows is what happens, and every page it and its neighbours point to is there. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { packageRoot } from "../../src/package-root.ts";
import { startTestServer, type TestServer } from "../api/start-test-server.ts";
import { emptyDirectory, runAgentguard } from "../cli/run-agentguard.ts";

const read = (file: string): string => readFileSync(join(packageRoot(), file), "utf8");
const readme = read("README.md");

/** The fenced blocks of a page: language and text. */
const blocks = [...readme.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(([, language, text]) => ({ language: language!, text: text! }));

/** Values that differ from run to run or from version to version become their type. */
const VOLATILE = /^(latency_ms|audit_id|rules_version|config_version|execution_digest)$/;
const shape = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (key, inner: unknown) => (VOLATILE.test(key) ? typeof inner : inner));

describe("README.md", () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer();
  });
  after(() => server.close());

  /** `curl` blocks with a body, as the path and the body that they send. */
  const requests = blocks.flatMap(({ text }) => {
    const found = /^\$ curl -s http:\/\/127\.0\.0\.1:5000(\S+) [\s\S]*-d '([^']+)'/.exec(text);
    return found === null ? [] : [{ path: found[1]!, body: JSON.parse(found[2]!) as object }];
  });

  test("the first request is answered as shown", async () => {
    const shown = blocks.find(({ language }) => language === "json");
    const { status, body } = await server.call(requests[0]!.path, { body: requests[0]!.body });
    assert.equal(status, 200);
    assert.deepEqual(shape(body), shape(JSON.parse(shown!.text)));
  });

  test("with the claim it is allowed, and relies on it", async () => {
    const { body } = await server.call(requests[0]!.path, { body: { ...requests[0]!.body, context: { has_auth_check: true } } });
    assert.equal(body.decision, "ALLOW");
    assert.ok(body.relied_on.length > 0);
    const key = await server.newKey("agent", { agentIds: ["demo"] });
    const disbelieved = await server.call(requests[0]!.path, { body: { ...requests[0]!.body, context: { has_auth_check: true } }, key });
    assert.equal(disbelieved.body.decision, "BLOCK");
  });

  test("the second request runs", async () => {
    const { body } = await server.call(requests[1]!.path, { body: requests[1]!.body });
    assert.deepEqual([body.executed, body.output], [true, "42"]);
  });

  test("`agentguard check` prints what is shown", async () => {
    const session = blocks.find(({ text }) => text.startsWith("$ cat demo.py"));
    const [, program, shown] = /^\$ cat demo\.py\n([\s\S]*)^\$ node bin\/agentguard\.cjs check demo\.py\n([\s\S]*)$/m.exec(session!.text)!;
    const directory = emptyDirectory();
    try {
      writeFileSync(join(directory.path, "demo.py"), program!);
      const run = await runAgentguard(["check", "demo.py"], { cwd: directory.path });
      assert.deepEqual([run.code, run.stdout, run.stderr], [1, shown, ""]);
    } finally {
      directory.remove();
    }
  });

  test("its `npm run` scripts exist", () => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    const named = [...readme.matchAll(/npm (?:run )?(\w+)/g)].map(([, name]) => name!).filter((name) => !["ci", "install"].includes(name));
    assert.ok(named.length >= 3);
    for (const name of named) assert.ok(name in scripts, `npm run ${name}`);
  });
});

test("no page points to a file that is not there", () => {
  const top = readdirSync(packageRoot()).filter((file) => file.endsWith(".md"));
  const docs = readdirSync(join(packageRoot(), "docs")).map((file) => `docs/${file}`);
  const pages = [...top, ...docs, "clients/python/README.md", "clients/typescript/README.md"].filter((file) => file.endsWith(".md"));
  const broken = pages.flatMap((page) =>
    [...read(page).matchAll(/\]\(([^)\s#]+)[^)]*\)/g)]
      .map(([, target]) => target!)
      .filter((target) => !/^[a-z]+:/.test(target) && !existsSync(join(packageRoot(), dirname(page), target)))
      .map((target) => `${page}: ${target}`),
  );
  assert.deepEqual(broken, []);
});
