/** The JSON schema for editors: generated, committed, current, and of one mind with the schema that the server uses. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { DESCRIPTIONS } from "../../src/config/descriptions.ts";
import { configJsonSchema } from "../../src/config/json-schema.ts";
import { referenceTable } from "../../src/config/reference-table.ts";
import { leaves } from "../../src/config/schema-paths.ts";
import { packageRoot } from "../../src/package-root.ts";

test("the committed schema is what `agentguard config schema` prints", () => {
  const committed = readFileSync(join(packageRoot(), "agentguard.schema.json"), "utf8");
  const advice = "run `node bin/agentguard.cjs config schema > agentguard.schema.json`";
  assert.deepEqual(JSON.parse(committed), JSON.parse(JSON.stringify(configJsonSchema())), advice);
});

test("the documentation lists every key as `agentguard config schema --format markdown` does", () => {
  const page = readFileSync(join(packageRoot(), "docs", "configuration.md"), "utf8").replaceAll("\r\n", "\n");
  assert.ok(page.endsWith(`\n\n${referenceTable()}`), "replace the table at the end of docs/configuration.md with what it prints");
});

test("every key says what it does, and nothing is described that is no key", () => {
  const keys = leaves().map(({ path }) => path.join("."));
  const described = Object.keys(DESCRIPTIONS).filter((key) => !key.startsWith("custom_policies."));
  assert.deepEqual(described.toSorted(), keys.toSorted());
});

test("an unknown key is an error in the editor too, an empty one is not, and secrets are marked", () => {
  type Node = { properties: Record<string, Node>; additionalProperties: boolean; type: unknown; writeOnly?: boolean; enum?: unknown[] };
  const schema = configJsonSchema() as unknown as Node;
  assert.equal(schema.additionalProperties, false);
  assert.equal(schema.properties.server?.additionalProperties, false);
  assert.deepEqual(schema.properties.server?.properties.port?.type, ["integer", "null"]);
  assert.deepEqual(schema.properties.sandbox?.properties.network?.enum, ["blocked", "whitelist", "allow", null]);
  assert.equal(schema.properties.observability?.properties.export?.properties.splunk?.properties.token?.writeOnly, true);
});
