/** "Add a store": SQLite by the driver that Node brings, which passes what the embedded store passes. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { durabilitySuite } from "../store/durability-suite.ts";
import { openerOf } from "../store/opener.ts";
import { storeSuite } from "../store/store-suite.ts";
import { open } from "./node-sqlite.ts";
import { followRecipe, notFollowed } from "./recipe.ts";

const ENGINE = new URL("node-sqlite.ts", import.meta.url);
const NOTHING = (): void => {};

storeSuite("Node's SQLite", openerOf(open));
durabilitySuite("Node's SQLite", ENGINE);

const SERVER_TEST = `
import assert from "node:assert/strict";
import { test } from "node:test";
import { startTestServer } from "./start-test-server.ts";

test("a server on the new store keeps what it decided", async () => {
  await using server = await startTestServer({ config: "server:\\n  store: node\\n" });
  assert.ok(process.moduleLoadList.includes("Internal Binding sqlite"), "the new store was opened");
  const { body } = await server.enforce({ language: "python", code: "print(1)" });
  assert.equal(body.decision, "ALLOW");
  assert.equal((await server.call("/readyz")).status, 200);
  assert.equal((await server.call("/api/v1/audit/" + body.audit_id)).status, 200);
});
`;

test("add a store", { skip: notFollowed }, async (t) => {
  await followRecipe(t, "Add a store", {}, [
    {
      says: "Implement `Store`",
      follow: (copy) => copy.write("src/store/node-sqlite.ts", readFileSync(ENGINE, "utf8").replaceAll("../../src/store/", "./")),
    },
    // It runs those of all SQL engines; the suites above run against the very file that was copied.
    { says: "Write migrations", follow: NOTHING },
    { says: "`test/store/store-suite.ts` and `test/store/durability-suite.ts`", follow: NOTHING },
    {
      says: "Let `openStore` in `src/store/open-store.ts` choose it by the configuration",
      follow: async (copy) => {
        copy.edit(
          "src/config/schema.ts",
          "  public_analyze: flag(false),",
          '  store: z.enum(["embedded", "node"]).default("embedded"),\n  public_analyze: flag(false),',
        );
        copy.edit(
          "src/config/descriptions.ts",
          '  "server.data_dir":',
          '  "server.store": "Driver of the database.",\n  "server.data_dir":',
        );
        copy.edit("src/compose.ts", "await openStore({ dataDir })", "await openStore({ dataDir, engine: config.server.store })");
        copy.edit(
          "src/store/open-store.ts",
          "  readonly dataDir: string;",
          '  readonly dataDir: string;\n  readonly engine?: "embedded" | "node";',
        );
        copy.edit(
          "src/store/open-store.ts",
          "  const files = dataFiles(options.dataDir);",
          '  if (options.engine === "node") return (await import("./node-sqlite.ts")).open(options.dataDir);\n  const files = dataFiles(options.dataDir);',
        );
        assert.deepEqual(await copy.compilerComplaints(), []);
        copy.write("test/api/new-store.test.ts", SERVER_TEST);
        const served = await copy.run("--test", "test/api/new-store.test.ts");
        assert.equal(served.code, 0, served.output);
      },
    },
  ]);
});
