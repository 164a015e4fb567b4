/** What layer 4 measures and from where on it objects, read from `rules/behaviour/*.yaml`. No IO: the caller reads the files. */
import { LineCounter, parseDocument } from "yaml";
import { z } from "zod";
import { TARGET_CLASSES } from "../../analysis/effects.ts";
import { REASON_CODES } from "../model.ts";

/** What can be counted: `deletes` includes this submission's own, the others are the session's past. */
const MEASURES = ["deletes", "blocked_same_code", "blocks_in_a_row", "unusual_blocks"] as const;
export type Measure = (typeof MEASURES)[number];

const ruleSchema = z
  .strictObject({
    id: z.string().regex(/^history\.[a-z0-9-]+$/, "expected history.<name>"),
    explanation: z.string().min(1),
    measure: z.enum(MEASURES),
    threshold: z.number().int().positive(),
    ignored_classes: z.array(z.enum(TARGET_CLASSES)).default([]),
    action: z.enum(["block", "require_approval", "warn"]),
    severity: z.enum(["critical", "high", "medium", "low", "info"]),
    reason_code: z.enum(REASON_CODES).refine((code) => code.startsWith("history."), "expected a history.* reason"),
    message: z.string().min(1),
    references: z.array(z.string()),
  })
  .refine((rule) => rule.action !== "require_approval" || !rule.message.includes("{count}"), {
    path: ["message"],
    message: "an approval is bound to the message, so it must not hold {count}",
  });

const sessionSchema = z.strictObject({ timeout_minutes: z.number().positive(), across_sessions: z.boolean() });

export type BehaviourRule = z.infer<typeof ruleSchema>;
export type Thresholds = {
  readonly rules: readonly BehaviourRule[];
  /** Submissions older than this, in ms, are forgotten. */
  readonly windowMs: number;
  /** Count all sessions of the agent together. */
  readonly acrossSessions: boolean;
};

export type RuleFile = { readonly name: string; readonly text: string };
export type ThresholdsResult =
  | { readonly ok: true; readonly thresholds: Thresholds }
  | { readonly ok: false; readonly errors: readonly string[] };

/**
 * Parses the files of `rules/behaviour`: `session.yaml` and one file per rule. Every fault of every file is reported, as
 * `file:line:column: message`. INVARIANT 1: an empty or broken rule set is an error, never fewer rules.
 */
export function parseThresholds(files: readonly RuleFile[]): ThresholdsResult {
  const errors: string[] = [];
  const rules: BehaviourRule[] = [];
  let session: z.infer<typeof sessionSchema> | undefined;
  for (const file of [...files].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (isSession(file)) session = parseFile(file, sessionSchema, errors) ?? session;
    else {
      const rule = parseFile(file, ruleSchema, errors);
      if (rule !== undefined && rules.some((other) => other.id === rule.id)) errors.push(`${file.name}: duplicate rule \`${rule.id}\``);
      if (rule !== undefined) rules.push(rule);
    }
  }
  if (!files.some(isSession)) errors.push("session.yaml: missing; it says what one session is");
  if (!files.some((file) => !isSession(file))) errors.push("behaviour rules: none found");
  if (errors.length > 0 || session === undefined) return { ok: false, errors };
  return {
    ok: true,
    thresholds: { rules, windowMs: session.timeout_minutes * 60_000, acrossSessions: session.across_sessions },
  };
}

function isSession(file: RuleFile): boolean {
  return /(^|[\\/])session\.ya?ml$/.test(file.name);
}

function parseFile<T>(file: RuleFile, schema: z.ZodType<T>, errors: string[]): T | undefined {
  const lines = new LineCounter();
  const document = parseDocument(file.text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${file.name}:${line}:${col}`;
  };
  for (const error of document.errors) errors.push(`${at(error.pos[0])}: not valid YAML: ${error.message}`);
  if (document.errors.length > 0) return undefined;
  const parsed = schema.safeParse(document.toJS({ maxAliasCount: 100 }));
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) {
    const path = issue.path.map(String);
    // The value's own place when it exists, else that of the mapping which lacks it.
    const node = (document.getIn(path, true) ?? document.contents) as { range?: [number, number, number] } | null;
    errors.push(`${at(node?.range?.[0] ?? 0)}: ${path.length > 0 ? `\`${path.join(".")}\`: ` : ""}${issue.message}`);
  }
  return undefined;
}

/** The keys of `state_guard` in the configuration that override the rule files; an absent key leaves the file's value. */
export type StateGuard = {
  readonly deleteSpreeThreshold?: number;
  readonly retryLimit?: number;
  readonly sessionTimeoutMinutes?: number;
  readonly enableCrossSession?: boolean;
  /** False: no rule compares with the agent's own past. */
  readonly enableBaseline?: boolean;
  /** False: only what is wrong by itself is judged, not what is merely unusual. */
  readonly enableAnomaly?: boolean;
};

const BASELINE: ReadonlySet<Measure> = new Set<Measure>(["unusual_blocks"]);
const ANOMALY: ReadonlySet<Measure> = new Set<Measure>(["blocks_in_a_row", "unusual_blocks"]);

export function withStateGuard(thresholds: Thresholds, guard: StateGuard): Thresholds {
  const override: Partial<Record<Measure, number | undefined>> = {
    deletes: guard.deleteSpreeThreshold,
    blocked_same_code: guard.retryLimit,
  };
  const isOn = ({ measure }: BehaviourRule): boolean =>
    (guard.enableBaseline !== false || !BASELINE.has(measure)) && (guard.enableAnomaly !== false || !ANOMALY.has(measure));
  return {
    rules: thresholds.rules.filter(isOn).map((rule) => ({ ...rule, threshold: override[rule.measure] ?? rule.threshold })),
    windowMs: guard.sessionTimeoutMinutes === undefined ? thresholds.windowMs : guard.sessionTimeoutMinutes * 60_000,
    acrossSessions: guard.enableCrossSession ?? thresholds.acrossSessions,
  };
}
