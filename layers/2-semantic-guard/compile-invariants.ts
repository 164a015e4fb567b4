/** Files of `rules/invariants` and of the operator to a set of invariants. Every fault of every file is reported. */
import { errorAt, type RuleError, type RuleFile, type RuleReader, readRuleFile } from "../../analysis/rule-file.ts";
import { createConditions } from "./conditions.ts";
import type { Invariant, InvariantSet } from "./invariant.ts";
import { readInvariants } from "./read-invariants.ts";
import { readPostures, readVocabulary } from "./read-vocabulary.ts";

export type InvariantsResult =
  | { readonly ok: true; readonly set: InvariantSet }
  | { readonly ok: false; readonly errors: readonly RuleError[] };

const VOCABULARY = /(^|\/)vocabulary\.ya?ml$/;
const POSTURES = /(^|\/)postures\.ya?ml$/;

/**
 * `shipped`: vocabulary.yaml, postures.yaml, and files with `invariants:` or `table:`; `own`: files with `invariants:`.
 * INVARIANT 1: an empty or broken set is an error, never fewer invariants.
 */
export function compileInvariants(shipped: readonly RuleFile[], own: readonly RuleFile[] = []): InvariantsResult {
  const errors: RuleError[] = [];
  const read = <T>(file: RuleFile, how: (reader: RuleReader) => T): T => {
    const reader = readRuleFile(file);
    const value = how(reader);
    errors.push(...reader.errors);
    return value;
  };
  const vocabularyFile = shipped.find(({ path }) => VOCABULARY.test(path)) ?? missing("vocabulary.yaml");
  const vocabulary = read(vocabularyFile, readVocabulary);
  const table = read(shipped.find(({ path }) => POSTURES.test(path)) ?? missing("postures.yaml"), readPostures);
  const conditions = createConditions(vocabulary);
  const invariantsOf = (files: readonly RuleFile[], isShipped: boolean): Invariant[] =>
    files.flatMap((file) => read(file, (reader) => readInvariants({ reader, vocabulary, conditions }, isShipped)));
  const rules = shipped.filter(({ path }) => !VOCABULARY.test(path) && !POSTURES.test(path));
  const invariants = [...invariantsOf(inOrder(rules), true), ...invariantsOf(inOrder(own), false)];
  errors.push(...repeated(invariants, [...rules, ...own]), ...unknownRows(invariants, table.rows, rules));
  if (errors.length === 0 && invariants.length === 0) errors.push(errorAt(vocabularyFile, 0, "there are no invariants"));
  return errors.length > 0 ? { ok: false, errors } : { ok: true, set: { ...vocabulary, ...table, invariants } };
}

const missing = (name: string): RuleFile => ({ path: `rules/invariants/${name}`, text: "" });
const inOrder = (files: readonly RuleFile[]): RuleFile[] => files.toSorted((a, b) => (a.path < b.path ? -1 : 1));

function repeated(invariants: readonly Invariant[], files: readonly RuleFile[]): RuleError[] {
  const second = invariants.filter(({ id }, i) => invariants.findIndex((other) => other.id === id) < i);
  return second.map((invariant) => errorIn(files, invariant, `the id \`${invariant.id}\` is taken already`));
}

function unknownRows(invariants: readonly Invariant[], rows: InvariantSet["rows"], files: readonly RuleFile[]): RuleError[] {
  const lost = invariants.filter(({ cell }) => cell !== null && !rows.some(({ name }) => name === cell.row));
  return lost.map((invariant) => errorIn(files, invariant, `\`${invariant.cell?.row}\` is no row of the table`));
}

function errorIn(files: readonly RuleFile[], { path, id }: Invariant, message: string): RuleError {
  const file = files.find((each) => each.path === path) ?? missing(path);
  return errorAt(file, Math.max(0, file.text.lastIndexOf(`id: ${id}`)), message);
}
