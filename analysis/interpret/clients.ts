/** Clients of services: what opens them stays with them, and none of their answers shows it. */
import type { ApiModel } from "../models.ts";
import type { ApiV } from "../values.ts";
import type { CallArgs } from "./call-args.ts";
import { inJs, type Run } from "./run.ts";

/** What comes back from somebody else is not what was said to them: a password opens a connection, and no row shows it. */
export const isClient = (model: ApiModel): boolean =>
  model.effects.some((e) => e.kind === null || e.kind === "net.fetch" || e.kind === "net.send") ||
  (model.returns !== null &&
    /^(db|requests|redis|pymongo|boto3|smtplib|http|slack_sdk|twilio|stripe|axios|pg|mongodb|sequelize|knex|ethers|web3|typeorm|elastic|ssh2|sftp|ftp)\./.test(
      model.returns,
    ));

/** Classes whose objects only hold what they are made of. */
const HOLDS =
  /(form|data|message|request|body|buffer|stream|blob|params|payload|embed|event|record|file|encoder|config|settings|options|namespace|model|item|row|entry|dict)$/i;

/** `new Octokit({ auth: token })`: a token opens the client of a library, and no answer of the client shows it. */
export function isOpened(run: Run, callee: ApiV, args: CallArgs): boolean {
  if (HOLDS.test(callee.path)) return false;
  if (CONNECTS.test(callee.path)) return true;
  if (inJs(run)) return args.isNew === true && !callee.path.startsWith("globalThis.");
  return /(^|\.)[A-Z]\w*$/.test(callee.path) && (BY_KEY.test(callee.path) || [...args.keywords.keys()].some((name) => OPENS.test(name)));
}
/** Classes that are there to speak for whoever has a key, or to check by it, whatever the parameter is called. */
const BY_KEY =
  /(Client|Webhook|WebhookParser|WebhookHandler|Validator|Verifier|Signer|Serializer|Cipher|Bot|A[pP][iI]|Session|Connection|Gateway|Authenticator)$/;
/** `Redis.from_url(url)`, `createClient(url, key)`: what they make is a connection by their own words. */
const CONNECTS =
  /(^|\.)([A-Z]\w*\.from_(url|uri|dsn|connection_?string|conn_str)|create_?\w*(client|pool|engine|connection)|connect|drizzle|knex|neon)$/i;
/** `Elasticsearch(url, api_key=key)`. */
const OPENS = /^(\w+_)?(api_?key|token|password|passwd|secret|secret_?key|auth|basic_auth|credentials?)$/;

export const isDatabase = (model: ApiModel, { path }: ApiV): boolean => path.startsWith("db.") || model.effects.some((e) => e.as === "sql");
