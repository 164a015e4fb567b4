/**
 * What a request says, held against what the program allows: behind `if (COLUMNS.has(sort))` it is one of the columns, and a
 * number is a number. What was checked no longer comes from the request, but from the program.
 */

import { RE2JS } from "re2js";
import type { Label } from "../effects.ts";
import { javascriptPattern, matchesOf, type Pattern } from "../pure/regex.ts";
import type { State } from "../state.ts";
import { type Addr, type ApiV, isString, membersOf, partsOf, type UnknownV, type Value } from "../values.ts";
import { ASKED_NUMBER } from "./asked-label.ts";
import type { CallArgs } from "./call-args.ts";
import type { Run } from "./run.ts";

/** Labels of an answer: where it is yes, or where it is no, the value of that path is allowed. */
const HOLDS = "type:holds:";
const FAILS = "type:fails:";

type Requested = UnknownV & { readonly path: string };
const isRequested = (value: Value | null | undefined): value is Requested =>
  value?.k === "unknown" && value.cause === "request" && value.path !== null;

const saying = (run: Run, answer: Value, how: string, about: Requested): Value => run.values.label(answer, [how + about.path]);

/** A comparison of what a request says with a value or a list of the program's own. */
export function comparedAnswer(run: Run, answer: Value, op: { operator: string; left: Value; right: Value }): Value {
  const { operator, left, right } = op;
  if (!run.values.requested || answer.k !== "unknown") return answer;
  const negative = /^(!==?|not in|is not)$/.test(operator);
  if (!negative && !/^(===?|in|is)$/.test(operator)) return answer;
  if (right.k === "const" && right.type === "null" && left.labels.length > 0) return ofNothing(run, answer, left, negative);
  const membership = operator === "in" || operator === "not in";
  const subject = isRequested(left) ? left : right;
  const other = subject === left ? right : left;
  if (!isRequested(subject) || (membership ? subject !== left || isRequested(other) : !isString(other))) return answer;
  return saying(run, answer, negative ? FAILS : HOLDS, subject);
}

/** `re.match(...) is None`. */
function ofNothing(run: Run, answer: Value, left: Value, negative: boolean): Value {
  const labels = left.labels.flatMap((l) => (negative && flipped(l).length > 0 ? [l] : flipped(l)));
  return labels.length === 0 ? answer : run.values.label(answer, labels);
}

/** `!answer`. */
export const negatedAnswer = (run: Run, answer: Value, operand: Value): Value => {
  const labels = operand.k === "unknown" ? operand.labels.flatMap(flipped) : [];
  return labels.length === 0 ? answer : run.values.label(answer, labels);
};
const flipped = (label: Label): Label[] =>
  label.startsWith(HOLDS) ? [FAILS + label.slice(HOLDS.length)] : label.startsWith(FAILS) ? [HOLDS + label.slice(FAILS.length)] : [];

/** `keys.filter((key) => COLUMNS.includes(key))`: what is left is allowed. */
export const leftBy = (run: Run, answer: Value, value: Value): Value =>
  isRequested(value) && answer.labels.includes(HOLDS + value.path) ? ownValue(run, value) : value;

/** What is known to be allowed behind a condition. */
export function behind(state: State, test: Value, truth: boolean): ReadonlySet<string> {
  if (test.k !== "unknown" || test.labels.length === 0) return state.checked;
  const how = truth ? HOLDS : FAILS;
  const paths = test.labels.filter((l) => l.startsWith(how)).map((l) => l.slice(how.length));
  return paths.length === 0 ? state.checked : new Set([...state.checked, ...paths]);
}

/** From here on the variables of the frame that hold what was checked are the program's own, whatever way control goes on. */
export function allow(run: Run, state: State, frame: Addr, checked: ReadonlySet<string>): void {
  if (checked === state.checked) return;
  state.checked = checked;
  for (const [name, value] of state.read(frame).props)
    if (asChecked(run, state, value) !== value) state.setProp(frame, name, ownValue(run, value as UnknownV));
}

/** A value as it is here: what was checked is the program's own. */
export const asChecked = (run: Run, state: State, value: Value): Value =>
  state.checked.size > 0 && isRequested(value) && state.checked.has(value.path) ? ownValue(run, value) : value;

/** Something that a request says is in the text, and nobody has checked it. */
export const ofRequest = (run: Run, value: Value): boolean =>
  run.values.requested && membersOf(value).some((v) => partsOf(v).some((p) => typeof p !== "string" && p.cause === "request"));

/** A number, or a text of which nothing but what is harmless is left. */
const ownValue = (run: Run, value: UnknownV): Value => run.values.unknown("local", { path: value.path, labels: value.labels });
export const asNumber = (run: Run, value: Value): Value =>
  value.k === "unknown" && value.cause === "request"
    ? run.values.unknown("local", { path: value.path, labels: [...value.labels, ASKED_NUMBER] })
    : value;

const NUMERIC =
  /^(globalThis\.(Number|parseInt|parseFloat|BigInt|Boolean|Number\.\w+|Math\.\w+|isNaN|isFinite|Date)|builtins\.(int|float|bool|len)|uuid\.UUID)$/;
const MEMBERSHIP = /^(includes|has|hasOwn|hasOwnProperty|contains)$/;
const IS_PLAIN =
  /^is_?(int|integer|safeinteger|float|decimal|numeric|number|finite|digit|uuid|alpha|alphanumeric|alnum|identifier|hexadecimal|mongoid|objectid|isodate|iso8601|date|allowed\w*|known\w*|safe\w*|valid\w*|whitelisted)$/i;
const PARSES =
  /^(parse|parseQuery|parseUrl|urlparse|urlsplit|parse_qsl?|parse_header|from_?string|safe_load|decode\w*|unescape|unquote|loads?|get|pick|trim|cloneDeep|flatten|unflatten|camelCase|snakeCase|toString)$/;

/** What a call gives of what a request says: a yes or no about it, a number, a cleaned text, or still the same. */
export function askedOf(run: Run, callee: Value, args: CallArgs, result: Value): Value {
  if (result.k !== "unknown") return result;
  const { owner, name } = nameOf(callee);
  // The last part of a path climbs nowhere.
  if ((name === "basename" || name === "extname") && result.cause === "request")
    return run.values.unknown("request", { path: `${result.path ?? ""}.basename`, labels: result.labels });
  const given = args.positional.findLast(isRequested);
  if (callee.k === "api" && NUMERIC.test(callee.path))
    return name === "isNaN" && given ? saying(run, result, FAILS, given) : asNumber(run, result);
  const receiver = callee.k === "unknown" && callee.cause === "request" && callee.path !== null ? (callee as Requested) : undefined;
  if (receiver !== undefined) return askedOfItself(run, { receiver, name }, args, result);
  if (PARSES.test(name) && result.cause === "unmodelled" && isPlainFunction(callee) && !/sql|escape/i.test(owner)) {
    const from = given ?? args.positional.find((v) => ofRequest(run, v));
    if (from === undefined) return result;
    const path = from.k === "unknown" ? from.path : "request";
    return run.values.unknown("request", { path: `${path}.${name}()`, labels: result.labels });
  }
  if (given === undefined) return result;
  if (PYTHON_MATCH.test(callee.k === "api" ? callee.path : ""))
    return isPythonStrict(args.positional[0], name) ? saying(run, result, HOLDS, given) : result;
  if (MEMBERSHIP.test(name) || IS_PLAIN.test(name)) return saying(run, result, HOLDS, given);
  return name === "test" && callee.k === "method" && isStrict(callee.receiver) ? saying(run, result, HOLDS, given) : result;
}

/** `cookie.parse(text)`; a method of something that was made (`schema.parse(text)`) checks. */
const isPlainFunction = (callee: Value): callee is ApiV => callee.k === "api" && !callee.instance && !callee.path.includes("(");

/** `text.match(/^\d+$/)`, `text.isdigit()`, `text.replace(/[^\w]/g, "")`. */
function askedOfItself(run: Run, of: { receiver: Requested; name: string }, args: CallArgs, result: UnknownV): Value {
  const { receiver, name } = of;
  const [pattern] = args.positional;
  if (/^replace(All)?$/.test(name) && pattern !== undefined && removesMarks(pattern)) return ownValue(run, result);
  const text = { ...receiver, path: receiver.path.slice(0, -name.length - 1) };
  const asks = IS_PLAIN.test(name) || (/^(match|search)$/.test(name) && pattern !== undefined && isStrict(pattern));
  return asks ? saying(run, result, HOLDS, text) : result;
}

/** Texts that say more than a name, a number or a date does. */
const STATEMENTS = ["1' OR 1=1", "a;DROP TABLE b", "1 UNION SELECT 2", "x) -- "];

/** Anchored at both ends, and no statement passes. */
function isStrict(value: Value): boolean {
  const pattern = value.k === "const" && value.type === "regex" ? javascriptPattern(String(value.value)) : null;
  return pattern !== null && !pattern.multiline && isAnchored(pattern.source) && refuses(pattern);
}

const isAnchored = (source: string): boolean => /^\^[\s\S]*\$$/.test(source);
const refuses = (pattern: Pattern): boolean => STATEMENTS.every((text) => matchesOf(pattern, text, false)?.length === 0);

const PYTHON_MATCH = /^re\.(compile\(\)\.)?(fullmatch|match|search)$/;

/** `re.fullmatch(r"\w+", text)`; `match` begins at the start, and only what ends with `$` says all of the text. */
function isPythonStrict(pattern: Value | undefined, how: string): boolean {
  if (!isString(pattern)) return false;
  const text = pattern.value.replace(/^\\A/, "^").replace(/\\Z$/, "$");
  const written = how === "fullmatch" ? `^(?:${text})$` : how === "match" && !text.startsWith("^") ? `^${text}` : text;
  return isAnchored(written) && refuses({ source: RE2JS.translateRegExp(written), ignoreCase: false, multiline: false, dotAll: true });
}

/** What it finds is whatever a name or a number has not, or a quote. */
function removesMarks(value: Value): boolean {
  if (isString(value)) return value.value === "'";
  return value.k === "const" && value.type === "regex" && /^\/\[?(\^|\\W|\\D|\\?['"`])/.test(String(value.value));
}

function nameOf(callee: Value): { owner: string; name: string } {
  if (callee.k === "method") return { owner: "", name: callee.name };
  const path = callee.k === "api" || callee.k === "unknown" ? (callee.path ?? "") : "";
  const cut = path.lastIndexOf(".");
  return { owner: path.slice(0, Math.max(cut, 0)), name: path.slice(cut + 1) };
}
