/** The command line of the program itself (`argparse`): what is not given is what the program says. */
import { isString, type Value } from "../values.ts";
import type { Builtin } from "./builtin.ts";
import { listValue } from "./containers.ts";
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

const optionsParsed: Builtin = (run, state, { callee }) => {
  const addr = newAddr(run);
  state.add(addr, { type: "instance", name: "argparse.Namespace" }).rest = run.values.unknown("unmodelled", { path: PARSED });
  for (const [key, value] of state.read(OPTIONS).props) state.setProp(addr, key, value);
  const options = run.values.ref(addr);
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
