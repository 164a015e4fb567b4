/** Engines of containers: what a container is given of its host, and what is removed with it. */
import { afterGlobal } from "./shell-containers.ts";
import { operands } from "./shell-files.ts";
import { type CommandMeaning, hasExpansion, holed, only, pathEffect, shown, words } from "./shell-meaning.ts";
import { baseName } from "./shell-wrappers.ts";
import { normalisePath } from "./targets.ts";

const ENGINES = words("docker podman nerdctl finch ctr docker-compose podman-compose");
const STARTS = words("run create exec");
/** Groups of commands in which something is started: `docker container run`, `docker compose run`, `ctr tasks exec`. */
const GROUPS = words("container compose service pod c containers t task tasks");
/** Rights over the kernel that lead out of a container. */
const CAPABILITY = /^(CAP_)?(ALL|SYS_ADMIN|SYS_MODULE|SYS_RAWIO|DAC_READ_SEARCH|BPF)$/i;
/** Directories of the host that hold its accounts, its secrets, its kernel or the control of its containers. */
const HOST_DIRECTORY =
  /^\/(etc|root|boot|proc|sys|dev|var|run|var\/run|var\/lib\/(docker|kubelet|containerd))?$|\/(docker|containerd|podman|crio)\.sock$/;
/** Whoever may write to the socket starts containers, however it is mounted. */
const SOCKET = /\.sock$/;

type Given = "nothing" | "reads" | "all";

/** null: no engine. */
export function engineMeaning(program: string, args: readonly string[]): CommandMeaning | null {
  if (program === "lxc" || program === "incus") return machineMeaning(args);
  if (!ENGINES.has(program)) return null;
  const given = afterGlobal(program, args);
  const [group = "", verb = ""] = operands(given);
  const starts = STARTS.has(group) || (GROUPS.has(group) && STARTS.has(verb));
  const host = starts ? hostGiven(given) : "nothing";
  if (host !== "nothing") return only(host === "all" ? "command.privilege" : "command.elevated");
  return starts || program === "ctr" ? only("command.build") : removalMeaning(program, args);
}

/** The most that an option gives: `--privileged`, `--pid host`, `-v /:/host`, `--mount type=bind,src=/etc,dst=/x,ro`. */
function hostGiven(args: readonly string[]): Given {
  const all = args.map((arg, i) => optionGives(...optionAt(arg, args[i + 1] ?? "")));
  return all.includes("all") ? "all" : all.includes("reads") ? "reads" : "nothing";
}

function optionAt(arg: string, next: string): [name: string, value: string] {
  const joined = /^(--[\w-]+)=(.*)$/s.exec(arg) ?? /^(-v)(.+)$/s.exec(arg);
  return joined === null ? [arg, next] : [joined[1] as string, joined[2] as string];
}

function optionGives(name: string, value: string): Given {
  switch (name) {
    case "--privileged":
      return value === "false" ? "nothing" : "all";
    case "--pid":
    case "--userns":
      return value === "host" ? "all" : "nothing";
    case "--cap-add":
      return CAPABILITY.test(value) ? "all" : "nothing";
    case "--device":
      return pathEffect("fs.write", value.split(":")[0] as string).classes.includes("path.device") ? "all" : "nothing";
    case "-v":
    case "--volume":
      return mountGives(value.split(":")[0] as string, /:([\w,]*,)?ro(,|$)/.test(value));
    case "--mount":
      return mountGives(/(?:^|,)(?:source|src)=([^,]*)/.exec(value)?.[1] ?? "", /(^|,)(readonly|ro)(=true)?(,|$)|\bro\b/.test(value));
    default:
      return "nothing";
  }
}

function mountGives(source: string, reads: boolean): Given {
  if (!source.startsWith("/") || hasExpansion(source)) return "nothing";
  const path = normalisePath(holed(source));
  if (!HOST_DIRECTORY.test(path)) return "nothing";
  return reads && !SOCKET.test(path) ? "reads" : "all";
}

/** `lxc launch image name -c security.privileged=true`, `lxc config device add name all disk source=/ path=/mnt`. */
function machineMeaning(args: readonly string[]): CommandMeaning | null {
  const line = args.map(holed).join(" ");
  const opens = /\bsecurity\.privileged[= ]true\b|\bdisk\b.*\bsource=\/(etc|root)?( |$)/.test(line);
  return opens ? only("command.privilege") : null;
}

function removalMeaning(program: string, args: readonly string[]): CommandMeaning {
  const removes = args.some((arg) => /^(rm|rmi|prune|kill|stop|down|remove|reset|leave)$/.test(arg));
  if (!removes) return only("command.build");
  // Images and containers that nothing uses are made again; volumes are not.
  const kept = args.some((arg) => /^(volume|system|-a|--all|--volumes)$/.test(arg));
  const everything =
    (args.includes("prune") && kept) ||
    /^system reset\b|^swarm leave .*(-f|--force)\b/.test(args.join(" ")) ||
    (args[0] === "volume" &&
      args
        .slice(2)
        .map(holed)
        .some((a) => /^(\{\?\}\s*)+$/.test(a))) ||
    args.some((arg) => /^-[a-z]*f/.test(arg) && args.map(holed).some((a) => /^(\{\?\}\s*)+$/.test(a)));
  const effect = { kind: "infra.change" as const, target: [program, ...args.map(shown)].join(" "), classes: [] };
  return { classes: ["command.build"], effects: [{ ...effect, ...(everything ? { args: { irreversible: true } } : {}) }], nested: [] };
}

/** What a pod asks of its node, in the text of its specification. */
const POD_OF_THE_HOST =
  /["']?\b(privileged|hostPID)\b["']?\s*:\s*["']?true|["']?hostPath["']?\s*:\s*\{?\s*["']?path["']?\s*:\s*["']?\/(etc|root|var\/run\/docker\.sock|run\/containerd\/containerd\.sock)?["']?\s*($|[,}\n])/;

/** `kubectl run x --overrides='{"spec":{"hostPID":true}}'`, `kubectl apply -f - <<EOF`, `kubectl debug node/x`; null: not so. */
export function podMeaning(program: string, args: readonly string[], input: string | null): CommandMeaning | null {
  const given = afterGlobal(program, args);
  const [verb = "", what = ""] = operands(given);
  const fed = given.some((a, i) => a === "-" && /^(-f|--filename)$/.test(given[i - 1] ?? "")) ? [input ?? ""] : [];
  if (/^(run|apply|create|patch|replace)$/.test(verb) && [...given, ...fed].some((text) => POD_OF_THE_HOST.test(text)))
    return only(verb === "run" ? "command.privilege" : "command.elevated");
  if (verb !== "debug" || !/^nodes?\//.test(what)) return null;
  return only(leavesContainer(given.slice(given.indexOf("--") + 1)) ? "command.privilege" : "command.elevated");
}

/** What it starts runs on the host, where the container may go there. */
export const leavesContainer = (argv: readonly string[]): boolean => /^(chroot|nsenter)$/.test(baseName(argv[0] ?? ""));
