/**
 * What is said to a service of somebody else through its own library: whatever the method is called, what it is given leaves the
 * machine. Only the whole environment and private files are reported so; what opens a client is said to its owner.
 */
import type { State } from "../state.ts";
import { mergeLabels, type Value } from "../values.ts";
import type { CallArgs } from "./call-args.ts";
import { emit } from "./effect-sink.ts";
import { deepLabels } from "./labels.ts";
import { modelsOf, type Run } from "./run.ts";

/** Methods that make or open a client, and those that do nothing with it but listen. */
const OPENS =
  /^(init\w*|connect\w*|login\w*|auth\w*|configure|config|cert|credential\w*|set(Api)?(Key|Token|Credentials|Auth)\w*|create(Client|Pool|Connection)|from\w*|load\w*|use|on|once|[A-Z]\w*)$/;
const MUCH: ReadonlySet<string> = new Set(["env", "file.private"]);
/** `@scope/name`, `name` of a member's path. */
const PACKAGE = /^(?:@[\w.-]+\/)?[\w-]+(?:\.js)?/;

export function reportServiceData(run: Run, state: State, callee: { name: string; receiver: string; value: Value }, args: CallArgs): void {
  const { name, receiver, value } = callee;
  if ((args.isNew === true || OPENS.test(name)) && !name.endsWith("Command")) return;
  if (value.k === "unknown" && value.cause !== "network") return;
  const labels = mergeLabels(...args.positional.map((v) => deepLabels(state, v))).filter((label) => MUCH.has(label));
  const api = receiver === "" ? name : `${receiver}.${name}`;
  if (labels.length === 0 || !modelsOf(run).answers(api)) return;
  const target = PACKAGE.exec(api)?.[0] ?? api;
  emit(run, state, { kind: "net.send", target, classes: ["host.public"], args: {}, labels, basis: "api", api });
}
