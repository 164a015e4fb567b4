/** Methods of lists that are not known: `readdirSync(dir).map((name) => join(dir, name))` is a list of paths below `dir`. */
import { possibly, type State } from "../state.ts";
import { type Cause, isString, type UnknownV, type Value } from "../values.ts";
import { type CallArgs, withArgs } from "./call-args.ts";
import { callCallbacks, givenTo } from "./callbacks.ts";
import { leftBy } from "./checked.ts";
import { someList } from "./containers.ts";
import { someElement } from "./iterate.ts";
import { inJs, type Run } from "./run.ts";

/** Where something comes from that matters more than which list it was made of. */
const CARRIES: ReadonlySet<Cause> = new Set(["network", "file", "env", "input", "request"]);

/** The functions run, and what they make of one element is what the elements are; null when nothing is known of them. */
export function callOnElements(run: Run, state: State, call: { list: UnknownV; name: string }, args: CallArgs): Value | null {
  const { list, name } = call;
  const [callback, start] = args.positional;
  if (inJs(run) && /^reduce(Right)?$/.test(name) && callback?.k === "closure" && start !== undefined)
    return reduced(run, state, list, { callback, start, given: givenTo(run, args, list) });
  const made = callCallbacks(run, state, args, list);
  if (inJs(run) && made !== null && name === "filter" && list.cause === "request") {
    const element = givenTo(run, args, list);
    const left = leftBy(run, made, element);
    return left === element ? null : someList(run, state, left);
  }
  // Entries of a directory are still its entries.
  if (inJs(run) && made !== null && name === "filter" && list.labels.some((l) => l.startsWith("type:file:"))) return list;
  if (!inJs(run) || made === null || (name !== "map" && name !== "flatMap")) return null;
  const element = name === "flatMap" && (made.k === "ref" || made.k === "union") ? someElement(run, state, made) : made;
  const known =
    (element.k !== "const" || isString(element)) &&
    (element.k !== "unknown" || (element.cause !== list.cause && CARRIES.has(element.cause)));
  return known || (element.k === "unknown" && element.labels.length > 0) ? someList(run, state, element) : null;
}

/** One turn says what is gathered: whoever starts with nothing has what was put into it. */
function reduced(run: Run, state: State, list: UnknownV, turn: { callback: Value; start: Value; given: Value }): Value | null {
  const given = withArgs(turn.start, turn.given, run.values.unknown("local"), list);
  const made = possibly(state, () => run.call(state, turn.callback, given));
  return made === null || made.k === "const" ? null : run.values.join2(turn.start, made);
}
