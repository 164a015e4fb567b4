/** Programs that talk to hosts: what they fetch, what they send and to whom. */
import type { EffectKind, Label, TargetClass } from "./effects.ts";
import { type Output, programText } from "./shell-expand.ts";
import { operands } from "./shell-files.ts";
import {
  type CommandEffect,
  type CommandMeaning,
  expansionsOf,
  holed,
  labelsOf,
  merge,
  only,
  pathEffect,
  shown,
  words,
} from "./shell-meaning.ts";
import { optionValue } from "./shell-wrappers.ts";
import { classifyHostText, hostOf } from "./targets.ts";

export const NETWORK = words(
  "curl wget wget2 fetch GET lwp-request lwp-download axel nc ncat netcat ssh scp sftp rsync telnet ftp lftp tftp socat ping ping6 dig drill nslookup host resolvectl traceroute nmap aria2c http https xh mail mailx s-nail nail mutt neomutt sendmail exim exim4 msmtp ssmtp swaks mpack biabam email rclone croc openssl_s_client websocat wscat finger whois lynx links w3m elinks torify autossh mosh smbclient",
); // prettier-ignore
const LISTENERS = words("nc ncat netcat socat telnet websocat wscat openssl_s_client");
const COPIERS = words("scp rsync sftp rclone");
const NAMES = words("dig drill nslookup host ping ping6 resolvectl traceroute whois finger");
const MAILERS = words("mail mailx s-nail nail mutt neomutt sendmail exim exim4 msmtp ssmtp swaks mpack biabam email");
const SENDS = /^(-d|--data.*|-F|--form.*|-T|--upload-file.*|--post-(data|file)=?.*|--body-(data|file)=?.*|--json.*|--url-query.*)$/;
/** Options whose value is sent. */
const DATA_OPTION = /^(-d|--data(-ascii|-binary|-raw|-urlencode)?|-F|--form|--form-string|--json|--post-data|--body-data|--url-query)$/;
const FILE_OPTION = /^(-T|--upload-file|--post-file|--body-file)$/;
/** Options that say who asks: a secret is what they are for. */
const IDENTITY_OPTION =
  /^(-H|--header|-u|--user|--oauth2-bearer|-b|--cookie|--cert|-E|--key|--password|--http-password|--user-agent|-A|-e|--referer|--cacert|--proxy-user|-x)$/;
const SSH_VALUES = /^-[BbcDEeFIiJLlmOopQRSWw]$/;

/** What of the program is read besides its arguments. */
type Surroundings = {
  readonly shell: (line: string, args: readonly string[]) => CommandMeaning;
  readonly input: Output | null;
  readonly labelsOfFiles: (paths: readonly string[]) => readonly Label[];
};

export function networkMeaning(program: string, args: readonly string[], around: Surroundings): CommandMeaning {
  if (REMOTE_SHELLS.has(program)) return sshMeaning(args, around);
  if (MAILERS.has(program)) return mailMeaning(args, around);
  if (program === "gh") return { classes: ["command.network"], effects: [gistEffect(args, around)], nested: [] };
  if (NAMES.has(program)) return namesMeaning(args);
  if (COPIERS.has(program)) return copierMeaning(program, args, around);
  // Whoever may write to the socket of the container engine may do what root may do.
  if (
    args.some((a) => /docker\.sock|containerd\.sock|podman\.sock/.test(a)) &&
    args.some((a) => SENDS.test(a) || /^(POST|PUT|DELETE)$/.test(a))
  )
    return only("command.network", "command.privilege");
  const url = urlOf(program, args);
  const labels = dataLabels(program, args, around);
  const inUrl = labelsOf(url).filter((l) => l === "env" || l === "file.private" || l.startsWith("secret.private"));
  const items = /^(https?|xh)$/.test(program) && labels.length > 0;
  const sends = args.some((a) => SENDS.test(a) || /^-[dFT]./.test(a)) || LISTENERS.has(program) || items || inUrl.length > 0;
  const shell = startsShell(program, args);
  const effects: CommandEffect[] = url === "" ? [] : [hostEffect(sends ? "net.send" : "net.fetch", url, [...labels, ...inUrl])];
  effects.push(...transferredFiles(program, args), ...uploads(program, args, { url, around }), ...wholeIndex(program, args, url));
  const driven = LISTENERS.has(program) && around.input?.labels.includes("shell:interactive") === true;
  const classes: TargetClass[] = shell || driven ? ["command.network", "command.destructive"] : ["command.network"];
  const hidden: CommandEffect[] =
    shell || driven ? [{ kind: "code.hidden", target: [program, ...args.map(shown)].join(" "), classes: [] }] : [];
  return { classes, effects: [...effects, ...hidden, ...emptiedStore(program, url, around.input)], nested: [] };
}

/** `printf 'FLUSHALL\\r\\n' | nc cache 6379`: a store that is told in its own words to forget everything. */
const emptiedStore = (program: string, url: string, input: Output | null): CommandEffect[] =>
  LISTENERS.has(program) && /^\s*(flushall|flushdb|flush_all)\b/im.test(input?.text ?? "")
    ? [{ kind: "db.drop", target: shown(url), classes: [] }]
    : [];

/** Options of clients that tie a program to the connection; those of `openssl s_client` are words, and none of them does. */
const TIES = /^-[a-z]{0,6}[ec]$|^(exec|system|sh-c|cmd):|^--(sh-)?exec\b|(^|[/:=])(ba|da|z|k|a|c|fi|tc)?sh$/i;
const startsShell = (program: string, args: readonly string[]): boolean =>
  LISTENERS.has(program) && program !== "openssl_s_client" && args.some((a) => TIES.test(a));

/** What the scripts of file transfer programs put somewhere else. */
const PUTS = /(?:^|[\n;])\s*(?:m?put|reput|send|append|mirror\s+(?:-\w*R\w*|--reverse))\s+(?:-\S+\s+)*([^\s;]+)/g;

function uploads(program: string, args: readonly string[], { url, around }: { url: string; around: Surroundings }): CommandEffect[] {
  if (!/^(sftp|ftp|lftp|tftp|smbclient|croc)$/.test(program)) return [];
  const given = program === "tftp" ? args.slice(args.indexOf("-c") + 1).join(" ") : optionValue(args, /^-[ec]$/);
  const script = [programText(around.input) ?? "", given ?? ""].join("\n");
  const paths = program === "croc" ? operands(args).slice(1) : [...script.matchAll(PUTS)].map((found) => found[1] as string);
  if (paths.length === 0) return [];
  return [...paths.flatMap((path) => named("fs.read", path)), hostEffect("net.send", url, around.labelsOfFiles(paths))];
}

/** `curl -XDELETE http://host:9200/_all`: every index of a search server. */
function wholeIndex(program: string, args: readonly string[], url: string): CommandEffect[] {
  const emptied = /_delete_by_query\b/.test(url) && args.some((a) => /"match_all"/.test(a));
  if (emptied) return [{ kind: "db.delete_all", target: shown(url), classes: [] }];
  const deletes =
    /^(curl|http|https|xh)$/.test(program) &&
    (args.some((a) => /^(-XDELETE|--request=DELETE|DELETE)$/.test(a)) || /^delete$/i.test(optionValue(args, /^(-X|--request)$/) ?? ""));
  return deletes && /\/(_all|\*)\/?(\?|$)/.test(url) ? [{ kind: "db.drop", target: shown(url), classes: [] }] : [];
}

/** `gh gist create FILE`: for everybody to read. */
const gistEffect = (args: readonly string[], around: Surroundings): CommandEffect =>
  hostEffect("net.send", "https://gist.github.com", [
    ...around.labelsOfFiles(args.slice(2).filter((a) => !a.startsWith("-"))),
    ...(around.input?.labels ?? []),
  ]);

export function hostEffect(kind: EffectKind, url: string, labels: readonly Label[]): CommandEffect {
  return { kind, target: shown(url), classes: classifyHostText(hostOf(holed(url))), labels: ofData(labels) };
}

/** Without what is known about the shell that feeds the program. */
const ofData = (labels: readonly Label[]): Label[] => [...new Set(labels)].filter((l) => !l.startsWith("shell:"));

/** `@FILE`, `name=@FILE`, `name=<FILE`. */
const fileIn = (value: string): string | undefined => /(?:^|=)[@<]([^;]+)/.exec(value)?.[1];
/** `--data-urlencode name@FILE`. */
const encodedFile = (option: string, value: string): string | undefined =>
  fileIn(value) ?? (option === "--data-urlencode" ? /^[\w-]+@(.+)$/.exec(value)?.[1] : undefined);

/** `socat FILE:/etc/x TCP:host:1`: files at one end of the pipe. */
const filesOfEnds = (program: string, args: readonly string[]): string[] =>
  program === "socat" ? args.flatMap((a) => /^(?:file|gopen|open):([^,]+)/i.exec(a)?.[1] ?? []) : [];

function urlOf(program: string, args: readonly string[]): string {
  const given = args.filter((_a, i) => !VALUED.test(args[i - 1] ?? ""));
  if (program === "socat")
    return (
      args.map((a) => /^(?:tcp4?|tcp6|openssl|udp|ssl)[^:]*:([^,]+)/i.exec(a)?.[1] ?? "").find((h) => h !== "" && !/^\d+$/.test(h)) ?? ""
    );
  if (LISTENERS.has(program)) return operands(given).find((a) => !/^\d+(-\d+)?$/.test(a) && !/^\//.test(a)) ?? "";
  const remote = /:\/\/|^[^/~.@][^/]*\.[a-z]{2,}|^\d+\.\d+|^\{\?\}|^localhost\b/;
  const named = args.find((a) => a.startsWith("--url="))?.slice(6) ?? optionValue(args, /^--url$/);
  return named ?? operands(given).find((a) => remote.test(holed(a))) ?? "";
}
const VALUED =
  /^(-[dFTHXouAebmwCrKELxDpPQtUYyzk]|--(data(-\w+)?|form|header|request|output|user|user-agent|upload-file|max-time|retry|connect-timeout|write-out|post-data|post-file|referer|cookie|cookie-jar|cert|key|cacert|proxy))$/;

/** Labels of what leaves the machine besides the address. */
function dataLabels(program: string, args: readonly string[], around: Surroundings): Label[] {
  const out: Label[] = [...around.labelsOfFiles(filesOfEnds(program, args))];
  let reads = LISTENERS.has(program);
  const grants = args.some((arg) => /\bgrant_type=/.test(arg));
  for (const [i, _arg] of args.entries()) {
    const { option, value } = optionAt(args, i);
    if (DATA_OPTION.test(option)) {
      const file = encodedFile(option, value);
      if (file === "-" || file === "/dev/stdin") reads = true;
      else if (file !== undefined) out.push(...around.labelsOfFiles([file]));
      if (!(grants && isOwnToken(value))) out.push(...labelsOf(value));
    } else if (FILE_OPTION.test(option)) {
      if (value === "-" || value === "." || value === "/dev/stdin") reads = true;
      else out.push(...around.labelsOfFiles([value]), ...labelsOf(value));
    } else if (IDENTITY_OPTION.test(option)) out.push(...labelsOf(value).filter((l) => !/^secret\.(api_key|password|possible)$/.test(l)));
  }
  if (program === "http" || program === "https" || program === "xh") {
    reads = around.input !== null;
    for (const arg of operands(args).slice(1)) {
      const file = /^[^=@]*(?:=@|:=@|@)(.+)$/.exec(arg)?.[1];
      if (file !== undefined && !/^https?:/.test(arg)) out.push(...around.labelsOfFiles([file]));
      if (/=/.test(arg)) out.push(...labelsOf(arg));
    }
  }
  return reads ? [...out, ...(around.input?.labels ?? [])] : out;
}

/** `refresh_token=$(cat token)`, where a token is granted (RFC 6749): what a service gave goes back to it. */
const isOwnToken = (value: string): boolean =>
  /^(refresh_token|client_secret|client_id)=\ue000[^\ue001]*\ue001$/.test(value) &&
  expansionsOf(value).every(({ source }) => /token|secret|client/i.test(source));

/** `-d x`, `-dx`, `--data x`, `--data=x`. */
function optionAt(args: readonly string[], i: number): { option: string; value: string } {
  const arg = args[i] as string;
  if (/^--[\w-]+=/.test(arg)) return { option: arg.slice(0, arg.indexOf("=")), value: arg.slice(arg.indexOf("=") + 1) };
  if (/^-[dFTHu]./.test(arg) && !arg.startsWith("--")) return { option: arg.slice(0, 2), value: arg.slice(2) };
  if (/^-[a-zA-Z]+[dFT]$/.test(arg)) return { option: `-${arg.at(-1)}`, value: args[i + 1] ?? "" };
  return { option: arg, value: args[i + 1] ?? "" };
}

/** Local files that are sent, or written with what was fetched. */
function transferredFiles(program: string, args: readonly string[]): CommandEffect[] {
  const out: CommandEffect[] = filesOfEnds(program, args).flatMap((path) => named("fs.read", path));
  for (const i of args.keys()) {
    const { option, value } = optionAt(args, i);
    if (DATA_OPTION.test(option)) {
      const file = encodedFile(option, value);
      if (file !== undefined) out.push(...named("fs.read", file));
    } else if (FILE_OPTION.test(option) || (program === "logger" && /^(-f|--file)$/.test(option))) out.push(...named("fs.read", value));
    else if ((program === "curl" && /^(-o|--output)$/.test(option)) || (program === "wget" && /^(-O|--output-document|-P)$/.test(option)))
      out.push(...named("fs.write", value));
  }
  return out;
}

/** A plain name in the workspace says nothing that is worth an effect. */
function named(kind: EffectKind, path: string): CommandEffect[] {
  const effect = pathEffect(kind, path);
  const plain =
    effect.classes.every((c) => c === "path.workspace") || path === "-" || /^\/dev\/(null|stdout|stderr|stdin)$|^\/dev\/fd\//.test(path);
  return plain ? [] : [effect];
}

/** `scp FILE HOST:`, `rsync DIR HOST:`: the last operand is where to; a remote one is the host. */
function copierMeaning(program: string, args: readonly string[], around: Surroundings): CommandMeaning {
  const remote = program === "rclone" ? /^[^/~.][^/]*:/ : /^[^/~.][^/]*:|:\/\//;
  const given = operands(args.filter((_a, i) => !/^(-[iPeoFcJ]|--rsh|--exclude|--include|--files-from)$/.test(args[i - 1] ?? "")));
  const paths = program === "rclone" ? given.slice(1, 3) : given;
  const last = paths.length - 1;
  const to = paths[last] ?? "";
  const effects: CommandEffect[] = [];
  const local = paths.filter((p) => !remote.test(holed(p)));
  const sends = remote.test(holed(to)) || (program === "sftp" && paths.length > 0);
  const url = paths.find((p) => remote.test(holed(p))) ?? "";
  if (url !== "") effects.push(hostEffect(sends ? "net.send" : "net.fetch", url, sends ? around.labelsOfFiles(local) : []));
  for (const [i, path] of paths.entries())
    if (!remote.test(holed(path))) effects.push(...named(i === last && last > 0 ? "fs.write" : "fs.read", path));
  if (program === "sftp") effects.push(...uploads(program, args, { url: url === "" ? (given[0] ?? "") : url, around }));
  const mirrors = program === "rsync" && args.some((a) => /^--del(ete|$)/.test(a)) && !remote.test(holed(to));
  if (mirrors) effects.push(pathEffect("fs.delete_tree", to));
  return { classes: [url === "" ? "command.build" : "command.network"], effects, nested: [] };
}

/** A name that is looked up reaches whoever answers for it. */
/** `dig +short TXT example.com` */
const RECORD = /^(A|AAAA|ANY|AXFR|CAA|CNAME|DNSKEY|DS|IN|MX|NAPTR|NS|PTR|SOA|SRV|TXT)$/i;

function namesMeaning(args: readonly string[]): CommandMeaning {
  const host =
    operands(args.filter((_a, i) => !/^-[cWipsItTM]$/.test(args[i - 1] ?? ""))).find(
      (a) => !a.startsWith("+") && !a.startsWith("@") && !RECORD.test(a),
    ) ?? "";
  const labels = labelsOf(args.join(" "));
  const carries = labels.some((l) => l === "env" || l.startsWith("file") || l.startsWith("secret."));
  const bare = host.replace(/\.$/, "");
  if (bare === "" && !carries) return only("command.network");
  return {
    classes: ["command.network"],
    effects: [hostEffect(carries ? "net.send" : "net.fetch", bare, carries ? labels : [])],
    nested: [],
  };
}

function mailMeaning(args: readonly string[], around: Surroundings): CommandMeaning {
  const attached = [
    ...args.flatMap((a, i) => (/^(-a|-A|--attach|--attach-body|--body)$/.test(args[i - 1] ?? "") ? [a.replace(/^@/, "")] : [])),
    ...operands(args).filter((a) => /^[/~]/.test(a)),
  ];
  const labels = [...around.labelsOfFiles(attached), ...(around.input?.labels ?? []), ...labelsOf(args.join(" "))];
  const to = args.find((a) => /@/.test(a)) ?? operands(args).at(-1) ?? "";
  return {
    classes: ["command.network"],
    effects: [
      { kind: "mail.send", target: shown(to), classes: [], labels: ofData(labels) },
      ...attached.flatMap((f) => named("fs.read", f)),
    ],
    nested: [],
  };
}

export const REMOTE_SHELLS: ReadonlySet<string> = words("ssh autossh mosh slogin");
/** Where the host stands among the arguments of `ssh`, and where the line for its shell begins; that is behind the end without one. */
export function remoteLine(args: readonly string[]): { readonly host: number; readonly line: number } {
  let host = 0;
  while (host < args.length && /^-/.test(args[host] as string)) host += SSH_VALUES.test(args[host] as string) ? 2 : 1;
  return { host, line: args[host + 1] === "--" ? host + 2 : host + 1 };
}

/** `-o ProxyCommand=LINE`, `-oLocalCommand=LINE`: programs of this machine. */
export const sshCommands = (args: readonly string[]): string[] =>
  args.flatMap((a, i) => {
    const option = args[i - 1] === "-o" ? a : a.startsWith("-o") ? a.slice(2) : "";
    return /^\s*(?:Proxy|Local|KnownHosts)Command\s*[= ]\s*(.*)$/is.exec(option)?.[1] ?? [];
  });

/** What follows the host is a line for the shell of that host. */
function sshMeaning(args: readonly string[], around: Surroundings): CommandMeaning {
  const at = remoteLine(args);
  const host = args[at.host] ?? "";
  const rest = args.slice(at.line).join(" ");
  const backwards = args.some((a) => /^-[a-zA-Z]*R/.test(a));
  const labels = [...(around.input?.labels ?? []), ...labelsOf(rest)];
  const sends = labels.includes("file.private") || (around.input !== null && labels.length > 0);
  const effects: CommandEffect[] = host === "" ? [] : [hostEffect(sends ? "net.send" : "net.fetch", host, sends ? labels : [])];
  // Who is at the other end gets in.
  if (backwards)
    effects.push({ kind: "net.listen", target: shown(host), classes: classifyHostText(hostOf(holed(host))), args: { backwards: true } });
  return merge([
    { classes: ["command.network"], effects, nested: [] },
    ...(rest === "" ? [] : [around.shell(rest, ["sh"])]),
    ...sshCommands(args).map((line) => around.shell(line, ["sh"])),
  ]);
}
