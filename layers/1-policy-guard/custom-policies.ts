/**
 * `custom_policies` of the configuration: regular expressions of the operator over the code as it was submitted, as
 * findings of layer 1 beside those of the rules. The engine runs in linear time, whatever the pattern and the code.
 */
import { RE2JS } from "re2js";
import { type Layer, type LayerInput, outcomeOf } from "../layer.ts";
import type { Finding, FindingAction, LayerVerdict, Location, Severity } from "../model.ts";

export type CustomPolicy = {
  readonly name: string;
  /** RE2 syntax. */
  readonly pattern: string;
  readonly severity: Severity;
  readonly action: "BLOCK" | "REQUIRE_APPROVAL" | "WARN";
};
type Compiled = { readonly policy: CustomPolicy; readonly pattern: RE2JS };

const ACTIONS: Readonly<Record<CustomPolicy["action"], FindingAction>> = {
  BLOCK: "block",
  REQUIRE_APPROVAL: "require_approval",
  WARN: "warn",
};
/** Places shown of one policy. More of them would change nothing about the answer. */
const MAX_PLACES = 20;

/** The layer with the custom policies added; the layer itself when there are none. Throws on a pattern that is not RE2 syntax. */
export function withCustomPolicies(layer: Layer, policies: readonly CustomPolicy[]): Layer {
  if (policies.length === 0) return layer;
  const compiled = policies.map((policy) => ({ policy, pattern: RE2JS.compile(policy.pattern) }));
  return {
    id: layer.id,
    inspect(input) {
      const inner = layer.inspect(input);
      return inner instanceof Promise ? inner.then((verdict) => added(verdict, input, compiled)) : added(inner, input, compiled);
    },
  };
}

/** INVARIANT 1: an error of the layer stays an error; what was found is reported beside it. */
function added(verdict: LayerVerdict, { submission }: LayerInput, compiled: readonly Compiled[]): LayerVerdict {
  const found = compiled.flatMap((each) => findingsOf(each, submission.code));
  if (found.length === 0) return verdict;
  const findings = [...verdict.findings, ...found];
  return verdict.outcome === "error" ? { ...verdict, findings } : { ...verdict, findings, outcome: outcomeOf(findings) };
}

function findingsOf({ policy, pattern }: Compiled, code: string): Finding[] {
  const findings: Finding[] = [];
  const matcher = pattern.matcher(code);
  const place = locator(code);
  while (findings.length < MAX_PLACES && matcher.find()) {
    findings.push({
      ruleId: `custom.${policy.name}`,
      severity: policy.severity,
      // The text that matched may be a secret: the place says where it is (INVARIANT 8).
      message: `Custom policy \`${policy.name}\` matches here`,
      location: place(matcher.start(), matcher.end()),
      action: ACTIONS[policy.action],
      references: [],
      reasonCode: policy.action === "BLOCK" ? "policy.violated" : "policy.review",
    });
  }
  return findings;
}

/** Matches come in order, so that each is located from the one before and the whole is one pass over the code. */
function locator(code: string): (start: number, end: number) => Location {
  let at = 0;
  let line = 1;
  let lineStart = 0;
  const lineBreaks = /\r\n|\r|\n/g;
  const advance = (offset: number): { line: number; column: number } => {
    lineBreaks.lastIndex = at;
    for (let next = lineBreaks.exec(code); next !== null && lineBreaks.lastIndex <= offset; next = lineBreaks.exec(code)) {
      line++;
      lineStart = lineBreaks.lastIndex;
      at = lineStart;
    }
    return { line, column: offset - lineStart + 1 };
  };
  return (offset, endOffset) => {
    const from = advance(offset);
    const to = advance(endOffset);
    return { line: from.line, column: from.column, endLine: to.line, endColumn: to.column, offset, endOffset };
  };
}
