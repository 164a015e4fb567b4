/** Command-line clients of databases, clusters, clouds and containers: what they are told to do somewhere else. */
import { databaseMeaning } from "./shell-databases.ts";
import { engineMeaning, podMeaning } from "./shell-engines.ts";
import { type Output, programText } from "./shell-expand.ts";
import { operands } from "./shell-files.ts";
import { gitMeaning } from "./shell-git.ts";
import {
  type CommandEffect,
  type CommandMeaning,
  classesLabels,
  hasExpansion,
  NOTHING,
  oneEffect,
  only,
  pathEffect,
  shown,
  words,
} from "./shell-meaning.ts";
import { optionValue } from "./shell-wrappers.ts";

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
  /^(delete|terminate|stop|start|create|put|update|modify|remove|rm|rb|mb|sync|mv|deploy|scale|run|attach|detach|revoke|authorize|reboot|destroy|purge|schedule|disable)(-|$)/;
/** What is gone after it, and what is too small to ask about. */
const CLOUD_LOSS = /^(delete|terminate|destroy|purge|rb)(-|$)/;
const CLOUD_SMALL = /^delete-(object|item|message|tags?|log-events|alarms?)$/;
/** Verbs after which there is no way back. */
const IRREVERSIBLE = /^(delete|terminate|destroy|remove|rm|rb|purge|uninstall|drain|prune|erase|wipe|detonate|deregister|revoke)(-|$)/;
/** Keys and roles that somebody else may use from then on. */
const GRANTS =
  /^(create-access-key|create-login-profile|attach-(user|role|group)-policy|put-(user|role|bucket)-policy|add-user-to-group|add-iam-policy-binding|update-assume-role-policy|put-bucket-acl|stop-logging|schedule-key-deletion|disable-key|create-for-rbac)$/;

type Surroundings = { readonly input: Output | null; readonly contentOf: (path: string) => Output };

/** `k3s kubectl delete`, `k delete`, `terragrunt run-all destroy`: a client under another name. */
function asClient(program: string, args: readonly string[]): [program: string, args: readonly string[]] {
  if (/^(k3s|microk8s|minikube|k0s|rke2)$/.test(program) && args[0] === "kubectl") return ["kubectl", args.slice(args[1] === "--" ? 2 : 1)];
  if (/^(k|kubecolor)$/.test(program)) return ["kubectl", args];
  if (/^(terragrunt|cdktf)$/.test(program)) return ["terraform", args.filter((a) => a !== "run-all")];
  return [program, args];
}

/** null: not such a client. `input`: statements may come on standard input. */
export function clientMeaning(given: string, all: readonly string[], around: Surroundings): CommandMeaning | null {
  const { input } = around;
  const [program, args] = asClient(given, all);
  const database = databaseMeaning(program, args, around);
  if (database !== null) return database;
  if (program === "git") return gitMeaning(args);
  const store = storeMeaning(program, args);
  if (store !== null) return store;
  const engine = engineMeaning(program, args);
  if (engine !== null) return engine;
  const pod = program === "kubectl" || program === "oc" ? podMeaning(program, args, programText(input)) : null;
  if (pod !== null) return pod;
  if (/^(aws|gsutil|az|s3cmd|mc|b2)$/.test(program)) {
    const copied = objectMeaning(program, args);
    if (copied !== null) return copied;
  }
  const wiped = wipeMeaning(program, args);
  if (wiped !== null) return wiped;
  const changes = CHANGES[program];
  if (changes === undefined && !CLOUDS.has(program)) return null;
  return changeMeaning(program, args, changes);
}

/** Frameworks' tools that drop what they manage: `prisma migrate reset`, `manage.py flush`, `rails db:drop`. */
const RESETS =
  /(^|[\s/])(prisma (migrate reset|db push .*--force-reset)|alembic downgrade base|flask db downgrade base|(rails|rake|sequelize|sequelize-cli) db:(drop|reset|schema:load|drop:all)|artisan (migrate:(fresh|reset)|db:wipe)|typeorm schema:drop|mikro-orm schema:(drop|fresh)|drizzle-kit drop|ecto\.(drop|reset)|mix ecto\.(drop|reset)|diesel database reset|sqlx database (drop|reset)|supabase db reset|django-admin flush|manage\.py (flush|reset_db|sqlflush)|knex migrate:rollback --all|hasura metadata clear)\b/;
export function resetMeaning(full: readonly string[]): CommandMeaning {
  const line = full.join(" ");
  return RESETS.test(line) ? oneEffect("db.drop", line, ["command.build"]) : NOTHING;
}

/** Stores and hosts of code: what removes a whole container of things at once, by client. */
const WIPES: Readonly<Record<string, RegExp>> = {
  gsutil: /^(-\S+ )*rm .*(-r\b|\*)|^(-\S+ )*rb /,
  gcloud: /^storage rm .*(-r\b|--recursive|\*\*)/,
  az: /^storage (blob|fs) (delete-batch|directory delete)/,
  s3cmd: /^(del|rm|rb) .*(-r\b|--recursive|--force)|^(del|rm|rb) (-r|--recursive|--force)/,
  mc: /^(rm|rb) .*(--recursive|--force)/,
  b2: /^(delete-bucket|bucket delete|rm .*-r)/,
  rclone: /^(delete|purge|rmdirs|cleanup) /,
  gh: /^((repo|org|project|gist|environment) (delete|archive|transfer)|api .*(-X|--method)[ =]?DELETE (.* )?\/?(repos|orgs|gists)\/[^/ ]+(\/[^/ ]+)? )/i,
  glab: /^(repo|project) (delete|archive|transfer)/,
  eksctl: /^delete /,
  kubeadm: /^reset /,
  flux: /^uninstall /,
  argocd: /^(app|proj|cluster) (delete|rm) /,
  istioctl: /^(x )?uninstall /,
  helmfile: /^(-\S+ )*(destroy|delete) /,
  pulumi: /^stack rm .*(--yes|-y|--force|-f)\b/,
  sam: /^delete /,
  serverless: /^remove /,
  sls: /^remove /,
  copilot: /^(app|env|svc|job) delete /,
  nomad: /^(job stop|stop) .*-purge|^namespace delete /,
  "linode-cli": /^\S+ (\S+-)?delete /,
  "vultr-cli": /^\S+ delete /,
  scw: /^(\S+ )+delete /,
  oci: /^(\S+ )+(terminate|delete) /,
  ibmcloud: /^(\S+ )*(\S+-)?(delete|rm) /,
  fly: /^(apps|volumes?|machines?|postgres) (destroy|delete) |^destroy /,
  flyctl: /^(apps|volumes?|machines?|postgres) (destroy|delete) |^destroy /,
  railway: /^(down|delete) /,
  multipass: /^(delete .*(--purge|-p)\b|purge )/,
  vercel: /^(rm|remove|project rm) /,
  netlify: /^sites:delete/,
  wrangler: /^(delete|d1 delete|kv:namespace delete|r2 bucket delete)/,
  firebase: /^(firestore:delete|database:remove|projects:delete|hosting:disable)/,
  vault: /^(kv (destroy|metadata delete)|secrets disable|lease revoke -prefix)/,
  consul: /^kv delete .*-recurse/,
  etcdctl: /^del .*(--prefix|--from-key)/,
  rabbitmqadmin: /^(purge|delete) /,
  rabbitmqctl: /^(reset|force_reset|purge_queue|delete_)/,
  influx: /^(delete|bucket delete|org delete)/,
  hcloud: /^\S+ delete /,
  bq: /^(-\S+ )*rm .*-(r|f)\b/,
  heroku: /^(apps:destroy|pg:reset|addons:destroy) /,
};

function wipeMeaning(program: string, args: readonly string[]): CommandMeaning | null {
  const line = args.map(shown).join(" ");
  if (!Object.hasOwn(WIPES, program) || WIPES[program]?.test(`${line} `) !== true || /--dry-?run/.test(line)) return null;
  const effect = { kind: "infra.change" as const, target: `${program} ${line}`, classes: [], args: { destroys: true } };
  return { classes: ["command.unknown"], effects: [effect], nested: [] };
}

function changeMeaning(program: string, args: readonly string[], changes: ReadonlySet<string> | undefined): CommandMeaning {
  const verbs = operands(args);
  const verb =
    changes !== undefined
      ? verbs.find((word) => changes.has(word))
      : verbs.slice(0, 4).find((word) => CLOUD_CHANGE.test(word) || GRANTS.test(word));
  if (verb === undefined || args.some((arg) => /^--dry-?run(=|$)/.test(arg))) return only("command.inspect");
  if (isOwnCluster(args)) return only("command.build");
  const whole = /^(kubectl|oc)$/.test(program) && verb === "delete" && args.some((arg) => WHOLE.test(arg));
  const destroys = changes !== undefined && (verb === "destroy" || args.includes("-destroy"));
  const ruins = whole || destroys || (/^(rm|rb)$/.test(verb) && args.some((a) => /^(--recursive|--force|-r|-rf)$/.test(a)));
  const single = /^(kubectl|oc)$/.test(program) && verb === "delete";
  const unasked = args.some((a) => /^(-auto-approve|--auto-approve|--yes|-y|--quiet|-q)$/.test(a)) && changes !== undefined;
  const small = verbs.some((word) => CLOUD_SMALL.test(word));
  const gone = CLOUDS.has(program) && CLOUD_LOSS.test(verb) && !small;
  const open = verb.startsWith("authorize") && args.some((a) => /^(0\.0\.0\.0\/0|::\/0)$/.test(a));
  // What kind of thing goes is not known: `kubectl delete "$what"`.
  const anything = single && hasExpansion(verbs[verbs.indexOf(verb) + 1] ?? "");
  const irreversible = (!single && !small && (IRREVERSIBLE.test(verb) || GRANTS.test(verb) || unasked)) || open || anything;
  const target = [program, ...args.map(shown)].join(" ");
  const effect = {
    kind: "infra.change" as const,
    target,
    classes: [],
    ...(gone ? { args: { destroys: true } } : irreversible ? { args: { irreversible: true } } : {}),
  };
  return { classes: [ruins ? "command.destructive" : "command.unknown"], effects: [effect], nested: [] };
}

/** `--context kind-test`: a cluster on this machine that was made for trying things. */
function isOwnCluster(args: readonly string[]): boolean {
  const context = optionValue(args, /^--(kube-?)?context$/) ?? args.find((a) => /^--(kube-?)?context=/.test(a))?.replace(/^[^=]*=/, "");
  return context != null && /^(kind-|k3d-|minikube|docker-desktop|rancher-desktop|colima|orbstack|microk8s)/.test(context);
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

type Loss = { readonly kind: "db.drop" | "infra.change"; readonly words: RegExp };
/** Stores and frameworks whose tools empty or drop what they keep: the command line after the program's name. */
const LOSSES: Readonly<Record<string, Loss>> = {
  mysqladmin: { kind: "db.drop", words: /\bdrop\b/ },
  pg_dropcluster: { kind: "db.drop", words: /./ },
  etcdctl: { kind: "db.drop", words: /\bdel\b.*(--prefix|--from-key)/ },
  consul: { kind: "db.drop", words: /\bkv delete\b.*-recurse/ },
  vault: { kind: "infra.change", words: /\b(secrets disable|kv (destroy|metadata delete)|operator seal|delete|auth disable)\b/ },
  rabbitmqctl: { kind: "infra.change", words: /\b(reset|force_reset|delete_\w+|purge_queue)\b/ },
  "kafka-topics": { kind: "infra.change", words: /--delete\b/ },
  "kafka-topics.sh": { kind: "infra.change", words: /--delete\b/ },
  influx: { kind: "db.drop", words: /\b(delete|bucket delete|drop)\b/i },
  nodetool: { kind: "db.drop", words: /\b(clearsnapshot|removenode|decommission|truncatehints)\b/ },
  wp: { kind: "db.drop", words: /\bdb (drop|reset|clean)\b/ },
  rails: { kind: "db.drop", words: /\bdb:(drop|reset|schema:load|truncate_all)\b/ },
  rake: { kind: "db.drop", words: /\bdb:(drop|reset|schema:load|truncate_all)\b/ },
  artisan: { kind: "db.drop", words: /\b(migrate:(fresh|reset|refresh)|db:wipe)\b/ },
  php: { kind: "db.drop", words: /^\S*(artisan|console) (migrate:(fresh|reset|refresh)|db:wipe|doctrine:(database|schema):drop)\b/ },
  prisma: { kind: "db.drop", words: /\bmigrate reset\b|\bdb push\b.*--force-reset/ },
  supabase: { kind: "db.drop", words: /\bdb reset\b/ },
  firebase: { kind: "db.drop", words: /\b(firestore:delete|database:remove)\b/ },
  "sequelize-cli": { kind: "db.drop", words: /\bdb:drop\b|migrate:undo:all/ },
  sequelize: { kind: "db.drop", words: /\bdb:drop\b|migrate:undo:all/ },
  typeorm: { kind: "db.drop", words: /\bschema:drop\b/ },
  gh: { kind: "infra.change", words: /^(repo|release|secret|variable|run|workflow) (delete|remove|archive)\b/ },
  glab: { kind: "infra.change", words: /^(repo|project|release|variable) delete\b/ },
};
/** Programs that start such a tool by its name. */
const RUNS_TOOLS = words("npx pnpx bunx bundle yarn pnpm");

function storeMeaning(program: string, args: readonly string[]): CommandMeaning | null {
  if (RUNS_TOOLS.has(program)) {
    const at = args.findIndex((a) => !a.startsWith("-") && !/^(exec|dlx|run)$/.test(a));
    return at < 0 || RUNS_TOOLS.has(args[at] as string) ? null : storeMeaning(args[at] as string, args.slice(at + 1));
  }
  const loss = Object.hasOwn(LOSSES, program) ? LOSSES[program] : undefined;
  if (loss === undefined || !loss.words.test(args.join(" ")) || args.some((a) => /^--(dry-run|help)$/.test(a))) return null;
  const effect = { kind: loss.kind, target: [program, ...args.map(shown)].join(" "), classes: [] };
  const facts = loss.kind === "infra.change" ? { args: { destroys: true } } : {};
  return { classes: ["command.unknown"], effects: [{ ...effect, ...facts }], nested: [] };
}
