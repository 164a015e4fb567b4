/** A rule of `mode: taint`, compiled: what brings tainted data in, where it must not go, and what happens on the way. */
import type { Formula } from "./rule.ts";

/** A condition on labels, as `requires` has it. */
export type Requires =
  | { readonly kind: "label"; readonly name: string }
  | { readonly kind: "constant"; readonly value: boolean }
  | { readonly kind: "not"; readonly part: Requires }
  | { readonly kind: "and" | "or"; readonly parts: readonly Requires[] };

/** Label of a source that names none. */
export const DEFAULT_LABEL = "__SOURCE__";

export type TaintSource = {
  readonly formula: Formula;
  readonly label: string;
  /** Labels that what is matched must carry already; null: none. */
  readonly requires: Requires | null;
  /** Only what is matched, and no part of it. */
  readonly exact: boolean;
  /** The variable that is matched stays tainted; `only`: from the next use on. */
  readonly bySideEffect: "yes" | "no" | "only";
  /** Whatever runs afterwards is tainted. */
  readonly control: boolean;
};
export type TaintSink = {
  readonly formula: Formula;
  /** Null: any label. */
  readonly requires: Requires | null;
  /** False: every part of what is matched is a sink. */
  readonly exact: boolean;
  /** Without a focus, the arguments of a call that is matched are sinks as well. */
  readonly hasFocus: boolean;
};
export type TaintSanitizer = {
  readonly formula: Formula;
  readonly exact: boolean;
  /** The variable that is matched stays clean. */
  readonly bySideEffect: boolean;
  /** It does not apply to what is a source or a sink itself. */
  readonly notConflicting: boolean;
};
export type TaintPropagator = {
  readonly formula: Formula;
  /** Metavariables, marked. */
  readonly from: string;
  readonly to: string;
  readonly bySideEffect: boolean;
  readonly requires: Requires | null;
  /** Label of what arrives; null: as it left. */
  readonly label: string | null;
  /** Labels that are replaced; null: all. */
  readonly replaced: readonly string[] | null;
};
export type TaintOptions = {
  readonly safeFunctions: boolean;
  readonly safeIndexes: boolean;
  readonly safeComparisons: boolean;
  readonly safeBooleans: boolean;
  readonly safeNumbers: boolean;
  readonly onlyAssignments: boolean;
  /** Metavariables of source and sink must be the same code. */
  readonly unify: boolean;
};
export type TaintRule = {
  readonly sources: readonly TaintSource[];
  readonly sinks: readonly TaintSink[];
  readonly sanitizers: readonly TaintSanitizer[];
  readonly propagators: readonly TaintPropagator[];
  readonly options: TaintOptions;
};
