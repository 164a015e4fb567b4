/** JavaScript's regular expressions on constants: replace, split, match, test and exec, evaluated in linear time. */
import { expandDollars, groupNames, javascriptPattern, type Match, matchesOf, type Pattern, pieces } from "../pure/regex.ts";
import type { State } from "../state.ts";
import { type ConstV, isNumber, isString, mergeLabels, partsOf, type Value, viaLabel } from "../values.ts";
import { type CallArgs, withArgs } from "./call-args.ts";
import { listValue } from "./containers.ts";
import { toText } from "./formatting.ts";
import { deepLabels } from "./labels.ts";
import { rememberedVariable, setVariable } from "./remembered.ts";
import { newAddr, type Run } from "./run.ts";

type Text = ConstV & { value: string };

/** A method of a text whose first argument is a regular expression; undefined when it is not evaluated. */
export function regexMethod(run: Run, state: State, of: { text: Text; name: string }, args: CallArgs): Value | null | undefined {
  const [first, second] = args.positional;
  const { text, name } = of;
  const compiled = first?.k === "const" && first.type === "regex" ? javascriptPattern(String(first.value)) : null;
  if (compiled === null) return undefined;
  const all = name === "split" || name === "matchAll" || name === "replaceAll" || compiled.global;
  const matches = matchesOf(compiled, text.value, all);
  const labels = mergeLabels(text.labels, second === undefined ? [] : deepLabels(state, second), [viaLabel("computed_name")]);
  if (matches === undefined) return undefined;
  if (name === "replace" || name === "replaceAll") return replaced(run, state, { text, pattern: compiled, matches, labels, by: second });
  if (name === "search") return run.values.number(matches[0]?.start ?? -1);
  if (name === "split") {
    if (second !== undefined || matches.some((m) => m.groups.length > 1)) return undefined;
    const parts = pieces(text.value, matches, () => null).filter((p) => p !== null);
    return listValue(
      run,
      state,
      parts.map((p) => run.values.string(p, labels)),
    );
  }
  if (name === "matchAll")
    return listValue(
      run,
      state,
      matches.map((m) => matchValue(run, state, { pattern: compiled, match: m, labels })),
    );
  if (name !== "match") return undefined;
  if (matches.length === 0) return run.values.none;
  if (!compiled.global) return matchValue(run, state, { pattern: compiled, match: matches[0] as Match, labels });
  return listValue(
    run,
    state,
    matches.map((m) => run.values.string(m.groups[0] ?? "", labels)),
  );
}

type Found = { readonly pattern: Pattern; readonly match: Match; readonly labels: readonly string[] };

/** What a match holds: its groups by number and by name. */
function matchValue(run: Run, state: State, { pattern, match, labels }: Found): Value {
  const texts = match.groups.map((g) => (g === null || g === undefined ? run.values.undefined : run.values.string(g, labels)));
  const list = listValue(run, state, texts);
  if (list.k !== "ref") return list;
  state.setProp(list.addr, "s:index", run.values.number(match.start));
  const names = groupNames(pattern);
  if (names.size === 0) return list;
  state.setProp(list.addr, "s:groups", namedGroups(run, state, names, texts));
  return list;
}

function namedGroups(run: Run, state: State, names: ReadonlyMap<string, number>, texts: readonly Value[]): Value {
  const addr = newAddr(run);
  const { props } = state.add(addr, { type: "object" });
  for (const [name, at] of names) props.set(`s:${name}`, texts[at] ?? run.values.undefined);
  return run.values.ref(addr);
}

/** Where a pattern with `g` is in a text, as far as every way here agrees; no variable of the program has this name. */
const PLACE = "#exec:";

/** `while ((m = pattern.exec(text)) !== null)`: one match after the other, and nothing in the end. */
function nextMatch(run: Run, state: State, of: Omit<Found, "match"> & { text: string; matches: readonly Match[] }): Value {
  const name = `${PLACE}${of.pattern.source} ${of.text}`;
  const before = rememberedVariable(state, name);
  if (before !== undefined && !isNumber(before)) return someMatch(run, state, of.matches, of.labels);
  const at = before === undefined ? 0 : Number(before.value);
  const match = of.matches[at];
  setVariable(state, name, run.values.number(match === undefined ? 0 : at + 1));
  return match === undefined ? run.values.none : matchValue(run, state, { ...of, match });
}

/** A pattern that remembers where it was: `exec` gives one match after the other, and nothing in the end. */
function someMatch(run: Run, state: State, matches: readonly Match[], labels: readonly string[]): Value {
  const [first] = matches;
  if (first === undefined) return run.values.none;
  const groups = first.groups.map((_g, i) => run.values.join(matches.map((m) => run.values.string(m.groups[i] ?? "", labels))));
  return run.values.join([listValue(run, state, groups), run.values.none]);
}

type Replacing = {
  readonly text: Text;
  readonly pattern: Pattern;
  readonly matches: readonly Match[];
  readonly labels: readonly string[];
  readonly by: Value | undefined;
};

function replaced(run: Run, state: State, of: Replacing): Value | null | undefined {
  const { by, text, matches } = of;
  if (by === undefined) return undefined;
  if (by.k !== "closure" && by.k !== "api" && by.k !== "partial" && by.k !== "method") {
    const insert = toText(run, state, by);
    if (!isString(insert)) return undefined;
    const parts = pieces(text.value, matches, (m) => expandDollars(insert.value, text.value, m, groupNames(of.pattern)));
    return run.values.template(parts, of.labels);
  }
  const results: Value[] = [];
  for (const match of matches) {
    const given = match.groups.map((g) => (g === null ? run.values.undefined : run.values.string(g)));
    const names = groupNames(of.pattern);
    const named = names.size === 0 ? [] : [namedGroups(run, state, names, given)];
    const result = run.call(state, by, withArgs(...given, run.values.number(match.start), text, ...named));
    if (result === null) return null;
    results.push(toText(run, state, result));
  }
  let next = 0;
  const parts = pieces(text.value, matches, () => results[next++] as Value);
  const flat = parts.flatMap((p) => (typeof p === "string" ? [p] : [...partsOf(p)]));
  return run.values.template(flat, mergeLabels(of.labels, ...results.map((r) => r.labels)));
}

/** `/x/.test(s)`, `/x/.exec(s)`. */
export function patternMethod(run: Run, state: State, of: { pattern: ConstV; name: string }, args: CallArgs): Value | undefined {
  const [text] = args.positional;
  const compiled = javascriptPattern(String(of.pattern.value));
  if (of.name === "toString") return run.values.string(String(of.pattern.value));
  // With `g` a pattern remembers where it was.
  if (compiled === null || !isString(text)) return undefined;
  const matches = matchesOf(compiled, text.value, compiled.global);
  if (matches === undefined) return undefined;
  const found = { pattern: compiled, labels: text.labels };
  if (compiled.global) return of.name === "exec" ? nextMatch(run, state, { ...found, text: text.value, matches }) : undefined;
  if (of.name === "test") return run.values.bool(matches.length > 0);
  if (of.name !== "exec") return undefined;
  const [match] = matches;
  if (match === undefined) return run.values.none;
  return matchValue(run, state, { ...found, match });
}
