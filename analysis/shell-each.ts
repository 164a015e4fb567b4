/** What a command means when a loop or `xargs` repeats it for each thing that a listing names: removing all, guessing a password. */
import { operands } from "./shell-files.ts";
import { type CommandEffect, type CommandMeaning, EACH, holed, labelsOf, NOTHING, shown } from "./shell-meaning.ts";
import { baseName } from "./shell-wrappers.ts";
import { classifyHostText, hostOf } from "./targets.ts";

const isEach = (word: string): boolean => labelsOf(word).includes(EACH);

/** Clients of services whose removals nobody takes back. */
const SERVICES =
  /^(aws|gcloud|gsutil|az|gh|glab|hub|doctl|heroku|flyctl|fly|vercel|netlify|linode-cli|hcloud|oci|ibmcloud|s3cmd|mc|b2|rclone|vault|op|bw|redis-cli|etcdctl|consul|rabbitmqadmin|kafka-topics|kafka-topics\.sh|influx|wrangler|supabase|firebase|stripe|jira|notion|slack|imap|mailctl)$/;
const REMOVES = /^(rm|del|delete|destroy|remove|purge|unlink|trash|archive)([-:]|$)|[-:](delete|destroy|remove|purge)$/i;
/** A removal of a message that was worked on, of a tag or an alarm is no loss. */
const SMALL = /^delete-(message|tags?|log-events|alarms?)$/;
const REQUESTS = /^(curl|wget|http|https|xh|curlie)$/;

/** Options and words that carry a password, by program. */
const SECRETS: Readonly<Record<string, RegExp>> = {
  sshpass: /^-p/,
  curl: /^(-u|--user|--oauth2-bearer)/,
  wget: /^--(http-)?password/,
  mysql: /^(-p|--password)/,
  mariadb: /^(-p|--password)/,
  unzip: /^-P/,
  "7z": /^-p/,
  unrar: /^-p/,
  openssl: /^-(k|pass|passin)$/,
  gpg: /^--passphrase/,
  smbclient: /^(-U|--user|--password)/,
  rpcclient: /^(-U|--user|--password)/,
  "redis-cli": /^(-a|--pass)/,
  ldapsearch: /^-w/,
  ldapwhoami: /^-w/,
  xfreerdp: /^\/p:/,
  mongosh: /^(-p|--password)/,
  mongo: /^(-p|--password)/,
  qpdf: /^--password/,
  pdftotext: /^-[uo]pw/,
  steghide: /^-p/,
};

/** What is more than one command would be. */
export function eachMeaning(full: readonly string[]): CommandMeaning {
  if (!full.some(isEach)) return NOTHING;
  const effects = full.flatMap((word, i): CommandEffect[] => {
    const program = baseName(word);
    const args = full.slice(i + 1);
    return guessed(program, args) ?? (i === 0 ? removed(program, args) : null) ?? [];
  });
  return effects.length === 0 ? NOTHING : { classes: [], effects: effects.slice(0, 1), nested: [] };
}

const FORM = /^(-d|-F|--data(-\w+)?|--form(-string)?|--json|--post-data|--body-data)$/;
/** A field that holds a password and nothing but the tried value: `pass=$word`. */
const FIELD = /\b(pass(wd|word|phrase)?|pwd|pin|otp)["']?\s*[=:]\s*["']?\$/i;

function guessed(program: string, args: readonly string[]): CommandEffect[] | null {
  // One's own service is asked for a test.
  const here = operands(args).some((word) => classifyHostText(hostOf(holed(word))).includes("host.loopback"));
  if (REQUESTS.test(program) && !here && args.some((arg, i) => isEach(arg) && FORM.test(args[i - 1] ?? "") && FIELD.test(shown(arg))))
    return [{ kind: "net.send", target: [program, ...args].map(shown).join(" "), classes: [], args: { guesses: true } }];
  const option = Object.hasOwn(SECRETS, program) ? SECRETS[program] : undefined;
  if (option === undefined) return null;
  const tries = args.some((arg, i) => option.test(arg) && (isEach(arg) || isEach(args[i + 1] ?? "")));
  const elsewhere = operands(args).some((word, i) => isEach(word) && !option.test(args[args.indexOf(word) - 1] ?? "") && i > 0);
  if (!tries || elsewhere) return null;
  return [{ kind: "net.send", target: [program, ...args].map(shown).join(" "), classes: [], args: { guesses: true } }];
}

function removed(program: string, args: readonly string[]): CommandEffect[] | null {
  const words = operands(args);
  const asks = REQUESTS.test(program)
    ? args.some((a, i) => /^(-X|--request|--method)$/.test(args[i - 1] ?? "") && /^delete$/i.test(a)) ||
      args.some((a) => /^(-XDELETE|--(request|method)=DELETE)$/i.test(a)) ||
      /^delete$/i.test(words[0] ?? "")
    : SERVICES.test(program) && words.slice(0, 4).some((w) => REMOVES.test(w) && !SMALL.test(w));
  if (!asks || args.some((a) => /^--dry-?run/.test(a))) return null;
  const target = [program, ...args].map(shown).join(" ");
  return [{ kind: "infra.change", target, classes: [], args: { irreversible: true, many: true } }];
}
