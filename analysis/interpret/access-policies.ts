/**
 * Policies of clouds as they are written: who is let in by a bucket's policy, what a role may do (IAM JSON policy grammar). One that
 * only denies, or lets in accounts and services that it names, opens nothing.
 */
import type { State } from "../state.ts";
import { partsOf, type Value } from "../values.ts";
import { toPure } from "./purity.ts";
import type { Run } from "./run.ts";

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value);
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : value === undefined ? [] : [value]);

/** `"*"`, `{"AWS": "*"}`, `{"AWS": ["arn:..", "*"]}`. */
const isAnybody = (principal: unknown): boolean =>
  isFields(principal) ? Object.values(principal).some(isAnybody) : listOf(principal).some((who) => who === "*" || who === HOLE);

/** Conditions that say who asks, or from where: without one of them everybody is meant. */
const NARROWS = /^(aws:(principal\w*|source(ip|vpc|vpce|account|arn|owner|orgid|orgpaths)\w*|userid|username)|s3:dataaccesspointaccount)/i;
const isNarrowed = (condition: unknown): boolean =>
  isFields(condition) && Object.values(condition).some((test) => isFields(test) && Object.keys(test).some((key) => NARROWS.test(key)));

/** A policy of a user or role names nobody: what it allows is given to whoever has it. */
function opens(statement: unknown): boolean {
  if (!isFields(statement)) return true;
  if (statement.Effect === "Deny") return false;
  if (statement.Effect !== "Allow" || statement.NotPrincipal !== undefined || statement.Principal === undefined) return true;
  return isAnybody(statement.Principal) && !isNarrowed(statement.Condition);
}

/** Stands for what is not known. */
const HOLE = "\u0000";

function documentOf(run: Run, state: State, policy: Value): unknown {
  if (policy.k === "ref") return toPure(run, state, policy);
  const text = partsOf(policy)
    .map((part) => (typeof part === "string" ? part : "\\u0000"))
    .join("");
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** True unless all of it is read and none of it opens anything. */
export function isOpening(run: Run, state: State, policy: Value | undefined): boolean {
  const document = policy === undefined ? undefined : documentOf(run, state, policy);
  const statements = isFields(document) ? listOf(document.Statement) : [];
  return statements.length === 0 || statements.some(opens);
}
