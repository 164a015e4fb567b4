/**
 * The rules that ship and the operator's own, read from disk at every start and reload. They are compiled when no earlier start of the same code compiled
 * the same files; the compiler and the parsers that it needs are loaded only then.
 */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { holdsModels } from "../../analysis/own-models.ts";
import type { RuleFile } from "../../analysis/rule-file.ts";
import { ANALYSER_VERSION } from "../../analysis/version.ts";
import { rulesVersion } from "../../layers/1-policy-guard/rules-version.ts";
import { holdsInvariants } from "../../layers/2-semantic-guard/own-invariants.ts";
import { packageVersion } from "../package-root.ts";
import { keepingDirectory, keepRuleSet, keptRuleSet } from "./kept-rule-set.ts";
import { type RuleFiles, type RuleSet, RuleSetError } from "./rule-set.ts";

export type LoadOptions = {
  /** Where compiled rules are kept; null: nowhere. */
  readonly kept?: string | null;
  /** Directories with rules of the operator's own, absolute. */
  readonly own?: readonly string[];
  /** Taken again when no file has changed since. */
  readonly before?: RuleSet | null;
};

/** `directory` holds `policy`, `apis` and so on. Rejects with RuleSetError. */
export async function loadRuleSet(directory: string, options: LoadOptions = {}): Promise<RuleSet> {
  const { kept = keepingDirectory(), own = [], before = null } = options;
  const shipped = readRuleFiles(directory);
  const files = own.length === 0 ? shipped : withOwnRules(shipped, own.flatMap(readOwnRules));
  if (before !== null && before.version === versionOf(files)) return before;
  if (kept === null) return compile(files);
  const known = keptRuleSet(kept, files);
  if (known !== null) return known;
  const rules = await compile(files);
  keepRuleSet(kept, files, rules);
  return rules;
}

/** A file of the operator with `invariants:` is for layer 2, one with `apis:` or the like for the analysis, every other one for layer 1. */
function withOwnRules(shipped: RuleFiles, own: readonly RuleFile[]): RuleFiles {
  const invariants = own.filter(holdsInvariants);
  const models = own.filter((file) => holdsModels(file) && !invariants.includes(file));
  const rules = own.filter((file) => !invariants.includes(file) && !models.includes(file));
  return { ...shipped, policy: [...shipped.policy, ...rules], own: invariants, ownApis: models };
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
    ownApis: [],
    invariants: read("invariants"),
    own: [],
    sensitivity: read("sensitivity"),
    behaviour: read("behaviour"),
  };
}

/** Every YAML file below a directory that is no test of a rule. INVARIANT 1: a directory without rules is a fault. */
function readOwnRules(directory: string): readonly RuleFile[] {
  let paths: readonly string[];
  try {
    paths = ownRulePaths(directory);
  } catch (error) {
    throw new RuleSetError(`the rule directory \`${directory}\` cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (paths.length === 0)
    throw new RuleSetError(`the rule directory \`${directory}\` has no YAML file; name it in \`rules.directories\` only when it has rules`);
  return paths.map((path) => ({ path: path.replaceAll("\\", "/"), text: readFileSync(path, "utf8") }));
}

function ownRulePaths(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name) && !/\.(?:test|fixed)\.ya?ml$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Another text whenever a rule file in these directories was changed, added or taken away. */
export function ownRulesStamp(directories: readonly string[]): string {
  const stamps = directories.flatMap((directory) => {
    try {
      return ownRulePaths(directory).map((path) => {
        const { mtimeMs, size, ino } = statSync(path);
        return `${path}:${mtimeMs}:${size}:${ino}`;
      });
    } catch {
      return [`${directory}:unreadable`];
    }
  });
  return stamps.join("\n");
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
