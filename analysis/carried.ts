/**
 * Labels of what a URL carries to its host. A value that the URL begins with says where to; a token in the path of a chat's
 * own interface says who is writing; what stands behind the `?`, secrets anywhere else, and the whole environment, are sent.
 */
import { classifyHostText, hostOf } from "./targets.ts";
import { type Hole, partsOf, type Value } from "./values.ts";

export function carriedLabels(url: Value): readonly string[] {
  if (url.k === "union") return [...new Set(url.of.flatMap(carriedLabels))];
  const parts = partsOf(url);
  const out = new Set<string>(url.k === "str" ? [] : url.labels);
  if (parts.length === 1 && typeof parts[0] !== "string") return [...out].filter((l) => !isVariable(l) && !l.startsWith("secret."));
  let before = "";
  for (const part of parts) {
    if (typeof part !== "string") for (const label of sentBy(part, before)) out.add(label);
    before += typeof part === "string" ? part : "{}";
  }
  return [...out];
}

const isVariable = (label: string): boolean => /^env\b/.test(label);
const isSecret = (hole: Hole): boolean => hole.labels.some((l) => l.startsWith("secret."));

function sentBy(hole: Hole, before: string): readonly string[] {
  const sent = before.includes("?") || (before !== "" && !/\/bot$/.test(before) && isSecret(hole));
  const behind = BEHIND_HOST.test(before);
  const labels = hole.labels.filter((label) => sent || !isVariable(label) || (behind && label === "env"));
  return behind && isForeign(hole, before) ? [...labels, "env"] : labels;
}

const BEHIND_HOST = /^\w+:\/\/[^/?]+[/?]/;

/** Whose key a variable holds, by its name, and at which hosts it opens something. */
const KEYS: readonly (readonly [name: RegExp, host: RegExp | null])[] = [
  [/^(AWS|AMAZON)_/, /amazon|aws/],
  [/^(GITHUB|GH)_/, /github/],
  [/^(GITLAB_|CI_JOB_TOKEN)/, /gitlab/],
  [/^STRIPE_/, /stripe/],
  [/^(NPM_|NODE_AUTH_TOKEN)/, /npm/],
  [/^SLACK_/, /slack/],
  [/^OPENAI_/, /openai/],
  [/^ANTHROPIC_/, /anthropic/],
  [/^(GOOGLE|GCP|FIREBASE)_/, /google|firebase|gcp/],
  [/^AZURE_/, /azure|microsoft|windows/],
  [
    /^(DOCKER|HEROKU|TWILIO|SENDGRID|CLOUDFLARE|DIGITALOCEAN|VERCEL|NETLIFY)_/,
    /docker|heroku|twilio|sendgrid|cloudflare|digitalocean|vercel|netlify/,
  ],
  [/^(DATABASE|DB|POSTGRES(QL)?|PG|MYSQL|MONGO(DB)?|REDIS)_?(URL|URI|DSN|PASS\w*|PWD|CONNECTION_STRING)$/, null],
];

/** A key of one service that goes to the host of another. */
function isForeign(hole: Hole, before: string): boolean {
  const name = /\benv(?:iron)?(?:\.get\(\))?\.([A-Z][A-Z0-9_]+)$/.exec(hole.path ?? "")?.[1];
  const host = name === undefined ? null : hostOf(before);
  if (name === undefined || host === null || !classifyHostText(host).includes("host.public")) return false;
  const key = KEYS.find(([variable]) => variable.test(name) && hole.labels.some((l) => l.startsWith("secret.") || l === "env.secret"));
  return key !== undefined && key[1]?.test(host) !== true;
}

/** Whether what an address names behind its host is made of a private file. */
export function carriesFile(url: Value): boolean {
  if (url.k === "union") return url.of.some(carriesFile);
  let before = "";
  for (const part of url.k === "str" ? url.parts : []) {
    if (typeof part !== "string" && part.labels.includes("file.private") && BEHIND_HOST.test(before)) return true;
    before += typeof part === "string" ? part : "{}";
  }
  return false;
}
