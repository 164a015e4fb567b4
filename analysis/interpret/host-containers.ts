/** Containers that are given their host: all its rights, its processes, or the directories that make it. */
import type { State } from "../state.ts";
import { isString, textOf, type Value } from "../values.ts";
import type { Builtin } from "./builtin.ts";
import type { CallArgs } from "./call-args.ts";
import { emit } from "./effect-sink.ts";
import type { Run } from "./run.ts";

/** Directories of the host that hold its accounts, its secrets or the control of its containers. */
const HOST_DIRECTORY = /^\/(etc|root|proc|sys|boot|var\/run\/docker\.sock|run\/docker\.sock)?(:|$)/;
/** ... and what a pod may have of its node; `/proc` and `/sys` are what those that measure it read. */
const NODE_DIRECTORY =
  /^\/(etc|root|boot|var\/run\/docker\.sock|run\/docker\.sock|run\/containerd\/containerd\.sock|var\/lib\/kubelet)?\/?$/;
/** A pod stands in a template of a specification of a body: `{ body: { spec: { template: { spec: { containers: [{ ... */
const DEEPEST = 10;

function givesHost(state: State, name: string, value: Value, depth = 0): boolean {
  if (value.k === "union") return value.of.some((member) => givesHost(state, name, member, depth));
  if (/^host_?(pid|ipc)$/i.test(name)) return value.k === "const" && value.value === true;
  if (/^host_?path$/i.test(name)) return pathsIn(state, value).some((path) => NODE_DIRECTORY.test(path));
  if (/^privileged$/i.test(name)) return value.k === "const" && value.value === true;
  if (/^(pid|ipc|userns)_?mode$/i.test(name)) return isString(value) && value.value === "host";
  const texts = textsIn(state, value);
  if (/^cap_?add$/i.test(name)) return texts.some((text) => /^(CAP_)?(ALL|SYS_ADMIN|SYS_PTRACE)$/i.test(text));
  if (/^(binds|volumes|mounts|source)$/i.test(name) && texts.some((text) => HOST_DIRECTORY.test(text))) return true;
  if (value.k !== "ref" || depth >= DEEPEST) return false;
  const { props, items } = state.read(value.addr);
  const inner = [...props].map(([key, held]) => [key.replace(/^s:/, ""), held] as const);
  return [...inner, ...(items ?? []).map((item) => [name, item] as const)].some(([key, held]) => givesHost(state, key, held, depth + 1));
}

/** The text, the texts of a list, or the keys of a table. */
function textsIn(state: State, value: Value): string[] {
  if (isString(value)) return [value.value];
  if (value.k !== "ref") return [];
  const { items, props } = state.read(value.addr);
  return [
    ...(items ?? []).flatMap((item) => (isString(item) ? [item.value] : [])),
    ...[...props.keys()].map((key) => key.replace(/^s:/, "")),
  ];
}

/** `hostPath: "/"`, `hostPath: { path: "/" }`. */
const pathsIn = (state: State, value: Value): string[] => {
  const path = value.k === "ref" ? state.read(value.addr).props.get("s:path") : value;
  return path === undefined ? [] : textsIn(state, path);
};

const givenIn = (args: CallArgs): (readonly [string, Value])[] => [
  ...args.keywords,
  ...args.positional.map((value) => ["", value] as const),
];

function reportHost(run: Run, state: State, what: string, api: string): void {
  const found = { target: `a ${what} that gets its host`, classes: ["command.privilege" as const], args: {}, labels: [] };
  emit(run, state, { kind: "system.control", ...found, basis: "api", api });
}

/** What makes or changes what runs in a cluster: `createNamespacedPod`, `patch_namespaced_daemon_set`, `objectApi.create`. */
const OF_CLUSTER =
  /^(create|replace|patch)(_?namespaced)?(_?(pod|daemon_?set|deployment|stateful_?set|replica_?set|replication_?controller|job|cron_?job))?$/i;

/** Pods that get their node, whatever client of the cluster is told to start them. */
export function reportPod(run: Run, state: State, callee: { name: string; receiver: string }, args: CallArgs): void {
  if (!OF_CLUSTER.test(callee.name) || !/kubernetes|k8s/i.test(callee.receiver)) return;
  if (givenIn(args).some(([name, value]) => givesHost(state, name, value)))
    reportHost(run, state, "pod", `${callee.receiver}.${callee.name}`);
}

/** Documents that describe a container: to Docker, to Kubernetes. */
const DESCRIBES = /"(HostConfig|containers)"\s*:/;
const GIVES_HOST =
  /"privileged"\s*:\s*true|"host(PID|IPC|Network)"\s*:\s*true|"(Pid|Ipc|Userns)Mode"\s*:\s*"host"|"(CapAdd|add)"\s*:\s*\[[^\]]*"(CAP_)?(ALL|SYS_ADMIN|SYS_PTRACE)"|"(Binds|Source|path)"\s*:\s*\[?\s*"\/(etc|root|proc|sys|boot|(var\/)?run\/docker\.sock)?[:"]/i;

/** A request that orders such a container from whoever starts containers: the document says it, whichever way it goes there. */
export function reportOrderedContainer(run: Run, state: State, said: readonly Value[], api: string): void {
  for (const value of said) {
    const text = value.k === "ref" ? null : isString(value) || value.k === "str" ? textOf(value) : null;
    const gives = text === null ? describes(state, value) && givesHost(state, "", value) : DESCRIBES.test(text) && GIVES_HOST.test(text);
    if (gives) reportHost(run, state, "container", api);
  }
}

function describes(state: State, value: Value): boolean {
  if (value.k !== "ref") return false;
  const { props } = state.read(value.addr);
  const spec = props.get("s:spec");
  return props.has("s:HostConfig") || (spec?.k === "ref" && state.read(spec.addr).props.has("s:containers"));
}

/** `containers.run(image, privileged=True)`, `createContainer({ HostConfig: { Binds: ["/:/host"] } })`. */
export const hostContainer: Builtin = (run, state, { callee, args }) => {
  const given = givenIn(args).map(([name, value]) => [OF_NODE.test(callee.path) && name === "path" ? "host_path" : name, value] as const);
  if (given.some(([name, value]) => givesHost(state, name, value))) reportHost(run, state, "container", callee.path);
  return undefined;
};
/** Part of a pod as an object of its own: `V1HostPathVolumeSource(path="/")`. */
const OF_NODE = /HostPathVolumeSource$/;
