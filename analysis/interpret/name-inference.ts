/** What only the names of an unknown callee speak of: effects, checks that raise, decorators from outside. */

import type { EffectKind } from "../effects.ts";
import type { State } from "../state.ts";
import { isString, type Value } from "../values.ts";
import type { CallArgs } from "./call-args.ts";
import { decoratorTexts, isDecoration } from "./decorated.ts";
import { memberOf } from "./effect-conditions.ts";
import { emit, placeOf } from "./effect-sink.ts";
import { reportDocumented } from "./instructions.ts";
import { deepLabels } from "./labels.ts";
import { effectOfCall, isCheckName } from "./name-effects.ts";
import { current, inJs, type Run, sourceText } from "./run.ts";
import { numbersOf } from "./select.ts";

/** `filter(id=3)` is shown as `filter(..)`: it is not the whole. */
export const callDetail = (state: State, name: string, args: CallArgs): string =>
  LISTS_ROWS.test(name) && args.positional.some((given) => memberOf(state, given, "where") !== undefined)
    ? "(where)"
    : (headerNamed(name, args) ?? alwaysSo(state, name, args) ?? narrowing(name, args));
/** `request.get("authorization")`: which header it is, of those that say who asks. */
const headerNamed = (name: string, { positional: [header] }: CallArgs): string | null =>
  /^(get|header|getHeader)$/.test(name) && header?.k === "const" && SAYS_WHO.test(String(header.value))
    ? `(${String(header.value).toLowerCase()})`
    : null;
const SAYS_WHO = /^(authorization|cookie|x-api-key|x-auth-token)$/i;
/** `findMany({ where: .. })`, of object mappers. */
const LISTS_ROWS = /^find(Many|All|AndCountAll)$/;

/** `where({})`, `where("1 = 1")`: what is always so narrows nothing. */
const alwaysSo = (state: State, name: string, { positional, keywords }: CallArgs): string | null =>
  /^(and|or)?where(raw)?$/i.test(name) && positional.length > 0 && keywords.size === 0 && positional.every((v) => isAlwaysSo(state, v))
    ? "(true)"
    : null;

function isAlwaysSo(state: State, value: Value): boolean {
  if (value.k === "const") return value.value === true || /^\s*(?:(\w+)\s*=\s*\1|true)\s*$/i.test(String(value.value));
  if (value.k !== "ref") return false;
  const { type, items, props, rest } = state.read(value.addr);
  if (rest !== null) return false;
  return type === "object" ? props.size === 0 : items?.length === 1 && isAlwaysSo(state, items[0] as Value);
}

const narrowing = (name: string, args: CallArgs): string =>
  (args.positional.length + args.keywords.size > 0 && NARROWS.has(name)) || isNarrowed(args.positional[0])
    ? args.positional.some(isOrder)
      ? "(..<)"
      : "(..)"
    : "()";
/** `where(Entry.created < limit)`. */
const isOrder = (value: Value): boolean => value.k === "unknown" && / [<>]=? /.test(value.path ?? "");
/** `scalars(select(User).where(...))`. */
const isNarrowed = (value: Value | undefined): boolean => value?.k === "unknown" && /\(\.\.<?\)$/.test(value.path ?? "");
const NARROWS: ReadonlySet<string> = new Set(["filter", "exclude", "find", "where", "filter_by"]);

/** Kinds whose numbers say how much. */
const COUNTED: ReadonlySet<EffectKind> = new Set<EffectKind>(["money.transfer", "infra.change"]);

/** Effects and checks that only the callee's name speaks of. */
export function inferFromName(
  run: Run,
  state: State,
  callee: { name: string; path: string; labels: readonly string[] },
  args: CallArgs,
): void {
  const kind = effectOfCall(callee.name);
  const act = current(run);
  if (isCheckName(callee.name)) {
    const subjects = [callee.path, ...args.positional.flatMap((v) => (v.k === "unknown" && v.path !== null ? [v.path] : []))];
    act.checks.push({
      block: act.block,
      guard: { text: sourceText(act.unit, act.at), positive: true, subjects, external: true, location: placeOf(run) },
    });
  }
  if (kind === null) return;
  const numbers = numbersOf([...args.positional, ...args.keywords.values()]);
  const amountKnown = numbers.length > 0;
  const facts: Record<string, string | number> = { subject: callee.path };
  if (amountKnown && COUNTED.has(kind)) facts.amount = Math.max(...numbers);
  const labels = args.positional.flatMap((v) => [...deepLabels(state, v)]);
  emit(run, state, {
    kind,
    target: callee.path,
    classes: [],
    args: facts,
    labels: [...labels, ...callee.labels],
    basis: "name",
    api: callee.path,
  });
}

/** `@Injectable()`, `@Entity("users")`: what it gives is the class. */
const CLASS_DECORATOR = /(^|\.)[A-Z]\w*(\(\))?$/;

/** An outside decorator leaves the program's function callable and may be a check. Null when this is no decoration. */
export function decorates(run: Run, state: State, args: CallArgs, path: string): Value | null {
  const [target, ...others] = args.positional;
  const member = inJs(run) && others.length === 2 && isString(others[0]) && others[1]?.k === "ref";
  if (target === undefined || (others.length > 0 && !member) || args.keywords.size > 0 || (target.k !== "closure" && target.k !== "ref"))
    return null;
  if (target.k === "ref") return inJs(run) && state.read(target.addr).type === "class" && CLASS_DECORATOR.test(path) ? target : null;
  const fn = run.units[target.module]?.ir.get(target.fn);
  const plain = path.replace(/\(\)$/, "");
  const name = plain.slice(plain.lastIndexOf(".") + 1);
  if (fn === undefined) return null;
  const id = `${target.module}.${target.fn}`;
  const said = isDecoration(run, fn) ? [...fn.decorators, ...decoratorTexts(run, id)] : fn.decorators;
  const text = said.find((d) => d.replace(/\(.*$/s, "").split(".").pop() === name);
  if (text === undefined) return null;
  reportDocumented(run, state, { decorator: text, fn, source: run.units[target.module]?.source ?? "" });
  const guard = { text: `@${text}`, positive: true, subjects: [plain], external: true, location: current(run).unit.lines.locate(fn.at) };
  run.decorated.set(id, [...(run.decorated.get(id) ?? []), guard]);
  return target;
}
