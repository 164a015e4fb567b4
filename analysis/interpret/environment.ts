/** How sensitive the value of an environment variable is, by its name. */
import type { Label } from "../effects.ts";
import type { ApiModel } from "../models.ts";
import type { State } from "../state.ts";
import { mergeLabels, type Value } from "../values.ts";
import type { CallArgs } from "./call-args.ts";
import { isNullish } from "./kinds-of-values.ts";
import { PATH_LABEL } from "./path-label.ts";
import { rememberedVariable } from "./remembered.ts";
import type { Run } from "./run.ts";

/** Names of settings that are meant for others: where, in what version, for whom. */
const SETTING =
  /(^|_)(CHAT(_ID)?|CHANNEL|REGION|ZONE|STAGE|ENV|ENVIRONMENT|VERSION|MODEL|LOCALE|LANG|TZ|TIMEZONE|PROJECT|BUCKET|QUEUE|TOPIC|TENANT|TEAM|NAMESPACE|LEVEL|PORT|LIMIT|TIMEOUT|FROM|TO|RECIPIENTS?|SENDER|BRANCH|REPO(SITORY)?)$/;

/** Names of what opens a door, or of where it is with the key in it. */
const SENSITIVE =
  /(^|_)(KEY|TOKEN|SECRET|PASS|PASSWD|PASSWORD|PASSPHRASE|PWD|CREDENTIALS?|AUTH|COOKIES?|PRIVATE|CERT|DSN|JWT|PAT|SEED|MNEMONIC|KUBECONFIG|CONNECTION_STRING)(_|$)|^(DATABASE|DB|MONGO(DB)?|REDIS|POSTGRES(QL)?|PG|MYSQL|AMQP|RABBITMQ|KAFKA|SENTRY|SUPABASE)_?\w*_UR[IL]$|^(AWS|AZURE|GCP|GOOGLE_APPLICATION)_/;

/** A setting of the program: worth a word at a place where things are dropped, and nowhere else. */
const NAMED: readonly Label[] = ["env.named"];

/** `name` null: all of them, or one that is not known. A region or a channel that is named tells nobody anything. */
export function variableLabels(run: Run, model: ApiModel, name: string | null): readonly Label[] {
  if (name === null) return model.labels;
  if (model.cause !== "env") return mergeLabels(model.labels, run.sensitivity.ofName(name));
  if (SETTING.test(name)) return [];
  const held = run.sensitivity.ofName(name);
  return mergeLabels(held, SENSITIVE.test(name) ? ["env.secret"] : NAMED);
}

/** Variables that name a place of the machine, whatever it is called there. */
const PLACES: ReadonlyMap<string, "{home}" | "{tmp}"> = new Map([
  ["HOME", "{home}"],
  ["USERPROFILE", "{home}"],
  ["TMPDIR", "{tmp}"],
]);

/** `os.environ.get("X", "default")`: what it is when nobody sets it is in the program. */
export function orDefault(run: Run, model: ApiModel, value: Value, args: CallArgs): Value {
  const fallback = model.cause === "env" ? (args.positional[1] ?? args.keywords.get("default")) : undefined;
  return fallback === undefined || isNullish(fallback) ? value : run.values.join2(value, fallback);
}

/** What is known of a variable's value: what the program itself has set, or the place that it names. */
export function knownVariable(run: Run, state: State, model: ApiModel, name: string): Value | undefined {
  return model.cause === "env" ? (rememberedVariable(state, name) ?? placeVariable(run, model, name)) : undefined;
}

/** `process.env.HOME` is the home directory. */
export function placeVariable(run: Run, model: ApiModel, name: string): Value | undefined {
  const place = model.cause === "env" ? PLACES.get(name) : undefined;
  return place === undefined ? undefined : run.values.template([{ cause: "local", labels: [], path: place }], [PATH_LABEL]);
}
