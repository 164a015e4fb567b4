/** The configuration as a JSON schema (2020-12) for editors: generated from the zod schema, so that it cannot disagree. */
import { z } from "zod";
import { DESCRIPTIONS } from "./descriptions.ts";
import { configSchema, SECRET_PATHS } from "./schema.ts";

export type JsonSchema = { [key: string]: unknown; properties?: Record<string, JsonSchema>; items?: JsonSchema };

export function configJsonSchema(): JsonSchema {
  const generated = z.toJSONSchema(configSchema, { io: "input", unrepresentable: "any" }) as JsonSchema;
  describe(generated, []);
  const { $schema, ...rest } = generated;
  const title = "agentguard.yaml: the configuration of AgentGuard";
  return { $schema, title, ...rest };
}

/** `key:` with nothing after it is null in YAML and means the default, so null is no mistake anywhere. */
function describe(schema: JsonSchema, path: readonly string[]): void {
  for (const [key, child] of Object.entries(schema.properties ?? {})) {
    const here = [...path, key];
    const dotted = here.join(".");
    const description = DESCRIPTIONS[dotted];
    if (description !== undefined) child.description = description;
    if (SECRET_PATHS.has(dotted)) child.writeOnly = true;
    if (child.maximum === Number.MAX_SAFE_INTEGER) delete child.maximum;
    if (typeof child.type === "string") child.type = [child.type, "null"];
    if (Array.isArray(child.enum) && child.type !== undefined) child.enum = [...child.enum, null];
    describe(child, here);
    if (child.items !== undefined) describe(child.items, here);
  }
}
