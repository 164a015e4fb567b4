/** The command line of the program itself (commander, yargs, minimist, `util.parseArgs`): what is not given is what the program says. */
import { possibly, type State } from "../state.ts";
import { isString, type Value } from "../values.ts";
import type { Builtin } from "./builtin.ts";
import { NO_ARGS, withArgs } from "./call-args.ts";
import { PATCHES } from "./function-attributes.ts";
import { declaredOptions, orGiven } from "./options.ts";
import { OPTIONS } from "./remembered.ts";
import { newAddr, type Run } from "./run.ts";

const COMMAND = "cli.Command";
const YARGS = "cli.Yargs";

const camel = (name: string): string => name.replace(/-+(\w)/g, (_all, letter: string) => letter.toUpperCase());

function keep(run: Run, state: State, name: string, otherwise: Value | undefined): void {
  state.setProp(OPTIONS, `s:${name}`, orGiven(run, name, otherwise));
}

const optionsObject = (run: Run, state: State): Value => declaredOptions(run, state, { type: "object", name: "", path: "options" });

const member = (state: State, object: Value | undefined, name: string): Value | undefined =>
  object?.k === "ref" ? state.read(object.addr).props.get(`s:${name}`) : undefined;

/** Every property of an object of options is an option; `otherwise` finds what it is when nobody gives it. */
function keepEach(run: Run, state: State, object: Value | undefined, otherwise: (each: Value) => Value | undefined): void {
  if (object?.k !== "ref") return;
  for (const [key, each] of state.read(object.addr).props) if (key.startsWith("s:")) keep(run, state, key.slice(2), otherwise(each));
}

/** `.option("-p, --target-path <path>", "what it is for", "default")`. */
const commandOption: Builtin = (run, state, { args }) => {
  const [flags, , ...others] = args.positional;
  const long = flags !== undefined && isString(flags) ? /--(?:no-)?([\w-]+)/.exec(flags.value)?.[1] : undefined;
  if (long !== undefined)
    keep(
      run,
      state,
      camel(long),
      others.findLast((value) => value.k !== "closure"),
    );
  return run.values.api(COMMAND, true);
};

const commandOptions: Builtin = (run, state) => optionsObject(run, state);

/** `.action((options) => ...)`, `.action((argument, options) => ...)`. */
const commandAction: Builtin = (run, state, { args }) => {
  const [action] = args.positional;
  if (action !== undefined) possibly(state, () => act(run, state, action));
  return run.values.api(COMMAND, true);
};

function act(run: Run, state: State, action: Value): void {
  const rest = run.values.unknown("unmodelled");
  if (action.k !== "closure") run.call(state, action, { ...NO_ARGS, rest });
  else {
    const options = optionsObject(run, state);
    const given = run.values.unknown("unmodelled", { path: "argument" });
    run.call(state, action, { ...withArgs(options), rest });
    if ((run.units[action.module]?.ir.get(action.fn).params.length ?? 0) > 1) run.call(state, action, withArgs(given, options));
  }
}

/** `.option("path", { default: "x" })`, `.options({ path: { default: "x" } })`, `.default("path", "x")`. */
const yargsOption: Builtin = (run, state, { callee, args }) => {
  const [name, settings] = args.positional;
  if (name !== undefined && isString(name)) {
    keep(run, state, name.value, callee.path.endsWith(".default") ? settings : member(state, settings, "default"));
  } else keepEach(run, state, name, (each) => member(state, each, "default"));
  state.setProp(PATCHES, `${YARGS}.argv`, optionsObject(run, state));
  return run.values.api(YARGS, true);
};

/** `minimist(process.argv.slice(2), { default: { path: "x" } })`. */
const minimist: Builtin = (run, state, { args }) => {
  keepEach(run, state, member(state, args.positional[1], "default"), (each) => each);
  return optionsObject(run, state);
};

/** `parseArgs({ options: { path: { type: "string", default: "x" } } })`. */
const parseArgs: Builtin = (run, state, { args }) => {
  keepEach(run, state, member(state, args.positional[0], "options"), (each) => member(state, each, "default"));
  const addr = newAddr(run);
  state.add(addr, { type: "object" }).rest = run.values.unknown("unmodelled", { path: "positionals" });
  state.setProp(addr, "s:values", optionsObject(run, state));
  return run.values.ref(addr);
};

export const BUILTINS_OPTIONS_JAVASCRIPT: Readonly<Record<string, Builtin>> = {
  command_option: commandOption,
  command_options: commandOptions,
  command_action: commandAction,
  yargs_option: yargsOption,
  minimist,
  parse_args: parseArgs,
};
