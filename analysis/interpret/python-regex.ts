/** Python's `re` on constants: sub, split, findall and what a match holds, evaluated in linear time. */
import { RE2JS } from "re2js";
import { expandBackslashes, type Match, matchesOf, type Pattern, pieces } from "../pure/regex.ts";
import type { State } from "../state.ts";
import { isNumber, isString, mergeLabels, partsOf, type Value, viaLabel } from "../values.ts";
import type { Builtin, BuiltinCall } from "./builtin.ts";
import { withArgs } from "./call-args.ts";
import { listValue } from "./containers.ts";
import { toText } from "./formatting.ts";
import { deepLabels } from "./labels.ts";
import { starredLabels } from "./masking.ts";
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

type Found = { readonly text: string; readonly matches: readonly Match[]; readonly labels: readonly string[] };

function find(state: State, { args }: BuiltinCall, at: number, all: boolean): Found | null {
  const pattern = patternOf(args.positional[0]);
  const text = args.positional[at];
  if (pattern === null || text === undefined || !isString(text) || text.type !== "string" || args.keywords.size > 0) return null;
  const matches = matchesOf(pattern, text.value, all);
  if (matches === undefined) return null;
  return { text: text.value, matches, labels: mergeLabels(deepLabels(state, text), [viaLabel("computed_name")]) };
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
  const count = call.args.positional.length > 3;
  const found = count ? null : find(state, call, 2, true);
  if (found === null || by === undefined) return starred(run, call.args.positional);
  if (isString(by)) {
    const texts = found.matches.map((m) => expandBackslashes(by.value, m));
    if (texts.includes(undefined)) return undefined;
    let next = 0;
    return run.values.string(pieces(found.text, found.matches, () => texts[next++] as string).join(""), found.labels);
  }
  const results: Value[] = [];
  for (const match of found.matches) {
    const result = run.call(state, by, withArgs(matchObject(run, state, match, found.labels)));
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

/** Its groups by number; `m.group(1)` and `m[1]` read them. */
function matchObject(run: Run, state: State, match: Match, labels: readonly string[]): Value {
  const addr = newAddr(run);
  state.add(addr, { type: "list", name: "Match", items: match.groups.map((g) => group(run, g, labels)) });
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
    found.matches.map((m) => matchObject(run, state, m, found.labels)),
  );
};

const split: Builtin = (run, state, call) => {
  const found = call.args.positional.length > 2 ? null : find(state, call, 1, true);
  if (found === null || found.matches.some((m) => m.groups.length > 1)) return undefined;
  const parts = pieces(found.text, found.matches, () => null).filter((p) => p !== null);
  return listValue(
    run,
    state,
    parts.map((p) => run.values.string(p, found.labels)),
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
  return anchored && whole ? matchObject(run, state, match, found.labels) : undefined;
};

/** `m.group()`, `m.group(1)`, `m.groups()`. */
export function matchMethod(run: Run, state: State, of: { addr: number; name: string }, args: readonly Value[]): Value | undefined {
  const items = state.read(of.addr).items ?? [];
  if (of.name === "groups") return listValue(run, state, items.slice(1), "tuple");
  const [index] = args;
  if (of.name !== "group" || args.length > 1) return undefined;
  if (index === undefined) return items[0];
  return isNumber(index) ? items[Number(index.value)] : undefined;
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
