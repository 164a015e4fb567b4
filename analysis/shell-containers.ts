/** Commands that run in a container: read as commands there, with the host's directories that it was given in the place of its own. */
import { type CommandEffect, type CommandMeaning, isRuinous, pathEffect } from "./shell-meaning.ts";
import { normalisePath } from "./targets.ts";

/** `run` makes a container that is gone afterwards; `exec` goes into one that works. */
export type Contained = {
  readonly how: "run" | "exec";
  readonly argv: readonly string[];
  /** Directories of the host, by where the container sees them. */
  readonly mounts: ReadonlyMap<string, string>;
};

/** Options whose value is the next word. */
const RUN_VALUES =
  /^(-[vpewulhm]|--(exec-id|mount|runtime|volume|publish|env|env-file|name|network|net|workdir|user|entrypoint|cpus|cpuset-cpus|memory|label|add-host|hostname|device|cap-add|cap-drop|security-opt|restart|platform|shm-size|gpus|ipc|pid|userns|volumes-from|tmpfs|log-driver|log-opt|ulimit|dns|link|expose|pull|runtime|index|detach-keys))$/;
const COMPOSE_VALUES = /^(-[fp]|--(file|project-name|project-directory|env-file|profile))$/;
const KUBECTL_VALUES = /^(-[ncfl]|--(namespace|container|context|kubeconfig|cluster|user|image|overrides|filename))$/;

/** Options before the verb whose value is the next word. */
const GLOBAL_VALUES: Readonly<Record<string, RegExp>> = {
  docker: /^(-[Hcl]|--(host|context|config|log-level|tls\w+))$/,
  podman: /^(-c|--(url|connection|identity|root|runroot|storage-driver|log-level))$/,
  nerdctl: /^(-[naH]|--(namespace|address|host|snapshotter|data-root|cni-path))$/,
  ctr: /^(-[na]|--(namespace|address|timeout))$/,
  finch: /^(-n|--namespace)$/,
  "docker-compose": COMPOSE_VALUES,
  "podman-compose": COMPOSE_VALUES,
  kubectl: KUBECTL_VALUES,
  oc: KUBECTL_VALUES,
};

/** What is left of the arguments from the verb on: `docker -H x run` is `run`. */
export const afterGlobal = (program: string, args: readonly string[]): readonly string[] =>
  args.slice(operandAt(args, 0, GLOBAL_VALUES[program] ?? /^\b$/));

/** The first word that is no option, from `at` on. */
function operandAt(args: readonly string[], at: number, valued: RegExp): number {
  let i = at;
  while (i < args.length && (args[i] as string).startsWith("-")) i += valued.test(args[i] as string) ? 2 : 1;
  return i;
}

/** null: the program starts nothing in a container. */
export function containedCommand(program: string, args: readonly string[]): Contained | null {
  if (/^(docker|podman|nerdctl|crictl|finch)$/.test(program)) return dockerCommand(afterGlobal(program, args));
  if (program === "ctr") return ctrCommand(afterGlobal(program, args));
  if (program === "docker-compose" || program === "podman-compose") return composeCommand(args, 0);
  if (/^(kubectl|oc|lxc|lxc-attach|incus|multipass|distrobox|toolbox)$/.test(program)) return afterDashes(program, args);
  return null;
}

function dockerCommand(args: readonly string[]): Contained | null {
  let at = 0;
  if (args[at] === "compose") return composeCommand(args, at + 1);
  if (args[at] === "container") at++;
  const verb = args[at];
  if (verb !== "run" && verb !== "exec") return null;
  const named = operandAt(args, at + 1, RUN_VALUES);
  return startedIn(verb, args.slice(at + 1, named), args.slice(named + 1));
}

/** `ctr run IMAGE ID PROGRAM`, `ctr tasks exec --exec-id x ID PROGRAM`. */
function ctrCommand(args: readonly string[]): Contained | null {
  const at = args.findIndex((a) => a === "run" || a === "exec");
  if (at < 0) return null;
  const named = operandAt(args, at + 1, RUN_VALUES);
  const verb = args[at] as "run" | "exec";
  return startedIn(verb, args.slice(at + 1, named), args.slice(named + (verb === "run" ? 2 : 1)));
}

function composeCommand(args: readonly string[], from: number): Contained | null {
  const at = operandAt(args, from, COMPOSE_VALUES);
  const verb = args[at];
  if (verb !== "run" && verb !== "exec") return null;
  const named = operandAt(args, at + 1, RUN_VALUES);
  // A service keeps its data: what runs beside it reaches the same.
  return startedIn("exec", args.slice(at + 1, named), args.slice(named + 1));
}

function startedIn(how: "run" | "exec", options: readonly string[], words: readonly string[]): Contained | null {
  const at = options.findIndex((o) => o === "--entrypoint" || o.startsWith("--entrypoint="));
  const entry = at < 0 ? [] : [(options[at] as string).split("=")[1] ?? options[at + 1] ?? ""];
  const argv = [...entry, ...words];
  return argv.length === 0 ? null : { how, argv, mounts: mountsOf(options) };
}

/** `kubectl exec pod -- cmd`; without the dashes the command follows the name. */
function afterDashes(program: string, args: readonly string[]): Contained | null {
  const goesIn = /^(lxc-attach|distrobox|toolbox)$/.test(program) || args.some((a) => /^(exec|rsh|debug|run)$/.test(a));
  if (!goesIn) return null;
  const dashes = args.indexOf("--");
  const verb = args.findIndex((a) => a === "exec" || a === "rsh");
  const after = verb < 0 ? args.length : operandAt(args, verb + 1, KUBECTL_VALUES) + 1;
  const argv = dashes >= 0 ? args.slice(dashes + 1) : args.slice(after);
  return argv.length === 0 ? null : { how: args.includes("run") ? "run" : "exec", argv, mounts: new Map() };
}

function mountsOf(options: readonly string[]): Map<string, string> {
  const out = new Map<string, string>();
  for (const [i, option] of options.entries()) {
    const before = options[i - 1] ?? "";
    const volume = /^(-v|--volume)$/.test(before) ? option : /^(?:-v|--volume=)(.+)/.exec(option)?.[1];
    const mount = before === "--mount" ? option : /^--mount=(.+)/.exec(option)?.[1];
    const [from, to] = volume?.split(":") ?? [
      /\b(?:source|src)=([^,]*)/.exec(mount ?? "")?.[1],
      /\b(?:target|dst|destination)=([^,]*)/.exec(mount ?? "")?.[1],
    ];
    if (from !== undefined && to !== undefined) out.set(to.replace(/\/$/, ""), from.replace(/\/$/, ""));
  }
  return out;
}

/** Where images keep what they were built from, and what nobody misses. */
const OF_THE_IMAGE =
  /^\/(app|src|code|work|workspace|build|builds|usr\/src|opt\/app|srv\/app|tmp|var\/tmp|var\/cache|cache|home\/(app|node))(\/|$)/;
/** What only concerns the container that it happens in. */
const STAYS = /^(system\.control|process\.(signal|spawn)|resource\.exhaust)$/;
const KEPT_READS = new Set(["path.credentials"]);
const KEPT_WRITES = new Set(["path.credentials", "path.persistence"]);

/** What a command does when it does it in a container. */
export function insideContainer(meaning: CommandMeaning, { how, mounts }: Contained): CommandMeaning {
  const effects = meaning.effects.flatMap((effect) => placed(effect, how, mounts));
  const trees = meaning.effects.filter((e) => e.kind === "fs.delete_tree");
  const ruins = effects.some((e) => e.kind === "fs.delete_tree" && isRuinous(e)) || (trees.length === 0 && how === "exec");
  const classes = meaning.classes.filter(
    (c) => c !== "command.privilege" && c !== "command.persistence" && c !== "command.process" && (c !== "command.destructive" || ruins),
  );
  return { classes, effects, nested: how === "exec" ? meaning.nested : [] };
}

function placed(effect: CommandEffect, how: Contained["how"], mounts: Contained["mounts"]): CommandEffect[] {
  if (STAYS.test(effect.kind)) return [];
  if (!effect.kind.startsWith("fs.")) return [effect];
  const path = normalisePath(effect.target);
  for (const [inside, outside] of mounts)
    if (path === inside || path.startsWith(`${inside}/`) || path === `${inside}*`) {
      const onHost = pathEffect(effect.kind, outside + path.slice(inside.length));
      return onHost.classes.every((c) => c === "path.workspace") ? [] : [{ ...effect, target: onHost.target, classes: onHost.classes }];
    }
  if (how === "run" || OF_THE_IMAGE.test(path) || !path.startsWith("/")) return [];
  if (effect.kind === "fs.delete_tree") return [effect];
  const kept = effect.kind === "fs.read" ? KEPT_READS : KEPT_WRITES;
  return effect.classes.some((c) => kept.has(c)) ? [effect] : [];
}
