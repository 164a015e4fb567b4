/** Clients of services that carry whatever they are given to somebody else: messages, uploads, keys of a store that is far away. */
import type { Label } from "./effects.ts";
import type { Output } from "./shell-expand.ts";
import { operands } from "./shell-files.ts";
import { type CommandEffect, holed, labelsOf, pathEffect, shown } from "./shell-meaning.ts";
import { optionsValues } from "./shell-wrappers.ts";
import { classifyHostText, hostOf } from "./targets.ts";

/** By program: with which words it sends something. Handing a key to the service that it is a key for is not among them. */
const CARRIES: Readonly<Record<string, RegExp>> = {
  aws: /^(\S+ )*?(s3 (cp|mv|sync) |s3api (put-object|upload-part) |ses\S* send-|sns publish |sqs send-|dynamodb put-|logs put-|kinesis put-|lambda invoke )/,
  gcloud: /^(\S+ )*?(storage (cp|mv|rsync) |pubsub topics publish |logging write )/,
  gsutil: /^(-\S+ )*(cp|mv|rsync) /,
  az: /^storage \S+ upload/,
  azcopy: /^(copy|cp|sync) /,
  mc: /^(cp|mirror|pipe|put) /,
  b2: /^(upload-file|file upload|sync) /,
  rclone: /^(rcat|copyurl) /,
  gh: /^(gist (create|edit)|release (create|upload)|(issue|pr) (create|comment|edit|review)|api) /,
  glab: /^(snippet create|release (create|upload)|(issue|mr) (create|note|update)|api) /,
  svn: /^(import|commit|ci) /,
  kubectl: /^(\S+ )*?cp /,
  smbclient: /\bput\b/,
  ...{
    pastebinit: /^/,
    transfer: /^/,
    wormhole: /^send /,
    "magic-wormhole": /^send /,
    ffsend: /^(upload|u) /,
    wgetpaste: /^/,
    dpaste: /^/,
  },
  ...{
    mosquitto_pub: /^/,
    kcat: /(^| )-P /,
    kafkacat: /(^| )-P /,
    "kafka-console-producer": /^/,
    "kafka-console-producer.sh": /^/,
    rabbitmqadmin: /^publish /,
  },
  ...{
    "telegram-send": /^/,
    slackcat: /^/,
    slack: /^(file upload|chat send) /,
    "discord.sh": /^/,
    ntfy: /^(publish|pub|send) /,
    signal_cli: /\bsend\b/,
    "signal-cli": /\bsend\b/,
  },
  ...{ ncftpput: /^/, tftp: /\bput\b/, atftp: /(^| )(-p|--put) /, snmpset: /^/, logger: /(^| )(-n|--server)/, getent: /^a?hosts\S* / },
};
/** Servers that a client is told, and that otherwise run on this machine. */
const SERVERS: Readonly<Record<string, RegExp>> = {
  ...{
    "redis-cli": /^(?:-h|-u)(.*)$/s,
    "valkey-cli": /^(?:-h|-u)(.*)$/s,
    psql: /^(?:-h|--host(?==|$))=?(.*)$/s,
    mysql: /^(?:-h|--host(?==|$))=?(.*)$/s,
  },
  ...{ mariadb: /^(?:-h|--host(?==|$))=?(.*)$/s, mongosh: /^--host(?==|$)=?(.*)$/s, etcdctl: /^--endpoints(?==|$)=?(.*)$/s },
};
const PRIVATE = /^(file\.private|env|secret\.private_key)$/;
/** What a client proves itself with is for the service that it is a client of. */
const PROOF = /^secret\.(api_key|password|possible)$/;

/** What is private among what such a client is given; nothing where there is nothing. */
export function carriedData(
  program: string,
  args: readonly string[],
  around: { readonly input: Output | null; readonly labelsOfFiles: (paths: readonly string[]) => readonly Label[] },
): CommandEffect[] {
  const line = `${args.map(holed).join(" ")} `;
  const server = Object.hasOwn(SERVERS, program) ? optionsValues(args, SERVERS[program] as RegExp)[0] : undefined;
  const far = server !== undefined && !classifyHostText(hostOf(holed(server))).includes("host.loopback");
  const carries = Object.hasOwn(CARRIES, program) && CARRIES[program]?.test(line) === true;
  if (!far && !carries) return [];
  const files = carries ? filesGiven(args) : [];
  const given = [...labelsOf(args.join(" ")), ...(around.input?.labels ?? []), ...around.labelsOfFiles(files)];
  const labels = [...new Set(given)].filter((label) => !label.startsWith("shell:") && !PROOF.test(label));
  if (!labels.some((label) => PRIVATE.test(label))) return [];
  const read = files
    .map((path) => pathEffect("fs.read", path))
    .filter((e) => !e.classes.every((c) => c === "path.workspace" || c === "path.tmp"));
  return [
    ...read,
    {
      kind: "net.send",
      target: server === undefined ? shown(`${program} ${line.trim()}`) : shown(server),
      classes: ["host.public"],
      labels,
    },
  ];
}

/** `FILE`, `@FILE`, `name=@FILE`, `fileb://FILE`; what is fetched to a place here stands behind what is far away. */
function filesGiven(args: readonly string[]): string[] {
  const far = args.findIndex((a) => /^[\w.-]+:\/\/|^[\w-]{2,}:/.test(a) && !/^(file|fileb):\/\//.test(a));
  const fetched = far >= 0 && args.slice(0, far).every((a) => a.startsWith("-") || /^[\w-]+$/.test(a));
  const named = args.flatMap((a) => /^(?:[\w.[\]-]+=)?(?:@|fileb?:\/\/)(.+)$/.exec(a)?.[1] ?? []);
  const put = args.flatMap((a) => /^(?:put|mput)\s+(\S+)/.exec(a)?.[1] ?? []);
  return [...named, ...put, ...(fetched ? [] : operands(args).filter((a) => /^[/~.]/.test(a)))];
}
