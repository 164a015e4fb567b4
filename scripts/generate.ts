/**
 * `npm run generate`: what is made from openapi.yaml, the types of the TypeScript client and the same text as JSON, which a
 * server reads in a hundredth of the time. Run it whenever the contract changes; `npm run check` holds them together.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import openapiTS, { astToString, COMMENT_HEADER } from "openapi-typescript";
import { parse } from "yaml";

const root = join(import.meta.dirname, "..");
const CLIENT_TYPES = join(root, "clients", "typescript", "src", "api-types.ts");
const SPECIFICATION = join(root, "openapi.json");

/** The text that each generated file should hold, by path. */
export async function generated(): Promise<ReadonlyMap<string, string>> {
  // Parsed here: the generator's own YAML reader knows no merge keys.
  const contract = JSON.stringify(parse(readFileSync(join(root, "openapi.yaml"), "utf8"), { merge: true }));
  const types = astToString(await openapiTS(contract, { alphabetize: true, rootTypes: true, rootTypesNoSchemaPrefix: true }));
  return new Map([
    [CLIENT_TYPES, COMMENT_HEADER + types],
    [SPECIFICATION, `${contract}\n`],
  ]);
}

/** Relative paths of the files that hold something else. */
export async function outdated(): Promise<string[]> {
  const files = [...(await generated())];
  return files.filter(([path, text]) => read(path) !== text).map(([path]) => relative(root, path));
}

function read(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

if (import.meta.main) {
  if (!process.argv.includes("--check")) {
    for (const [path, text] of await generated()) writeFileSync(path, text);
  } else {
    const files = await outdated();
    for (const file of files) process.stderr.write(`${file} is not what openapi.yaml says: run \`npm run generate\`\n`);
    if (files.length > 0) process.exitCode = 1;
  }
}
