/**
 * The rules that ship, read from disk at every start. They are compiled when no earlier start of the same code compiled
 * the same files; the compiler and the parsers that it needs are loaded only then.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { RuleFile } from "../../analysis/rule-file.ts";
import { ANALYSER_VERSION } from "../../analysis/version.ts";
import { rulesVersion } from "../../layers/1-policy-guard/rules-version.ts";
import { packageVersion } from "../package-root.ts";
import { keepingDirectory, keepRuleSet, keptRuleSet } from "./kept-rule-set.ts";
import type { RuleFiles, RuleSet } from "./rule-set.ts";

/** `directory` holds `policy`, `apis` and so on; compiled rules are kept in `kept`. Rejects with RuleSetError. */
export async function loadRuleSet(directory: string, kept: string | null = keepingDirectory()): Promise<RuleSet> {
  const files = readRuleFiles(directory);
  if (kept === null) return compile(files);
  const known = keptRuleSet(kept, files);
  if (known !== null) return known;
  const rules = await compile(files);
  keepRuleSet(kept, files, rules);
  return rules;
}

async function compile(files: RuleFiles): Promise<RuleSet> {
  const [{ createParser }, { compileRuleSet }, { loadGrammars }] = await Promise.all([
    import("../../analysis/parse.ts"),
    import("./compile-rule-set.ts"),
    import("../analysis-pool/grammars.ts"),
  ]);
  const { parse } = await createParser(loadGrammars());
  return compileRuleSet(files, versionOf(files), parse);
}

function versionOf(files: RuleFiles): string {
  const analyser = { path: "analyser", text: `${packageVersion()} ${ANALYSER_VERSION}` };
  return rulesVersion([...Object.values(files).flat(), analyser]).slice(0, 16);
}

export function readRuleFiles(directory: string): RuleFiles {
  const read = (room: string) => readYamlFiles(directory, room);
  return {
    policy: read("policy"),
    apis: read("apis"),
    invariants: read("invariants"),
    sensitivity: read("sensitivity"),
    behaviour: read("behaviour"),
  };
}

/** Paths as in the repository (`rules/policy/python/x.yaml`), with forward slashes, sorted. */
function readYamlFiles(directory: string, room: string): readonly RuleFile[] {
  // An empty room is not in a packed installation at all; what must not be empty is said by who compiles it.
  if (!existsSync(join(directory, room))) return [];
  const found = readdirSync(join(directory, room), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  return found.map((path) => ({ path: `rules${path.slice(directory.length).replaceAll("\\", "/")}`, text: readFileSync(path, "utf8") }));
}
