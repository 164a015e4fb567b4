/** Which rule files are for this layer. */
import type { RuleFile } from "../../analysis/rule-file.ts";

/** A file of the operator with `invariants:` at the top; those of the policy guard have `rules:` there. */
export const holdsInvariants = (file: RuleFile): boolean => /^invariants\s*:/m.test(file.text);
/** A file of the shipped set, words and postures included. */
export const isOfInvariants = (file: RuleFile): boolean => /^(invariants|table|words|groups|postures|rows)\s*:/m.test(file.text);
