/** Evaluators for clients of machines and people: processes, mail with files, the directory that a program goes to. */
import { possibly } from "../state.ts";
import { isString, mergeLabels, partsOf, textOf } from "../values.ts";
import { handOver } from "./again.ts";
import type { Builtin } from "./builtin.ts";
import { NO_ARGS, withArgs } from "./call-args.ts";
import { execCommand, execShell } from "./commands.ts";
import { listValue } from "./containers.ts";
import { isSet, optionOf } from "./effect-conditions.ts";
import { emit } from "./effect-sink.ts";
import { emitPath } from "./emit-path.ts";
import { contentLabels, handlePath, remoteCode } from "./file-handles.ts";
import { elementsOf } from "./iterate.ts";
import { PACKED } from "./labels.ts";
import { forkOwn } from "./own-threads.ts";
import { rememberedVariable, rememberFile, rememberPlace, setVariable } from "./remembered.ts";
import { modelsOf } from "./run.ts";

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
  const own = optionOf(state, args, "execArgv");
  const value = listValue(run, state, [
    optionOf(state, args, "execPath") ?? run.values.string("node"),
    ...((own === undefined ? null : elementsOf(run, state, own)) ?? []),
    module ?? run.values.unknown("local"),
    ...(given ?? []),
  ]);
  execCommand(run, state, { value, api: callee.path, labels: callee.labels, node: false, all: false }, NO_ARGS);
  return forkOwn(run, state, args) ?? undefined;
};

/** `tar.c({ file }, [path, ...])` reads what it packs. */
const tarCreate: Builtin = (run, state, { callee, args }) => {
  for (const path of elementsOf(run, state, args.positional[1] ?? run.values.undefined) ?? [])
    emitPath(run, state, { kind: "fs.read", path, api: callee.path });
  const file = optionOf(state, args, "file") ?? optionOf(state, args, "f");
  if (file !== undefined) emitPath(run, state, { kind: "fs.write", path: file, api: callee.path });
  return undefined;
};

/** `archive.directory(path)`, `zip.addLocalFolder(path)`: what archives hold, and what is in the file that one is piped into. */
const packs: Builtin = (run, state, { args }) => {
  const [path] = args.positional;
  if (path === undefined) return undefined;
  const before = rememberedVariable(state, PACKED)?.labels ?? [];
  const content = run.values.unknown("file", { path: "packed", labels: mergeLabels(before, contentLabels(path)) });
  setVariable(state, PACKED, content);
  const into = rememberedVariable(state, PIPED);
  if (into !== undefined) rememberFile(run, state, { path: into, content, append: false });
  return undefined;
};
const PIPED = "#packed into";

const packsInto: Builtin = (run, state, { args }) => {
  const [to] = args.positional;
  const path = to?.k === "api" ? handlePath(run, to.labels) : null;
  if (path === null) return undefined;
  setVariable(state, PIPED, path);
  const content = rememberedVariable(state, PACKED);
  if (content !== undefined) rememberFile(run, state, { path, content, append: false });
  return undefined;
};

const packed: Builtin = (run, state) =>
  run.values.unknown("file", { path: "packed", labels: rememberedVariable(state, PACKED)?.labels ?? ["file"] });

/** `process.chdir(dir)`, `os.chdir(dir)`: paths that follow are read from there. */
const goTo: Builtin = (run, state, { args }) => {
  const place = args.positional[0] ?? args.keywords.get("path");
  if (place !== undefined) rememberPlace(run, state, place);
  return undefined;
};

/** `read_pickle("https://...")`, `torch.hub.load("owner/repository", ...)`: what is there is fetched, and runs. */
const fromAddress: Builtin = (run, state, { callee, args }) => {
  const [place] = args.positional;
  const text = place === undefined ? undefined : partsOf(place)[0];
  if (place === undefined || typeof text !== "string") return undefined;
  const source = args.keywords.get("source");
  const hub = callee.path.startsWith("torch.hub.") && !(source !== undefined && isString(source) && source.value === "local");
  if (hub ? /^[./~]/.test(text) : !/^(https?|ftp|s3|gs):\/\//.test(text)) return undefined;
  remoteCode(run, state, { target: textOf(place), api: callee.path });
  return run.values.unknown("network", { path: `${callee.path}()` });
};

/** `DeleteMany({})`, `UpdateMany({}, ...)`: it is made to be run. */
const mongoOperation: Builtin = (run, state, { callee, args }) => {
  const [filter] = args.positional;
  const kind = callee.path.includes("Update") ? ("db.update_all" as const) : ("db.delete_all" as const);
  if (filter?.k === "ref" && elementsOf(run, state, filter)?.length === 0)
    emit(run, state, { kind, target: "a collection", classes: [], args: {}, labels: [], basis: "api", api: callee.path });
  return undefined;
};

/** `getParameter({ Name, WithDecryption: true })`: what comes back is a secret only when it is asked for in the clear. */
const decrypted: Builtin = (run, state, { callee, args }) => {
  const clear = isSet(run, state, optionOf(state, args, "WithDecryption"));
  const labels = clear ? (modelsOf(run).api(callee.path)?.labels ?? []) : [];
  const value = run.values.unknown("network", { path: `${callee.path}()`, labels });
  for (const done of args.positional)
    if (done.k === "closure") possibly(state, () => handOver(run, state, done, withArgs(run.values.none, value)));
  return value;
};

/** `sendCommand({ Parameters: { commands: ["uptime"] } })` of machines far away. */
const remoteCommands: Builtin = (run, state, { callee, args }) => {
  const list = optionOf(state, args, "Parameters.commands");
  for (const value of list === undefined ? [] : (elementsOf(run, state, list) ?? [list]))
    execShell(run, state, { value, api: callee.path, labels: callee.labels });
  return undefined;
};

/** `can.Bus(interface="virtual")`: no machine hears it. */
const busOpened: Builtin = (run, _state, { args }) => {
  const kind = args.keywords.get("interface") ?? args.keywords.get("bustype");
  return kind !== undefined && isString(kind) && kind.value === "virtual" ? run.values.unknown("local", { path: "bus" }) : undefined;
};

export const BUILTINS_SERVICES: Readonly<Record<string, Builtin>> = {
  kill_by_name: killByName,
  tar_create: tarCreate,
  packs,
  packs_into: packsInto,
  packed,
  from_address: fromAddress,
  mongo_operation: mongoOperation,
  /** `YAML(typ="unsafe")` makes any object. */
  yaml_maker: (run, _state, { args }) => {
    const kind = args.keywords.get("typ") ?? args.positional[0];
    return kind !== undefined && isString(kind) && kind.value === "unsafe" ? run.values.api("ruamel.yaml.Unsafe", true) : undefined;
  },
  fork,
  decrypted,
  remote_commands: remoteCommands,
  bus_opened: busOpened,
  go_to: goTo,
};
