/** `npm run generate`: the types of the TypeScript client, from openapi.yaml. Run it whenever the contract changes; `npm run check` holds them together. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import openapiTS, { astToString, COMMENT_HEADER } from "openapi-typescript";
import { parse } from "yaml";

const root = join(import.meta.dirname, "..");
export const CLIENT_TYPES = join(root, "clients", "typescript", "src", "api-types.ts");

/** The text that `CLIENT_TYPES` should hold. */
export async function clientTypes(): Promise<string> {
  // Parsed here: the generator's own YAML reader knows no merge keys.
  const contract = parse(readFileSync(join(root, "openapi.yaml"), "utf8"), { merge: true }) as Record<string, unknown>;
  return (
    COMMENT_HEADER +
    astToString(await openapiTS(JSON.stringify(contract), { alphabetize: true, rootTypes: true, rootTypesNoSchemaPrefix: true }))
  );
}

if (import.meta.main) {
  const types = await clientTypes();
  if (!process.argv.includes("--check")) {
    writeFileSync(CLIENT_TYPES, types);
  } else if (readFileSync(CLIENT_TYPES, "utf8") !== types) {
    process.stderr.write("openapi.yaml has changed: run `npm run generate`\n");
    process.exitCode = 1;
  }
}
