/** Command-line clients of databases, clusters, clouds and containers: what they are told to do somewhere else. */
import type { EffectKind } from "./effects.ts";
import type { Output } from "./shell-expand.ts";
import { operands } from "./shell-files.ts";
import { gitMeaning } from "./shell-git.ts";
import { type CommandEffect, type CommandMeaning, classesLabels, oneEffect, only, pathEffect, shown, words } from "./shell-meaning.ts";
import { optionValue } from "./shell-wrappers.ts";
import { summariseSql } from "./sql-summary.ts";

/** Option that carries SQL; the last operand for the others. */
const SQL_CLIENTS: Readonly<Record<string, RegExp | null>> = {
  mysql: /^(-e|--execute)$/,
  mariadb: /^(-e|--execute)$/,
  psql: /^(-c|--command)$/,
  cqlsh: /^(-e|--execute)$/,
  sqlcmd: /^-[qQ]$/,
  "clickhouse-client": /^(-q|--query)$/,
  duckdb: null,
  sqlite3: null,
};

/** Verbs that change what is deployed, by client; the words before them may be groups of commands. */
const CHANGES: Readonly<Record<string, ReadonlySet<string>>> = {
  kubectl: words("delete apply create replace patch scale drain cordon rollout set edit taint annotate label autoscale"),
  oc: words("delete apply create replace patch scale drain rollout set edit"),
  helm: words("install upgrade uninstall delete rollback"),
  terraform: words("apply destroy import taint"),
  tofu: words("apply destroy import taint"),
  pulumi: words("up destroy cancel refresh"),
  cdk: words("deploy destroy"),
};
/** What `kubectl delete` takes down with all that is in it. */
const WHOLE = /^(ns|namespaces?|all|nodes?|pv|persistentvolumes?|crds?|customresourcedefinitions?|--all|--all-namespaces|-A)$/;
/** Verbs of the clouds' clients: `aws ec2 terminate-instances`, `gcloud compute instances delete`, `az vm stop`. */
const CLOUDS = words("aws gcloud az doctl flyctl heroku");
const CLOUD_CHANGE =
  /^(delete|terminate|stop|start|create|put|update|modify|remove|rm|rb|mb|sync|mv|deploy|scale|run|attach|detach|revoke|authorize|reboot|destroy)(-|$)/;
/** What is gone after it, and what is too small to ask about. */
const CLOUD_LOSS = /^(delete|terminate|destroy|rb)(-|$)/;
const CLOUD_SMALL = /^delete-(object|item|message|tags?|log-events|alarms?)$/;
const CONTAINERS = words("docker podman nerdctl");
/** Options of `docker run` that give the container the host: `--privileged`, `-v /:/host`. */
const HOST_OPTION = /^(--privileged|--(pid|net|network|userns)=host|--cap-add=(ALL|SYS_ADMIN)|--device=.*)$/;
const HOST_MOUNT = /^(?:--volume=|-v)?\/(?:etc|root|var\/run\/docker\.sock|proc|sys)?:/;

/** Verbs after which there is no way back. */
const IRREVERSIBLE = /^(delete|terminate|destroy|remove|rm|rb|purge|uninstall|drain|prune|erase|wipe|detonate|deregister|revoke)(-|$)/;
/** Keys and roles that somebody else may use from then on. */
const GRANTS =
  /^(create-access-key|create-login-profile|attach-(user|role|group)-policy|put-(user|role|bucket)-policy|add-user-to-group|add-iam-policy-binding|update-assume-role-policy|put-bucket-acl)$/;

/** null: not such a client. `input`: statements may come on standard input. */
export function clientMeaning(program: string, args: readonly string[], input: Output | null): CommandMeaning | null {
  const sql = SQL_CLIENTS[program];
  if (sql !== undefined) return sqlMeaning(sql === null ? (operands(args).slice(1).at(-1) ?? null) : sqlOption(args, sql), input);
  if (program === "dropdb" || program === "dropuser") return oneEffect("db.drop", operands(args).join(" "), ["command.unknown"]);
  if (program === "redis-cli") return redisMeaning([...args, ...(input?.text ?? "").split(/\s+/)]);
  if (program === "mongosh" || program === "mongo") return mongoMeaning(args, input);
  if (program === "git") return gitMeaning(args);
  if (CONTAINERS.has(program)) return containerMeaning(program, args);
  if (/^(aws|gsutil|az|s3cmd|mc|b2)$/.test(program)) {
    const copied = objectMeaning(program, args);
    if (copied !== null) return copied;
  }
  const changes = CHANGES[program];
  if (changes === undefined && !CLOUDS.has(program)) return null;
  return changeMeaning(program, args, changes);
}

function changeMeaning(program: string, args: readonly string[], changes: ReadonlySet<string> | undefined): CommandMeaning {
  const verbs = operands(args);
  const verb =
    changes !== undefined
      ? verbs.find((word) => changes.has(word))
      : verbs.slice(0, 4).find((word) => CLOUD_CHANGE.test(word) || GRANTS.test(word));
  if (verb === undefined || args.some((arg) => /^--dry-?run(=|$)/.test(arg))) return only("command.inspect");
  const whole = /^(kubectl|oc)$/.test(program) && verb === "delete" && args.some((arg) => WHOLE.test(arg));
  const destroys = changes !== undefined && (verb === "destroy" || args.includes("-destroy"));
  const ruins = whole || destroys || (/^(rm|rb)$/.test(verb) && args.some((a) => /^(--recursive|--force|-r|-rf)$/.test(a)));
  const single = /^(kubectl|oc)$/.test(program) && verb === "delete";
  const unasked = args.some((a) => /^(-auto-approve|--auto-approve|--yes|-y|--quiet|-q)$/.test(a)) && changes !== undefined;
  const small = verbs.some((word) => CLOUD_SMALL.test(word));
  const gone = CLOUDS.has(program) && CLOUD_LOSS.test(verb) && !small;
  const irreversible = !single && !small && (IRREVERSIBLE.test(verb) || GRANTS.test(verb) || unasked);
  const target = [program, ...args.map(shown)].join(" ");
  const effect = {
    kind: "infra.change" as const,
    target,
    classes: [],
    ...(gone ? { args: { destroys: true } } : irreversible ? { args: { irreversible: true } } : {}),
  };
  return { classes: [ruins ? "command.destructive" : "command.unknown"], effects: [effect], nested: [] };
}

/** `aws s3 cp FILE s3://bucket/`: a file of this machine in a store of the cloud, or the other way. */
function objectMeaning(program: string, args: readonly string[]): CommandMeaning | null {
  const remote = /^(s3|gs|b2|https?):\/\//;
  const verbs = operands(args);
  const at = verbs.findIndex((v) => /^(cp|sync|mv|put|upload|rsync|mirror)$/.test(v));
  if (at < 0) return null;
  const file = optionValue(args, /^(-f|--file|--source|-s|--source-file)$/);
  const paths = file === null ? verbs.slice(at + 1) : [file];
  const effects: CommandEffect[] = paths
    .filter((p) => !remote.test(p))
    .map((p, i) => pathEffect(file === null && i === 0 && remote.test(paths[0] ?? "") ? "fs.write" : "fs.read", p)); // prettier-ignore
  const host = paths.find((p) => remote.test(p)) ?? program;
  const sends = file !== null || remote.test(paths.at(-1) ?? "");
  if (sends) {
    const labels = [...new Set(effects.flatMap((e) => [...classesLabels(e.classes)]))];
    effects.push({ kind: "net.send", target: shown(host), classes: ["host.public"], labels });
  }
  return {
    classes: ["command.network"],
    effects: effects.filter((e) => e.kind === "net.send" || !e.classes.every((c) => c === "path.workspace")),
    nested: [],
  };
}

function sqlOption(args: readonly string[], option: RegExp): string | null {
  const joined = args.find((arg) => /^--\w+=/.test(arg) && option.test(arg.slice(0, arg.indexOf("="))));
  if (joined !== undefined) return joined.slice(joined.indexOf("=") + 1);
  const short = args.find((arg) => /^-[a-zA-Z]./.test(arg) && !arg.startsWith("--") && option.test(arg.slice(0, 2)));
  return optionValue(args, option) ?? short?.slice(2) ?? null;
}

function sqlMeaning(text: string | null, input: Output | null): CommandMeaning {
  const statements = [text, input?.text ?? null].flatMap((t) => (t === null ? [] : summariseSql(t)));
  const effects = statements.map((statement) => ({ kind: statement.kind, target: statement.table, classes: [] }));
  return { classes: ["command.unknown"], effects, nested: [] };
}

function redisMeaning(args: readonly string[]): CommandMeaning {
  const command = args.find((arg) => /^(flushall|flushdb)$/i.test(arg));
  return command === undefined ? only("command.unknown") : oneEffect("db.drop", command, ["command.unknown"]);
}

function mongoMeaning(args: readonly string[], input: Output | null): CommandMeaning {
  const given = optionValue(args, /^--eval$/) ?? args.find((arg) => arg.startsWith("--eval="))?.slice("--eval=".length) ?? "";
  const code = `${given}\n${input?.text ?? ""}`.trim();
  const kind: EffectKind | null = /\.(dropDatabase|drop)\s*\(/.test(code)
    ? "db.drop"
    : /\.(deleteMany|remove)\s*\(\s*(\{\s*\}\s*)?\)/.test(code)
      ? "db.delete_all"
      : null;
  return kind === null ? only("command.unknown") : oneEffect(kind, code, ["command.unknown"]);
}

function containerMeaning(program: string, args: readonly string[]): CommandMeaning {
  const [group, verb] = operands(args);
  const runs = group === "run" || group === "create" || group === "exec" || (group === "container" && verb === "run");
  if (runs && args.some((arg, i) => reachesHost(arg, args[i - 1] ?? ""))) return only("command.privilege");
  const removes = args.some((arg) => /^(rm|rmi|prune|kill|stop|down|remove)$/.test(arg));
  if (!removes) return only("command.build");
  const everything = args.includes("prune") || args.some((arg) => /^-[a-z]*f/.test(arg) && args.some((a) => /\ue000|\{\?\}/.test(a)));
  const effect = { kind: "infra.change" as const, target: [program, ...args.map(shown)].join(" "), classes: [] };
  return { classes: ["command.build"], effects: [{ ...effect, ...(everything ? { args: { irreversible: true } } : {}) }], nested: [] };
}

const reachesHost = (arg: string, before: string): boolean =>
  HOST_OPTION.test(arg) ||
  ((/^(-v|--volume)$/.test(before) || /^(-v|--volume=)/.test(arg)) && HOST_MOUNT.test(arg)) ||
  ((before === "--mount" || arg.startsWith("--mount=")) &&
    /(^|,|=)(source|src)=\/(?:etc|root|var\/run\/docker\.sock|proc|sys)?(,|$)/.test(arg));
