/**
 * The rules that ship, read from disk and compiled once. INVARIANT 1: a rule set that is empty or broken is an error that
 * keeps the server from starting; a running one never judges with fewer rules than it has.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ANALYSER_VERSION } from "../../analysis/analyze.ts";
import { compileRecognisers } from "../../analysis/compile-recognisers.ts";
import { compileModels, type ModelTables } from "../../analysis/models.ts";
import { formatRuleError, type RuleFile } from "../../analysis/rule-file.ts";
import type { Recognisers } from "../../analysis/sensitivity.ts";
import { compileRules, rulesVersion } from "../../layers/1-policy-guard/compile-rules.ts";
import type { CompiledRules, ParseSource } from "../../layers/1-policy-guard/rule.ts";
import { parseThresholds, type Thresholds } from "../../layers/4-state-history/thresholds.ts";
import { packageVersion } from "../package-root.ts";

export type RuleFiles = Readonly<Record<"policy" | "apis" | "invariants" | "sensitivity" | "behaviour", readonly RuleFile[]>>;
export type RuleSet = {
  readonly policy: CompiledRules;
  readonly models: ModelTables;
  readonly recognisers: Recognisers;
  readonly thresholds: Thresholds;
  /** Digest of every rule file and of the analyser that reads them: what an approval is bound to. */
  readonly version: string;
};

/** The message holds every fault with file, line and column. */
export class RuleSetError extends Error {
  readonly code: "rules.broken" | "rules.empty";

  constructor(code: RuleSetError["code"], message: string) {
    super(message);
    this.name = "RuleSetError";
    this.code = code;
  }
}

/** `directory` holds `policy`, `apis` and so on. Throws RuleSetError. */
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

export function compileRuleSet(files: RuleFiles, parse: ParseSource): RuleSet {
  const policy = compileRules(files.policy, parse);
  const recognisers = compileRecognisers(files.sensitivity);
  const behaviour = parseThresholds(files.behaviour.map(({ path, text }) => ({ name: path, text })));
  const models = compileModels(files.apis);
  const faults = [
    ...(policy.ok ? [] : policy.errors.map(formatRuleError)),
    ...(recognisers.ok ? [] : recognisers.errors.map(formatRuleError)),
    ...(behaviour.ok ? [] : behaviour.errors),
    ...(models.ok ? [] : models.problems.map(({ path, message }) => `${path}: ${message}`)),
  ];
  if (!policy.ok || !recognisers.ok || !behaviour.ok || !models.ok)
    throw new RuleSetError("rules.broken", `the rules are broken:\n${faults.join("\n")}`);
  const everything = Object.values(files).flat();
  const version = rulesVersion([...everything, { path: "analyser", text: `${packageVersion()} ${ANALYSER_VERSION}` }]).slice(0, 16);
  return {
    ...{ policy: policy.rules, models: models.tables, recognisers: recognisers.recognisers },
    ...{ thresholds: behaviour.thresholds, version },
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
