/** The command line of the program itself (`argparse`): what is not given is what the program says. */
import type { State } from "../state.ts";
import { isString, type RefV, textOf, type Value } from "../values.ts";
import type { Builtin } from "./builtin.ts";
import type { CallArgs } from "./call-args.ts";
import { listValue } from "./containers.ts";
import { elementsOf } from "./iterate.ts";
import { OPTIONS } from "./remembered.ts";
import { newAddr, type Run } from "./run.ts";

const PARSED = "argparse.ArgumentParser().parse_args()";

/** `parser.add_argument("--device", "-d", default="/dev/sda")`. */
const optionAdded: Builtin = (run, state, { args }) => {
  const names = args.positional.filter(isString).map((v) => String(v.value));
  const dest = args.keywords.get("dest");
  const name = dest !== undefined && isString(dest) ? dest.value : (names.find((n) => n.startsWith("--")) ?? names[0]);
  if (name === undefined) return run.values.unknown("local");
  const key = name.replace(/^-+/, "").replace(/-/g, "_");
  state.setProp(OPTIONS, `s:${key}`, orGiven(run, `${PARSED}.${key}`, args.keywords.get("default")));
  const action = args.keywords.get("action");
  const form = name.startsWith("-") ? (action !== undefined && /^(store_true|count)$/.test(textOf(action)) ? "flag" : "option") : "place";
  for (const spelled of names) state.setProp(OPTIONS, `${form}:${spelled}`, run.values.string(key));
  return run.values.unknown("local");
};

/** What an option of this name is: what somebody gives, or what the program says. */
export function orGiven(run: Run, path: string, otherwise: Value | undefined): Value {
  const given = run.values.unknown("unmodelled", { path, labels: run.sensitivity.ofName(path.slice(path.lastIndexOf(".") + 1)) });
  return otherwise !== undefined && decides(otherwise) ? run.values.join([otherwise, given]) : given;
}

/** `@click.option("--device", default="/dev/sda")`: the function below takes it by its name. */
const optionDecorator: Builtin = (run, state, call) => {
  optionAdded(run, state, call);
  return run.values.api("identity()");
};

/** Texts, and what holds them; a number or a flag that is not known may be any. */
const decides = (value: Value): boolean => isString(value) || value.k === "str" || value.k === "ref" || value.k === "closure";

/** `parser.set_defaults(run=remove)`. */
const optionsSet: Builtin = (run, state, { args }) => {
  for (const [name, value] of args.keywords) {
    const before = state.read(OPTIONS).props.get(`s:${name}`);
    state.setProp(OPTIONS, `s:${name}`, before === undefined ? value : run.values.join([before, value]));
  }
  return run.values.none;
};

/** `parser.parse_args(["--target", "build", "--force"])`: what the program itself gives. */
function givenWords(run: Run, state: State, args: CallArgs): readonly Value[] {
  const list = args.positional[0] ?? args.keywords.get("args");
  return (list?.k === "ref" ? elementsOf(run, state, list) : null) ?? [];
}

/** What the words say of which option; the value of one that nobody declared is not taken for a place. */
function optionsOfWords(run: Run, state: State, words: readonly Value[]): Map<string, Value> {
  const { props } = state.read(OPTIONS);
  const places = [...props].filter(([key]) => key.startsWith("place:")).map(([, name]) => textOf(name));
  const said = new Map<string, Value>();
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as Value;
    const [, spelled, attached] = isString(word) ? (/^(-[^=]+)(?:=([\s\S]*))?$/.exec(String(word.value)) ?? []) : [];
    const flag = spelled === undefined ? undefined : props.get(`flag:${spelled}`);
    const option = spelled === undefined ? undefined : props.get(`option:${spelled}`);
    if (flag !== undefined) said.set(textOf(flag), run.values.bool(true));
    else if (option !== undefined) {
      const value = attached === undefined ? words[++i] : run.values.string(attached, word.labels);
      if (value !== undefined) said.set(textOf(option), value);
    } else if (spelled === undefined) {
      const place = places.shift();
      if (place !== undefined) said.set(place, word);
    }
  }
  return said;
}

/** All options that were declared so far; others may be given, too. */
export function declaredOptions(run: Run, state: State, as: { type: "instance" | "object"; name: string; path: string }): RefV {
  const addr = newAddr(run);
  state.add(addr, as).rest = run.values.unknown("unmodelled", { path: as.path });
  for (const [key, value] of state.read(OPTIONS).props) if (key.startsWith("s:")) state.setProp(addr, key, value);
  return run.values.ref(addr) as RefV;
}

const optionsParsed: Builtin = (run, state, { callee, args }) => {
  const options = declaredOptions(run, state, { type: "instance", name: "argparse.Namespace", path: PARSED });
  for (const [key, value] of optionsOfWords(run, state, givenWords(run, state, args))) state.setProp(options.addr, `s:${key}`, value);
  return callee.path.endsWith("parse_args")
    ? options
    : listValue(run, state, [options, run.values.unknown("unmodelled", { path: PARSED })]);
};

export const BUILTINS_OPTIONS: Readonly<Record<string, Builtin>> = {
  option_added: optionAdded,
  option_decorator: optionDecorator,
  options_set: optionsSet,
  options_parsed: optionsParsed,
};
