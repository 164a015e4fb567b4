/**
 * What is taken out of log entries before they are written: filters of Python's loggers, formats of winston, `redact` of pino.
 * Filters and formats run on the entry, and what they leave of it is what is logged; loggers are told apart by their names.
 */
import type { State } from "../state.ts";
import { type ApiV, isString, type RefV, type Value } from "../values.ts";
import type { Builtin } from "./builtin.ts";
import { type CallArgs, withArgs } from "./call-args.ts";
import { classLookup, classOf } from "./classes.ts";
import { listValue } from "./containers.ts";
import { optionOf } from "./effect-conditions.ts";
import { elementsOf } from "./iterate.ts";
import { keepList, keptList } from "./kept-lists.ts";
import { BUILTINS_LOGGING, record } from "./logging.ts";
import { destinationLabels } from "./remote-logs.ts";
import { inJs, newAddr, type Run } from "./run.ts";

/** Labels of a logger: which one it is, and what it takes out by itself. */
const NAMED = "type:logger:";
const REDACTS = "type:redacts:";
/** Where the state keeps the filters of a logger: no variable has this name. */
const FILTERS = "#filters:";
const ROOT = "root";
const WRITES = /^logging\.(Logger\.)?(trace|debug|info|verbose|warn|warning|error|exception|critical|fatal|log)$/;

const nameIn = (callee: ApiV): string => callee.labels.find((l) => l.startsWith(NAMED))?.slice(NAMED.length) ?? ROOT;

/** Where it keeps what the entries of a logger go to. */
const OUTS = "#outs:";

const filtersOf = (run: Run, state: State, callee: ApiV): readonly Value[] => keptList(run, state, FILTERS + nameIn(callee));

/** Filters of the one handler that writes the entries; where there are several, each would have to take the same out. */
function filtersOfOuts(run: Run, state: State, callee: ApiV): readonly Value[] {
  const outs = [...new Set([nameIn(callee), ROOT])].flatMap((name) => keptList(run, state, OUTS + name));
  const [out, ...others] = outs;
  return out?.k === "api" && out.labels.some((l) => l.startsWith(NAMED)) && others.length === 0 ? filtersOf(run, state, out) : [];
}

const noteOuts = (run: Run, state: State, name: string, outs: readonly Value[]): void =>
  keepList(run, state, OUTS + name, [...keptList(run, state, OUTS + name), ...outs]);

const keep = (run: Run, state: State, name: string, filters: readonly Value[]): void => keepList(run, state, FILTERS + name, filters);

/** What a call of a logger logs: its arguments as they are left; null when nothing is. */
export function loggedEntry(run: Run, state: State, callee: ApiV, args: CallArgs): CallArgs | null {
  if (!WRITES.test(callee.path)) return args;
  const filters = filtersOf(run, state, callee);
  if (!inJs(run)) {
    const all = [...filters, ...filtersOfOuts(run, state, callee)];
    return all.length === 0 ? args : filtered(run, state, all, args);
  }
  const paths = callee.labels.filter((l) => l.startsWith(REDACTS)).map((l) => segmentsOf(l.slice(REDACTS.length)));
  const [first, ...others] = args.positional;
  const left =
    first === undefined ? args : { ...args, positional: [paths.reduce((v, path) => without(run, state, v, path), first), ...others] };
  return filters.length === 0 ? left : formatted(run, state, filters, left);
}

const isNothing = (value: Value): boolean => value.k === "const" && !value.value;

/** `class Redacting(logging.Filter)`, or a function: whatever it says that is not true drops the entry. */
function filtered(run: Run, state: State, filters: readonly Value[], args: CallArgs): CallArgs | null {
  let entry = record(run, state, args);
  for (const filter of filters) {
    const cls = filter.k === "ref" ? classOf(run, state, filter) : null;
    const method = cls === null ? null : classLookup(run, state, cls, "filter");
    const asked = method?.k === "closure" ? run.values.closure(method, filter) : filter;
    const answer = asked.k === "closure" || asked.k === "partial" ? run.call(state, asked, withArgs(entry)) : null;
    if (answer !== null && isNothing(answer)) return null;
    if (answer?.k === "ref") entry = answer;
  }
  if (entry.k !== "ref") return args;
  const { props } = state.read(entry.addr);
  const message = props.get("s:msg") ?? run.values.string("");
  const given = props.get("s:args");
  const others = given === undefined || isNothing(given) ? [] : given.k === "ref" ? (elementsOf(run, state, given) ?? [given]) : [given];
  return { ...args, positional: [message, ...others], keywords: new Map() };
}

/** `winston.format((info) => ..)`: gets message and fields as one object. */
function formatted(run: Run, state: State, formats: readonly Value[], args: CallArgs): CallArgs | null {
  const addr = newAddr(run);
  state.add(addr, { type: "object" });
  const [message, ...given] = args.positional;
  if (message !== undefined && message.k !== "ref") state.setProp(addr, "s:message", message);
  for (const each of message?.k === "ref" ? [message, ...given] : given)
    if (each.k === "ref") for (const [name, value] of state.read(each.addr).props) state.setProp(addr, name, value);
  let info: Value = run.values.ref(addr);
  for (const format of formats) {
    const left: Value | null = format.k === "closure" || format.k === "partial" ? run.call(state, format, withArgs(info)) : info;
    if (left !== null && isNothing(left)) return null;
    info = left ?? info;
  }
  return { ...args, positional: [info, ...(message?.k === "ref" ? [] : given.filter((each) => each.k !== "ref"))] };
}

/** `payment["card"].number`, `items[*].name` (fast-redact): names of members, and `*` for each of them. */
const segmentsOf = (path: string): readonly string[] =>
  path
    .replace(/\[["']?([^"'\]]+)["']?\]/g, ".$1")
    .split(".")
    .filter((s) => s !== "");

/** A copy in which what stands under the path is something else. */
function without(run: Run, state: State, value: Value, path: readonly string[]): Value {
  const [name, ...inner] = path;
  if (name === undefined) return run.values.string("[Redacted]");
  if (value.k !== "ref") return value;
  const { type, props, items, rest } = state.read(value.addr);
  if (!/^(object|dict|list)$/.test(type)) return value;
  const redacted = (held: Value, key: string): Value => (name === "*" || key === name ? without(run, state, held, inner) : held);
  const addr = newAddr(run);
  state.add(addr, { type, items: items === null ? null : items.map((item, i) => redacted(item, String(i))) });
  for (const [key, held] of props) state.setProp(addr, key, redacted(held, key.slice(2)));
  if (rest !== null) state.addRest(addr, redacted(rest, "?"), run.values);
  return run.values.ref(addr) as RefV;
}

const logger = (run: Run, labels: readonly string[]): Value => run.values.api("logging.Logger", true, labels);

export const BUILTINS_REDACTION: Readonly<Record<string, Builtin>> = {
  /** `logging.getLogger("charges")` */
  logger_named: (run, _state, { args }) => {
    const name = args.positional[0] ?? args.keywords.get("name");
    const given = name === undefined || (name.k === "const" && !name.value) ? ROOT : isString(name) ? name.value : `${name.k}?`;
    return logger(run, [NAMED + given]);
  },
  filter_added: (run, state, { callee, args }) => {
    const [filter] = args.positional;
    if (filter !== undefined) keep(run, state, nameIn(callee), [...filtersOf(run, state, callee), filter]);
    return run.values.none;
  },
  filter_removed: (run, state, { callee, args }) => {
    keep(
      run,
      state,
      nameIn(callee),
      filtersOf(run, state, callee).filter((each) => each !== args.positional[0]),
    );
    return run.values.none;
  },
  handler_made: (run) => run.values.api("logging.Handler", true, [`${NAMED}#${newAddr(run)}`]),
  handler_of_logger: (run, state, call) => {
    noteOuts(run, state, nameIn(call.callee), call.args.positional);
    return BUILTINS_LOGGING.handler_added?.(run, state, call);
  },
  /** `logging.basicConfig(..)`: writes whatever comes, unless handlers are given. */
  log_started: (run, state, call) => {
    const handlers = call.args.keywords.get("handlers");
    noteOuts(run, state, ROOT, (handlers === undefined ? null : elementsOf(run, state, handlers)) ?? [run.values.none]);
    return BUILTINS_LOGGING.log_configured?.(run, state, call);
  },
  /** `pino({ redact: ["card.number"] })`, `winston.createLogger({ format })`. */
  logger_made: (run, state, { args }) => {
    const redact = optionOf(state, args, "redact");
    const paths = redact === undefined ? undefined : (optionOf(state, withArgs(redact), "paths") ?? redact);
    const redacts = paths === undefined ? [] : (elementsOf(run, state, paths) ?? []).filter(isString).map((path) => REDACTS + path.value);
    const labels = [...destinationLabels(run, state, args), ...redacts];
    const format = optionOf(state, args, "format");
    if (format === undefined) return logger(run, labels);
    const name = `#${newAddr(run)}`;
    keep(run, state, name, format.k === "ref" ? (elementsOf(run, state, format) ?? []) : [format]);
    return logger(run, [NAMED + name, ...labels]);
  },
  logger_child: (run, _state, { callee }) => logger(run, callee.labels),
  /** `winston.format(f)` gives what makes the format, `winston.format.combine(a, b)` one after the other. */
  format_of: (run, _state, { args }) =>
    args.positional[0]?.k === "closure" ? run.values.partial(run.values.api("identity()"), [args.positional[0]]) : undefined,
  formats_in_turn: (run, state, { args }) => listValue(run, state, args.positional),
};
