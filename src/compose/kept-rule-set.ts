/**
 * Compiled rules, kept from one start to the next beside the compiled code (`bin/keep-compiled.cjs`): who may write there
 * may write our code as well. What is kept is found by a digest of every file that it was made from, rules and code.
 * INVARIANT 1: whatever is wrong with what is kept, the rules are compiled again, as if nothing had been kept.
 */
import { createHash, randomBytes } from "node:crypto";
import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { getCompileCacheDir } from "node:module";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { deserialize, serialize } from "node:v8";
import { toShared } from "../analysis-pool/knowledge.ts";
import { packageRoot } from "../package-root.ts";
import type { RuleFiles, RuleSet } from "./rule-set.ts";

const SELF = fileURLToPath(import.meta.url);
/** Of the code: `.` in a clone, `dist` in a package. */
const CODE = join(dirname(SELF), "..", "..");
/** What is compiled depends on every file of these directories, and on the packages that package.json pins. */
const COMPILERS = ["analysis", "layers", join("src", "analysis-pool"), join("src", "compose")];
const PREFIX = "rules-";
/** Several clones or versions may share a directory. */
const MOST_KEPT = 4;
const DIGEST_BYTES = 32;

/** The directory that this process may keep things in, or null. */
export function keepingDirectory(): string | null {
  const compiled = getCompileCacheDir();
  return compiled === undefined ? null : dirname(compiled);
}

/** Null when these files were not compiled before by this code. */
export function keptRuleSet(directory: string, files: RuleFiles): RuleSet | null {
  try {
    const kept = readFileSync(placeOf(directory, files));
    const bytes = kept.subarray(DIGEST_BYTES);
    if (!sha256(bytes).equals(kept.subarray(0, DIGEST_BYTES))) return null;
    const { knowledge, ...rest } = deserialize(bytes) as Omit<RuleSet, "knowledge"> & { readonly knowledge: Uint8Array };
    return { ...rest, knowledge: toShared(knowledge) };
  } catch {
    return null;
  }
}

/** Does nothing where nothing can be kept. */
export function keepRuleSet(directory: string, files: RuleFiles, rules: RuleSet): void {
  try {
    const path = placeOf(directory, files);
    const bytes = serialize({ ...rules, knowledge: Uint8Array.from(new Uint8Array(rules.knowledge)) });
    const unfinished = `${path}.${randomBytes(6).toString("hex")}`;
    writeFileSync(unfinished, Buffer.concat([sha256(bytes), bytes]), { mode: 0o600, flag: "wx" });
    renameSync(unfinished, path);
    removeOldest(directory);
  } catch {
    // Read-only, full, or removed meanwhile: the next start compiles again.
  }
}

const placeOf = (directory: string, files: RuleFiles): string => join(directory, PREFIX + keyOf(files));

function keyOf(files: RuleFiles): string {
  const hash = createHash("sha256").update(JSON.stringify([process.version, process.arch, files]));
  hash.update(readFileSync(join(packageRoot(), "package.json")));
  for (const path of COMPILERS.flatMap(codeFiles)) hash.update(`\0${path}\0`).update(readFileSync(join(CODE, path)));
  return hash.digest("hex").slice(0, 32);
}

function codeFiles(directory: string): string[] {
  const names = readdirSync(join(CODE, directory), { recursive: true, encoding: "utf8" });
  return names
    .filter((name) => extname(name) === extname(SELF))
    .sort()
    .map((name) => join(directory, name));
}

function removeOldest(directory: string): void {
  const kept = readdirSync(directory)
    .filter((name) => name.startsWith(PREFIX))
    .map((name) => join(directory, name));
  const byAge = kept.map((path) => ({ path, at: statSync(path).mtimeMs })).sort((a, b) => b.at - a.at);
  for (const { path } of byAge.slice(MOST_KEPT)) rmSync(path, { force: true });
}

const sha256 = (bytes: Uint8Array): Buffer => createHash("sha256").update(bytes).digest();
