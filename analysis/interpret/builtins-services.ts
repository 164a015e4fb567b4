/** Evaluators for clients of machines and people: processes, mail with files, the directory that a program goes to. */
import { isString } from "../values.ts";
import type { Builtin } from "./builtin.ts";
import { NO_ARGS } from "./call-args.ts";
import { execCommand } from "./commands.ts";
import { listValue } from "./containers.ts";
import { optionOf } from "./effect-conditions.ts";
import { emit } from "./effect-sink.ts";
import { emitPath } from "./emit-path.ts";
import { elementsOf } from "./iterate.ts";
import { rememberPlace } from "./remembered.ts";

/** `fkill("name")` ends every process of that name. */
const killByName: Builtin = (run, state, { callee, args }) => {
  const given = args.positional[0] ?? run.values.unknown("local");
  for (const name of elementsOf(run, state, given) ?? [given])
    if (isString(name) && !/^:?\d+$/.test(name.value))
      emit(run, state, {
        kind: "process.signal",
        target: name.value,
        classes: ["command.process"],
        args: {},
        labels: [],
        basis: "api",
        api: callee.path,
      });
  return undefined;
};

/** `fork(module, args)` starts another of the same interpreter. */
const fork: Builtin = (run, state, { callee, args }) => {
  const [module, list] = args.positional;
  const given = list?.k === "ref" ? elementsOf(run, state, list) : null;
  const value = listValue(run, state, [
    optionOf(state, args, "execPath") ?? run.values.string("node"),
    module ?? run.values.unknown("local"),
    ...(given ?? []),
  ]);
  execCommand(run, state, { value, api: callee.path, labels: callee.labels, node: false, all: false }, NO_ARGS);
  return undefined;
};

/** `tar.c({ file }, [path, ...])` reads what it packs. */
const tarCreate: Builtin = (run, state, { callee, args }) => {
  for (const path of elementsOf(run, state, args.positional[1] ?? run.values.undefined) ?? [])
    emitPath(run, state, { kind: "fs.read", path, api: callee.path });
  const file = optionOf(state, args, "file") ?? optionOf(state, args, "f");
  if (file !== undefined) emitPath(run, state, { kind: "fs.write", path: file, api: callee.path });
  return undefined;
};

/** `process.chdir(dir)`, `os.chdir(dir)`: paths that follow are read from there. */
const goTo: Builtin = (run, state, { args }) => {
  const place = args.positional[0] ?? args.keywords.get("path");
  if (place !== undefined) rememberPlace(run, state, place);
  return undefined;
};

export const BUILTINS_SERVICES: Readonly<Record<string, Builtin>> = {
  kill_by_name: killByName,
  tar_create: tarCreate,
  fork,
  go_to: goTo,
};
