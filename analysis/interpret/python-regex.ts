/** Python's `re` on constants: sub, split, findall and what a match holds, evaluated in linear time. */
import { RE2JS } from "re2js";
import { expandBackslashes, groupNames, type Match, matchesOf, type Pattern, pieces } from "../pure/regex.ts";
import type { State } from "../state.ts";
import { isNumber, isString, mergeLabels, partsOf, type Value, viaLabel } from "../values.ts";
import type { Builtin, BuiltinCall } from "./builtin.ts";
import { withArgs } from "./call-args.ts";
import { listValue } from "./containers.ts";
import { toText } from "./formatting.ts";
import { deepLabels } from "./labels.ts";
import { starredLabels } from "./masking.ts";
import { ENDS, NAMED, STARTS } from "./regex-attributes.ts";
import { newAddr, type Run } from "./run.ts";

/** Without what the engines read differently; flags stand before it, as `(?im)`. */
function patternOf(value: Value | undefined): Pattern | null {
  if (!isString(value) || value.type !== "string") return null;
  const [prefix, flags = ""] = /^\(\?([ims]+)\)/.exec(value.value) ?? [""];
  const source = value.value.slice(prefix.length);
  if (/\\[AZbBGX]|\(\?[^:P]|\$/.test(source)) return null;
  const [ignoreCase, multiline, dotAll] = ["i", "m", "s"].map((flag) => flags.includes(flag)) as [boolean, boolean, boolean];
  return { source: RE2JS.translateRegExp(source), ignoreCase, multiline, dotAll };
}

const FLAGS: Readonly<Record<string, string>> = { I: "i", IGNORECASE: "i", M: "m", MULTILINE: "m", S: "s", DOTALL: "s" };
/** `re.I` as the pattern itself would say it; of several together only that there are some. */
const flagText = (flags: Value): string =>
  flags.k === "api" ? `(?${FLAGS[flags.path.replace(/^re\./, "")] ?? "u"})` : isNumber(flags) && flags.value === 0 ? "" : "(?u)";

/** The pattern with its flags. */
function flagged(run: Run, pattern: Value | undefined, flags: Value | undefined): Value | undefined {
  if (flags === undefined || !isString(pattern)) return pattern;
  const text = flagText(flags);
  return run.values.string(text === "" || pattern.value.startsWith("(?") ? pattern.value : text + pattern.value, pattern.labels);
}

type Found = {
  readonly text: string;
  readonly matches: readonly Match[];
  readonly labels: readonly string[];
  readonly names: ReadonlyMap<string, number>;
};

function find(state: State, { args }: BuiltinCall, at: number, all: boolean): Found | null {
  const pattern = patternOf(args.positional[0]);
  const text = args.positional[at];
  if (pattern === null || text === undefined || !isString(text) || text.type !== "string" || args.keywords.size > 0) return null;
  const matches = matchesOf(pattern, text.value, all);
  if (matches === undefined) return null;
  return {
    text: text.value,
    matches,
    names: groupNames(pattern),
    labels: mergeLabels(deepLabels(state, text), [viaLabel("computed_name")]),
  };
}

/** `re.sub(r"\\d(?=\\d{4})", "*", number)` of a text that is not known. */
function starred(run: Run, [pattern, by, text]: readonly Value[]): Value | undefined {
  if (text?.k !== "unknown" && text?.k !== "str") return undefined;
  const all = mergeLabels(text.labels, ...partsOf(text).map((part) => (typeof part === "string" ? [] : part.labels)));
  const labels = starredLabels(all, pattern, by);
  if (labels === all) return undefined;
  return text.k === "str" ? run.values.unknown("local", { labels }) : run.values.unknown(text.cause, { path: text.path, labels });
}

const sub: Builtin = (run, state, call) => {
  const by = call.args.positional[1];
  const most = call.args.positional[3] ?? call.args.keywords.get("count");
  const [positional, keywords] = [call.args.positional.slice(0, 3), new Map([...call.args.keywords].filter(([name]) => name !== "count"))];
  const known = (most === undefined || isNumber(most)) && call.args.positional.length < 5;
  const all = known ? find(state, { ...call, args: { ...call.args, positional, keywords } }, 2, true) : null;
  const found =
    all === null || !isNumber(most) || Number(most.value) === 0 ? all : { ...all, matches: all.matches.slice(0, Number(most.value)) };
  if (found === null || by === undefined) return starred(run, call.args.positional);
  if (isString(by)) {
    const texts = found.matches.map((m) => expandBackslashes(by.value, m, found.names));
    if (texts.includes(undefined)) return undefined;
    let next = 0;
    return run.values.string(pieces(found.text, found.matches, () => texts[next++] as string).join(""), found.labels);
  }
  const results: Value[] = [];
  for (const match of found.matches) {
    const result = run.call(state, by, withArgs(matchObject(run, state, match, found)));
    if (result === null) return null;
    results.push(toText(run, state, result));
  }
  let next = 0;
  const parts = pieces(found.text, found.matches, () => results[next++] as Value);
  return run.values.template(
    parts.flatMap((p) => (typeof p === "string" ? [p] : [...partsOf(p)])),
    mergeLabels(found.labels, ...results.map((r) => r.labels)),
  );
};

const group = (run: Run, text: string | null | undefined, labels: readonly string[]): Value =>
  text === null || text === undefined ? run.values.none : run.values.string(text, labels);

/** Its groups by number and by name; `m.group(1)` and `m[1]` read them. */
function matchObject(run: Run, state: State, match: Match, { labels, names }: Pick<Found, "labels" | "names">): Value {
  const addr = newAddr(run);
  const { props } = state.add(addr, { type: "list", name: "Match", items: match.groups.map((g) => group(run, g, labels)) });
  for (const [name, at] of names) props.set(`${NAMED}${name}`, run.values.number(at));
  props.set(STARTS, run.values.number(match.start));
  props.set(ENDS, run.values.number(match.end));
  return run.values.ref(addr);
}

const findAll: Builtin = (run, state, call) => {
  const found = find(state, call, 1, true);
  if (found === null) return undefined;
  const one = (m: Match): Value => {
    const groups = m.groups.slice(1).map((g) => (g === null ? run.values.string("") : run.values.string(g, found.labels)));
    if (groups.length > 1) return listValue(run, state, groups, "tuple");
    return groups[0] ?? group(run, m.groups[0], found.labels);
  };
  return listValue(run, state, found.matches.map(one));
};

const findMatches: Builtin = (run, state, call) => {
  const found = find(state, call, 1, true);
  if (found === null) return undefined;
  return listValue(
    run,
    state,
    found.matches.map((m) => matchObject(run, state, m, found)),
  );
};

const split: Builtin = (run, state, call) => {
  const found = call.args.positional.length > 2 ? null : find(state, call, 1, true);
  if (found === null) return undefined;
  const parts = pieces(found.text, found.matches, (m) => m).flatMap((p) => (typeof p === "string" ? [p] : p.groups.slice(1)));
  return listValue(
    run,
    state,
    parts.map((p) => group(run, p, found.labels)),
  );
};

const search: Builtin = (run, state, call) => {
  const found = call.args.positional.length > 2 ? null : find(state, call, 1, false);
  if (found === null) return undefined;
  const [match] = found.matches;
  const anchored = call.callee.path.endsWith(".search") || match?.start === 0;
  const whole = !call.callee.path.endsWith(".fullmatch") || match?.end === found.text.length;
  // A later, longer or anchored match may exist where the first one does not fit.
  if (match === undefined) return run.values.none;
  return anchored && whole ? matchObject(run, state, match, found) : undefined;
};

/** `m.group()`, `m.group(1)`, `m.groups()`. */
export function matchMethod(run: Run, state: State, of: { addr: number; name: string }, args: readonly Value[]): Value | undefined {
  const { items: held, props } = state.read(of.addr);
  const items = held ?? [];
  const [index] = args;
  const groupAt = (at: Value): Value | undefined => {
    const named = isString(at) ? props.get(NAMED + at.value) : at;
    return isNumber(named) ? items[Number(named.value)] : undefined;
  };
  const [start, end] = [props.get(STARTS), props.get(ENDS)];
  switch (of.name) {
    case "groups":
      return listValue(
        run,
        state,
        index === undefined ? items.slice(1) : items.slice(1).map((v) => (v === run.values.none ? index : v)),
        "tuple",
      );
    case "groupdict":
      return groupsByName(run, state, [...props], items);
    case "start":
      return index === undefined ? start : undefined;
    case "end":
      return index === undefined ? end : undefined;
    case "span":
      return index === undefined && start !== undefined && end !== undefined ? listValue(run, state, [start, end], "tuple") : undefined;
    case "__getitem__":
      return index === undefined ? undefined : groupAt(index);
    case "group": {
      if (index === undefined) return items[0];
      const found = args.map(groupAt);
      if (found.includes(undefined)) return undefined;
      return found.length === 1 ? found[0] : listValue(run, state, found as Value[], "tuple");
    }
    default:
      return undefined;
  }
}

function groupsByName(run: Run, state: State, props: readonly [string, Value][], items: readonly Value[]): Value {
  const addr = newAddr(run);
  const made = state.add(addr, { type: "dict" });
  for (const [key, at] of props)
    if (key.startsWith(NAMED) && isNumber(at)) made.props.set(`s:${key.slice(NAMED.length)}`, items[Number(at.value)] ?? run.values.none);
  return run.values.ref(addr);
}

/** A pattern is kept for its methods. */
const compilePattern: Builtin = (run, _state, { callee, args }) => {
  const pattern = flagged(run, args.positional[0], args.positional[1] ?? args.keywords.get("flags"));
  if (!isString(pattern)) return undefined;
  return run.values.partial(run.values.api(`${callee.path}()`), [pattern]);
};

export const PYTHON_REGEX: Readonly<Record<string, Builtin>> = {
  re_compile: compilePattern,
  re_sub: sub,
  re_findall: findAll,
  re_finditer: findMatches,
  re_split: split,
  re_search: search,
};
