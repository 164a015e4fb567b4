/**
 * Verdicts turned into their opposites: what failed an inspection has passed, what was fraud is none. What was found is found anew; a
 * program that only writes the opposite over it invents it (CWE-345).
 */
import { conditionsOf, givenIn } from "../sql-changes.ts";
import type { State } from "../state.ts";
import type { Value } from "../values.ts";
import { emit } from "./effect-sink.ts";
import { activeGuards } from "./guards.ts";
import type { Run } from "./run.ts";

const AGAINST =
  /^(fail(ed|ure)?|reject(ed)?|denied|fraud(ulent)?|malicious|unsafe|defect(ive)?|non[-_ ]?(compliant|conform\w*)|suspicious|sanction\w*|positive|contaminated|unfit)$/i;
const FOR =
  /^(pass(ed)?|ok|approved?|accepted?|clean|benign|safe|compliant|conform(s|ing|ant)?|clear(ed)?|legit(imate)?|genuine|negative|released?|good|valid(ated)?|fit|airworthy|eligible)$/i;
/** Fields in which a yes is against somebody. */
const FLAGS = /^(is_?)?(fraud\w*|malicious|defective|suspicious|sanctioned|contaminated|unsafe)$/i;
const YES = /^(1|true|yes)$/i;
const NO = /^(0|false|no)$/i;

export const isReversal = (field: string, before: string, after: string): boolean =>
  (AGAINST.test(before) && FOR.test(after)) || (FLAGS.test(field) && YES.test(before) && NO.test(after));

type Fields = ReadonlyMap<string, string>;

/** Some field is given the opposite of what it is chosen by. */
export const reverses = (chosenBy: Fields, given: Fields): boolean =>
  [...given].some(([field, after]) => isReversal(field, chosenBy.get(field) ?? "", after));

/** `UPDATE checks SET result = 'PASS' WHERE result = 'FAIL'`. */
export const statementReverses = (text: string): boolean => reverses(conditionsOf(text), givenIn(text));

/** Constant fields of an object: `{"result": "FAIL"}`, `{ result: { $eq: "FAIL" } }`. */
export function constantFields(state: State, value: Value | undefined): Fields {
  const out = new Map<string, string>();
  if (value?.k !== "ref") return out;
  for (const [key, held] of state.read(value.addr).props) {
    const inner = held.k === "ref" ? state.read(held.addr).props : null;
    const said = inner?.get("s:$eq") ?? inner?.get("s:equals") ?? held;
    if (said.k === "const") out.set(key.slice(2).toLowerCase(), String(said.value));
  }
  return out;
}

/** `if row["result"] == "FAIL": row["result"] = "PASS"`, and nothing else is asked. */
export function reportReversed(run: Run, state: State, value: Value, to: { target: string; object: Value }): void {
  const { object, target } = to;
  if (value.k !== "const" || object.k !== "unknown" || !KEPT.has(object.cause)) return;
  const after = String(value.value);
  if (!FOR.test(after) && !FLAGS.test(target)) return;
  const asked = activeGuards(run).filter(({ external }) => external);
  const about = new RegExp(`\\b${target.replace(/\W/g, "\\$&")}\\b["'\\])]*\\s*={2,3}\\s*["']?(\\w+)`);
  // A condition is told as it is written, and by the values that it compares.
  const told = [...Map.groupBy(asked, ({ location }) => location.offset).values()];
  const isOpposite = (was: string | undefined): boolean => was !== undefined && isReversal(target, was, after);
  if (told.length === 0 || !told.every((guards) => guards.some((guard) => guard.positive && isOpposite(about.exec(guard.text)?.[1]))))
    return;
  const place = `${object.path ?? ""}.${target}`;
  const facts = { verb: "update", table: object.path ?? "", sets: target, gives: `${target}=${after}`, reversed: true };
  emit(run, state, { kind: "db.write", target: place, classes: [], args: facts, labels: [], basis: "name", api: place });
}
/** What somebody else keeps. */
const KEPT: ReadonlySet<string> = new Set(["file", "network", "unmodelled", "parameter"]);
