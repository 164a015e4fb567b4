/**
 * `AGENTGUARD_<PATH>` variables as configuration: the path in upper case, joined by underscores. Names are
 * matched against the schema's leaves, because the keys themselves hold underscores.
 */
import { readFileSync } from "node:fs";
import { parse as parseYaml } from "yaml";
import { type ConfigProblem, didYouMean } from "./problem.ts";
import { SECRET_PATHS } from "./schema.ts";
import { type Leaf, leaves } from "./schema-paths.ts";

export type Override = { readonly path: readonly string[]; readonly value: unknown; readonly variable: string };
type Environment = Readonly<Record<string, string | undefined>>;

const PREFIX = "AGENTGUARD_";
/** Read elsewhere: which file, and what the process itself needs. */
const NOT_A_KEY = new Set(["AGENTGUARD_CONFIG"]);

const variableOf = (path: readonly string[]): string => PREFIX + path.join("_").toUpperCase();

/** Lists may be written `a,b` or as YAML; strings are taken literally; the rest is a YAML scalar. */
function readValue(leaf: Leaf, written: string): unknown {
  if (leaf.string) return written;
  if (leaf.list && !written.trimStart().startsWith("[")) {
    return written
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== "");
  }
  try {
    return parseYaml(written);
  } catch {
    return written;
  }
}

const problem = (variable: string, message: string): ConfigProblem => ({
  file: `environment variable ${variable}`,
  line: null,
  column: null,
  length: 0,
  sourceLine: null,
  message,
  hint: null,
});

export function readEnvironment(env: Environment): {
  readonly overrides: readonly Override[];
  readonly problems: readonly ConfigProblem[];
  readonly warnings: readonly string[];
} {
  const overrides: Override[] = [];
  const problems: ConfigProblem[] = [];
  const known = new Set(NOT_A_KEY);
  for (const leaf of leaves()) {
    const variable = variableOf(leaf.path);
    known.add(variable);
    const written = env[variable];
    if (written !== undefined && written !== "") overrides.push({ path: leaf.path, value: readValue(leaf, written), variable });
    if (!SECRET_PATHS.has(leaf.path.join("."))) continue;
    const fileVariable = `${variable}_FILE`;
    known.add(fileVariable);
    const file = env[fileVariable];
    if (file === undefined || file === "") continue;
    if (written !== undefined && written !== "")
      problems.push(problem(fileVariable, `\`${variable}\` is set as well; set only one of them`));
    try {
      overrides.push({ path: leaf.path, value: readFileSync(file, "utf8").trim(), variable: fileVariable });
    } catch (error) {
      problems.push(problem(fileVariable, `cannot read \`${file}\`: ${(error as NodeJS.ErrnoException).code ?? "unknown error"}`));
    }
  }
  return { overrides, problems, warnings: unknownVariables(env, [...known]) };
}

function unknownVariables(env: Environment, known: readonly string[]): readonly string[] {
  return Object.keys(env)
    .filter((name) => name.startsWith(PREFIX) && !known.includes(name))
    .map((name) => {
      const near = didYouMean(name, known);
      return `environment variable \`${name}\` is not a configuration key${near === null ? "" : `; did you mean \`${near}\`?`}`;
    });
}
