/** A compiled policy rule set: what matching needs (formulas, indexed) and what judging needs (the rule's words). */
import type { ParseResult } from "../../analysis/parse.ts";
import type { Expr, Language, Node, Stmt } from "../../analysis/tree.ts";
import type { Severity } from "../model.ts";
import type { TextRegex } from "./text-regex.ts";

export type ParseSource = (source: string, language: Language) => ParseResult;
export type RuleAction = "block" | "require_approval" | "warn";

export type PolicyRule = {
  readonly id: string;
  /** `$X` stands for what the metavariable matched. */
  readonly message: string;
  readonly severity: Severity;
  readonly action: RuleAction;
  readonly languages: readonly Language[];
  /** Domains it is meant for; empty: all. */
  readonly domains: readonly string[];
  /** CWE, OWASP and framework controls. */
  readonly references: readonly string[];
  /** File the rule came from. */
  readonly path: string;
  /** A replacement the rule proposes; shown, never applied. */
  readonly fix: string | null;
  /** File globs of `paths`, for those who know a file's name; code sent to be judged has none. */
  readonly paths: { readonly include: readonly string[]; readonly exclude: readonly string[] };
  readonly mode: "search" | "taint";
  /** What `rules lint` says about it. */
  readonly notes: readonly string[];
};

/** `options` of a rule, with the format's defaults. */
export type MatchOptions = {
  readonly constants: boolean;
  readonly symbolic: boolean;
  readonly variablesAssign: boolean;
  readonly fieldsAssign: boolean;
  readonly decoratorsCall: boolean;
  readonly implicitEllipsis: boolean;
  readonly implicitDeep: boolean;
  readonly associative: boolean;
  readonly commutativeBooleans: boolean;
  readonly symmetricEquality: boolean;
  readonly strictNames: boolean;
  readonly letIsVar: boolean;
  readonly arrowIsFunction: boolean;
  readonly openAttributes: boolean;
  /** Lines that `...` may span in `generic` patterns. */
  readonly ellipsisLines: number;
};

/**
 * What a pattern is compared with: every expression, every statement, every sequence of statements, or a part that is
 * neither (an entry `k: v`, a decorator, a function's or class's head, a clause of `try`, an attribute).
 */
export type PatternForm = "expr" | "stmt" | "stmts" | "entry" | "decorator" | "head" | "clause" | "member";
export type Pattern = {
  readonly form: PatternForm;
  /** One node, or the statements of a sequence. */
  readonly nodes: readonly (Expr | Stmt | Node)[];
  readonly text: string;
};

export type Condition =
  | { readonly kind: "regex"; readonly variable: string; readonly regex: TextRegex; readonly constants: boolean }
  | {
      readonly kind: "comparison";
      readonly expression: Expr;
      readonly variable: string | null;
      readonly strip: boolean;
      readonly base: number | null;
    }
  | { readonly kind: "type"; readonly variable: string; readonly types: readonly string[] }
  | { readonly kind: "entropy" | "redos"; readonly variable: string }
  /** The formula must match inside what the metavariable is; `language`: it is text in another language. */
  | { readonly kind: "pattern"; readonly variable: string; readonly formula: Formula; readonly language: Language | "text" | null };

/** A word of a `generic` pattern. */
export type TextToken =
  | { readonly kind: "exact"; readonly text: string }
  | { readonly kind: "word"; readonly name: string }
  /** `name` is null for plain `...`. */
  | { readonly kind: "dots"; readonly name: string | null };

export type Formula =
  | { readonly kind: "pattern"; readonly pattern: Pattern }
  | { readonly kind: "regex"; readonly regex: TextRegex }
  /** A pattern of a `generic` rule. */
  | { readonly kind: "text"; readonly tokens: readonly TextToken[] }
  | { readonly kind: "or"; readonly parts: readonly Formula[] }
  | { readonly kind: "inside"; readonly formula: Formula }
  | {
      readonly kind: "and";
      readonly positives: readonly Formula[];
      readonly negatives: readonly Formula[];
      readonly conditions: readonly Condition[];
      /** One list for each `focus-metavariable`. */
      readonly focus: readonly (readonly string[])[];
    };

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
/** A rule of `mode: taint`: what brings tainted data in, where it must not go, and what happens on the way. */
export type TaintRule = {
  readonly sources: readonly TaintSource[];
  readonly sinks: readonly TaintSink[];
  readonly sanitizers: readonly TaintSanitizer[];
  readonly propagators: readonly TaintPropagator[];
  readonly options: TaintOptions;
};

/** A rule in one language; of a taint rule the formula only says which programs it may match. */
export type CompiledFormula = {
  readonly ruleId: string;
  readonly formula: Formula;
  readonly options: MatchOptions;
  readonly taint?: TaintRule;
};

/** Rules by the words a program must have for them to match: the first word of each alternative leads to it. */
export type RuleIndex = {
  readonly byWord: ReadonlyMap<string, readonly { readonly compiled: CompiledFormula; readonly words: readonly string[] }[]>;
  /** Rules that need no particular word. */
  readonly always: readonly CompiledFormula[];
};

export type CompiledRules = {
  readonly rules: ReadonlyMap<string, PolicyRule>;
  readonly index: ReadonlyMap<Language, RuleIndex>;
  readonly parse: ParseSource;
};
