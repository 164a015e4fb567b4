/** Command-line clients of databases, clusters, clouds and containers: what they are told to do somewhere else. */
import type { EffectKind } from "./effects.ts";
import { operands } from "./shell-files.ts";
import { type CommandMeaning, oneEffect, only, words } from "./shell-meaning.ts";
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

/** null: not such a client. */
export function clientMeaning(program: string, args: readonly string[]): CommandMeaning | null {
  const sql = SQL_CLIENTS[program];
  if (sql !== undefined) return sqlMeaning(sql === null ? (operands(args).slice(1).at(-1) ?? null) : sqlOption(args, sql));
  if (program === "dropdb") return oneEffect("db.drop", operands(args).join(" "), ["command.unknown"]);
  if (program === "redis-cli") return redisMeaning(args);
  if (program === "mongosh" || program === "mongo") return mongoMeaning(args);
  if (CONTAINERS.has(program)) return containerMeaning(program, args);
  const changes = CHANGES[program];
  const verbs = operands(args);
  if (changes === undefined && !CLOUDS.has(program)) return null;
  const verb = changes !== undefined ? verbs.find((word) => changes.has(word)) : verbs.slice(0, 4).find((word) => CLOUD_CHANGE.test(word));
  if (verb === undefined || args.some((arg) => /^--dry-run(=|$)/.test(arg))) return only("command.inspect");
  const whole = /^(kubectl|oc)$/.test(program) && verb === "delete" && args.some((arg) => WHOLE.test(arg));
  const ruins = whole || (changes !== undefined && verb === "destroy");
  const meaning = oneEffect("infra.change", [program, ...args].join(" "), [ruins ? "command.destructive" : "command.unknown"]);
  const gone = CLOUDS.has(program) && CLOUD_LOSS.test(verb) && !verbs.some((word) => CLOUD_SMALL.test(word));
  return gone ? { ...meaning, effects: meaning.effects.map((effect) => ({ ...effect, args: { destroys: true } })) } : meaning;
}

function sqlOption(args: readonly string[], option: RegExp): string | null {
  const joined = args.find((arg) => /^--\w+=/.test(arg) && option.test(arg.slice(0, arg.indexOf("="))));
  if (joined !== undefined) return joined.slice(joined.indexOf("=") + 1);
  const short = args.find((arg) => /^-[a-zA-Z]./.test(arg) && !arg.startsWith("--") && option.test(arg.slice(0, 2)));
  return optionValue(args, option) ?? short?.slice(2) ?? null;
}

function sqlMeaning(text: string | null): CommandMeaning {
  const statements = text === null ? [] : summariseSql(text);
  const effects = statements.map((statement) => ({ kind: statement.kind, target: statement.table, classes: [] }));
  return { classes: ["command.unknown"], effects, nested: [] };
}

function redisMeaning(args: readonly string[]): CommandMeaning {
  const command = args.find((arg) => /^(flushall|flushdb)$/i.test(arg));
  return command === undefined ? only("command.unknown") : oneEffect("db.drop", command, ["command.unknown"]);
}

function mongoMeaning(args: readonly string[]): CommandMeaning {
  const code = optionValue(args, /^--eval$/) ?? args.find((arg) => arg.startsWith("--eval="))?.slice("--eval=".length) ?? "";
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
  return removes ? oneEffect("infra.change", [program, ...args].join(" "), ["command.build"]) : only("command.build");
}

const reachesHost = (arg: string, before: string): boolean =>
  HOST_OPTION.test(arg) || ((/^(-v|--volume)$/.test(before) || /^(-v|--volume=)/.test(arg)) && HOST_MOUNT.test(arg));
