// One file on purpose: the posture is one table, read from top to bottom.
/**
 * The `balanced` posture of ANALYSIS as data: for each kind of effect, what its target classes mean. Rows are tried in order;
 * the first that applies speaks. What no row names passes, and layer 5 constrains what the sandbox grants.
 */
import type { Effect, EffectKind, TargetClass } from "../../analysis/effects.ts";
import type { Judgement } from "./settings.ts";

export type PostureRow = {
  readonly kinds: readonly EffectKind[];
  /** Applies when the effect has any of these classes; empty: whatever the target. */
  readonly classes: readonly TargetClass[];
  /** A further condition on the effect. */
  readonly when?: (effect: Effect) => boolean;
  readonly action: "block" | "require_approval";
  readonly ruleId: string;
  readonly severity: Judgement["severity"];
  readonly message: string;
  readonly references: readonly string[];
};

const UNKNOWN: readonly TargetClass[] = [
  "unknown.input",
  "unknown.env",
  "unknown.file",
  "unknown.network",
  "unknown.unmodelled",
  "unknown.widened",
  "unknown.budget",
];
const OUTSIDE: readonly TargetClass[] = [
  "unknown.input",
  "unknown.env",
  "unknown.file",
  "unknown.network",
  "unknown.unmodelled",
  "unknown.widened",
  "unknown.budget",
];
/** What somebody outside says, and not only something that analysis does not follow. */
const FROM_SOMEBODY: readonly TargetClass[] = ["unknown.input", "unknown.env", "unknown.file", "unknown.network"];
const RUINOUS: readonly TargetClass[] = [
  "path.root",
  "path.home",
  "path.system_sensitive",
  "path.system_public",
  "path.credentials",
  "path.device",
  "path.persistence",
  "path.own_audit",
];

export const BALANCED: readonly PostureRow[] = [
  // ---- commands and code
  {
    kinds: ["code.hidden"],
    classes: [],
    action: "block",
    ruleId: "core.hidden-code",
    severity: "critical",
    message: "runs a payload that it decodes or fetches first",
    references: ["CWE-94", "CWE-506", "ASI05"],
  },
  {
    kinds: ["process.exec"],
    classes: ["command.destructive"],
    action: "block",
    ruleId: "core.destructive-command",
    severity: "critical",
    message: "runs a destructive command",
    references: ["CWE-78", "ASI05"],
  },
  {
    kinds: ["process.exec"],
    classes: ["command.privilege", "command.persistence"],
    action: "block",
    ruleId: "core.privileged-command",
    severity: "critical",
    message: "runs a command that raises privileges or persists",
    references: ["CWE-250", "ASI03"],
  },
  {
    kinds: ["process.exec"],
    classes: ["unknown.network"],
    when: (e) =>
      (/^\{/.test(e.target) && (e.args.shell === true || e.targetClasses.includes("command.unknown"))) || SHELL_LINE.test(e.target),
    action: "block",
    ruleId: "core.remote-code",
    severity: "critical",
    message: "runs a command that it gets over the network",
    references: ["CWE-78", "CWE-494", "ASI05"],
  },
  {
    kinds: ["process.exec"],
    classes: OUTSIDE,
    when: (e) => e.args.shell === true || SHELL_LINE.test(e.target),
    action: "require_approval",
    ruleId: "core.shell-injection",
    severity: "high",
    message: "runs a shell string that contains a value from outside",
    references: ["CWE-78", "ASI05"],
  },
  {
    kinds: ["process.exec"],
    classes: ["command.unknown"],
    when: (e) => e.target.startsWith("{?}") && e.targetClasses.some((c) => (e.reach === "latent" ? FROM_SOMEBODY : OUTSIDE).includes(c)),
    action: "require_approval",
    ruleId: "core.unknown-command",
    severity: "high",
    message: "runs a program that cannot be known",
    references: ["CWE-78", "ASI05"],
  },
  {
    kinds: ["process.exec", "process.spawn"],
    classes: [],
    when: (e) => e.args.unbounded === true,
    action: "require_approval",
    ruleId: "core.unbounded-spawn",
    severity: "high",
    message: "starts as many processes as somebody outside says",
    references: ["CWE-770"],
  },
  {
    kinds: ["process.exec"],
    classes: ["command.install"],
    when: (e) => /:\/\/|git\+/.test(e.target),
    action: "require_approval",
    ruleId: "core.install-from-url",
    severity: "medium",
    message: "installs software from a URL",
    references: ["CWE-494", "ASI04"],
  },
  {
    kinds: ["code.eval"],
    classes: ["unknown.network"],
    action: "block",
    ruleId: "core.remote-code",
    severity: "critical",
    message: "runs text from the network as code",
    references: ["CWE-94", "CWE-494", "ASI05"],
  },
  {
    kinds: ["code.eval", "call.dynamic"],
    classes: UNKNOWN,
    action: "require_approval",
    ruleId: "core.dynamic-code",
    severity: "high",
    message: "runs code that cannot be known",
    references: ["CWE-95", "ASI05"],
  },
  {
    kinds: ["call.dynamic"],
    classes: [],
    action: "require_approval",
    ruleId: "core.dynamic-call",
    severity: "high",
    message: "calls a library function that cannot be named",
    references: ["CWE-470", "ASI05"],
  },
  {
    kinds: ["code.eval"],
    classes: [],
    when: (e) => e.args.constant !== true && !e.targetClasses.includes("unknown.parameter"),
    action: "require_approval",
    ruleId: "core.dynamic-code",
    severity: "high",
    message: "runs code that cannot be known",
    references: ["CWE-95", "ASI05"],
  },
  {
    kinds: ["code.deserialize"],
    classes: ["unknown.network"],
    action: "require_approval",
    ruleId: "core.remote-objects",
    severity: "high",
    message: "rebuilds objects from the network in a format that can run code",
    references: ["CWE-502", "ASI05"],
  },
  {
    kinds: ["code.load"],
    classes: UNKNOWN,
    when: (e) => e.reach !== "latent" || e.targetClasses.some((c) => FROM_SOMEBODY.includes(c)),
    action: "require_approval",
    ruleId: "core.dynamic-import",
    severity: "medium",
    message: "loads code by a name that cannot be known",
    references: ["CWE-470", "ASI05"],
  },
  {
    kinds: ["code.patch"],
    classes: [],
    when: (e) => e.args.check === true,
    action: "require_approval",
    ruleId: "core.replaces-check",
    severity: "high",
    message: "replaces a function that checks who may do what",
    references: ["CWE-693", "ASI03"],
  },
  // ---- files
  {
    kinds: ["fs.read"],
    classes: ["path.credentials"],
    action: "block",
    ruleId: "core.read-credentials",
    severity: "critical",
    message: "reads credentials",
    references: ["CWE-522", "ASI03"],
  },
  {
    kinds: ["fs.read"],
    classes: ["path.device"],
    action: "block",
    ruleId: "core.read-device",
    severity: "critical",
    message: "reads a raw device",
    references: ["CWE-200", "ASI02"],
  },
  {
    kinds: ["fs.read"],
    classes: ["path.system_sensitive"],
    when: (e) => !LISTS.test(e.api) && !e.target.split(" or ").every((path) => DATA_PLACES.test(path)),
    action: "require_approval",
    ruleId: "core.read-system",
    severity: "medium",
    message: "reads a sensitive system file",
    references: ["CWE-200"],
  },
  {
    kinds: ["fs.write"],
    classes: ["path.persistence", "path.device", "path.own_audit", "path.credentials"],
    action: "block",
    ruleId: "core.write-protected",
    severity: "critical",
    message: "writes where code persists, devices, credentials or audit data live",
    references: ["CWE-732", "ASI10"],
  },
  {
    kinds: ["fs.write"],
    classes: [],
    when: (e) => e.args.setuid === true,
    action: "block",
    ruleId: "core.setuid",
    severity: "critical",
    message: "makes a program run with the rights of its owner",
    references: ["CWE-250", "ASI03"],
  },
  {
    kinds: ["fs.write"],
    classes: [],
    when: (e) => INSTALLED_CODE.test(e.target),
    action: "require_approval",
    ruleId: "core.installed-code",
    severity: "high",
    message: "changes the code of an installed package",
    references: ["CWE-506", "ASI04"],
  },
  {
    kinds: ["fs.write"],
    classes: [],
    when: (e) => e.args.encrypts === true,
    action: "block",
    ruleId: "core.encrypts-files",
    severity: "critical",
    message: "overwrites the files it finds with encrypted data",
    references: ["CWE-506", "ASI10"],
  },
  {
    kinds: ["fs.write"],
    classes: [],
    when: (e) => e.args.executable === true && e.labels.includes("fetched"),
    action: "require_approval",
    ruleId: "core.fetched-executable",
    severity: "high",
    message: "makes a file executable that it saved from the network",
    references: ["CWE-494", "ASI04"],
  },
  {
    kinds: ["fs.write"],
    classes: ["path.home", "path.system_sensitive", "path.system_public", "path.root"],
    when: (e) => !isDevNull(e),
    action: "require_approval",
    ruleId: "core.write-system",
    severity: "high",
    message: "writes outside the workspace",
    references: ["CWE-732"],
  },
  {
    kinds: ["fs.delete", "fs.delete_tree"],
    classes: RUINOUS,
    action: "block",
    ruleId: "core.delete-protected",
    severity: "critical",
    message: "deletes system, home or credential files",
    references: ["CWE-73", "ASI05"],
  },
  {
    kinds: ["fs.delete_tree"],
    classes: UNKNOWN,
    // Something below a directory that the program names is bounded by it.
    when: (e) =>
      !(e.targetClasses.includes("path.tmp") || e.targetClasses.includes("path.workspace")) || e.targetClasses.includes("path.unknown"),
    action: "require_approval",
    ruleId: "core.delete-unknown-tree",
    severity: "high",
    message: "deletes a directory tree that cannot be known",
    references: ["CWE-73"],
  },
  {
    kinds: ["fs.delete_tree"],
    classes: ["path.workspace"],
    when: (e) => /^(\.|\.\/|\*|\.\/\*|\$PWD|\{cwd\}|(\.\/)*\{found\})?$/.test(e.target.trim()),
    action: "require_approval",
    ruleId: "core.delete-workspace",
    severity: "high",
    message: "deletes the whole workspace",
    references: ["CWE-73"],
  },
  // ---- network
  {
    kinds: ["net.fetch", "net.send"],
    classes: ["host.metadata"],
    action: "block",
    ruleId: "core.cloud-metadata",
    severity: "critical",
    message: "talks to the cloud metadata service",
    references: ["CWE-918", "ASI03"],
  },
  {
    kinds: ["net.send", "net.fetch"],
    classes: ["host.drop_point"],
    when: (e) => e.labels.some((l) => l === "env" || l === "file.private" || (l === "file" && !CHAT.test(e.target))),
    action: "block",
    ruleId: "core.exfiltration",
    severity: "critical",
    message: "sends local data to a drop point",
    references: ["CWE-200", "ASI02"],
  },
  {
    kinds: ["net.send", "mail.send"],
    classes: [],
    when: (e) => e.labels.includes("env"),
    action: "require_approval",
    ruleId: "core.send-environment",
    severity: "high",
    message: "sends environment values over the network",
    references: ["CWE-526"],
  },
  {
    kinds: ["net.send", "mail.send"],
    classes: [],
    when: (e) => e.labels.includes("file.private"),
    action: "require_approval",
    ruleId: "core.send-file",
    severity: "high",
    message: "sends a private file over the network",
    references: ["CWE-200", "ASI02"],
  },
  {
    kinds: ["net.fetch", "net.send"],
    classes: ["host.raw"],
    action: "require_approval",
    ruleId: "core.raw-address",
    severity: "medium",
    message: "talks to a raw public address",
    references: ["CWE-918"],
  },
  {
    kinds: ["net.listen"],
    classes: [],
    when: (e) => e.args.backwards === true,
    action: "require_approval",
    ruleId: "core.way-in",
    severity: "high",
    message: "opens a way in from outside",
    references: ["CWE-912", "ASI10"],
  },
  {
    kinds: ["infra.change"],
    classes: [],
    when: (e) => e.args.irreversible === true,
    action: "require_approval",
    ruleId: "core.irreversible-change",
    severity: "high",
    message: "changes something shared in a way that cannot be taken back",
    references: ["CWE-841", "ASI02"],
  },
  // ---- databases
  {
    kinds: ["db.update_all"],
    classes: [],
    action: "block",
    ruleId: "core.update-all",
    severity: "critical",
    message: "updates every row of a table",
    references: ["CWE-943"],
  },
  {
    kinds: ["db.admin"],
    classes: [],
    when: (e) => e.args.powers === true,
    action: "require_approval",
    ruleId: "core.database-powers",
    severity: "high",
    message: "gives rights over a database to everybody, over everything, or to pass on",
    references: ["CWE-269", "ASI03"],
  },
  {
    kinds: ["db.read"],
    classes: ["unknown.network"],
    action: "require_approval",
    ruleId: "core.fetched-statement",
    severity: "high",
    message: "runs a statement from the network in a database",
    references: ["CWE-89", "ASI05"],
  },
  // ---- infrastructure and people
  {
    kinds: ["infra.change"],
    classes: [],
    when: (e) => e.args.destroys === true || /=cluster-admin\b/.test(e.target),
    action: "require_approval",
    ruleId: "infrastructure.destroys",
    severity: "high",
    message: "deletes deployed infrastructure or hands it over",
    references: ["CWE-840", "ASI02"],
  },
  {
    kinds: ["mail.send"],
    classes: [],
    when: (e) => e.args.many === true,
    action: "require_approval",
    ruleId: "core.mass-mail",
    severity: "high",
    message: "writes to everybody that a list names",
    references: ["CWE-799", "ASI02"],
  },
  {
    kinds: ["process.exec"],
    classes: [],
    when: (e) => BREAKS_IN.test(e.target),
    action: "require_approval",
    ruleId: "core.attack-tool",
    severity: "high",
    message: "starts a tool for breaking in or for mining",
    references: ["CWE-506", "ASI10"],
  },
  // ---- processes and system
  {
    kinds: ["process.signal"],
    classes: ["command.process"],
    action: "block",
    ruleId: "core.kill-by-name",
    severity: "high",
    message: "kills processes",
    references: ["CWE-400"],
  },
  {
    kinds: ["process.signal"],
    classes: [...UNKNOWN, "process.other"],
    when: (e) => !/getpid\(\)|\.pid\b/.test(e.target),
    action: "require_approval",
    ruleId: "core.signal-other",
    severity: "medium",
    message: "signals a process of others",
    references: ["CWE-400"],
  },
  {
    kinds: ["system.control"],
    classes: [],
    action: "block",
    ruleId: "core.system-control",
    severity: "critical",
    message: "controls the system: power, firewall, users, services or mounts",
    references: ["CWE-250"],
  },
  {
    kinds: ["resource.exhaust"],
    classes: [],
    action: "block",
    ruleId: "core.resource-exhaustion",
    severity: "critical",
    message: "exhausts processes or memory",
    references: ["CWE-400"],
  },
];

/** `bash -c {?}`: a line for a shell, whoever starts the shell. */
const SHELL_LINE = /^(\S*\/)?((ba|z|da|k|fi)?sh|cmd(\.exe)?|powershell(\.exe)?|pwsh)\s+(-\w+\s+)*(-\w*c|\/c|-Command)\s+["']?\{\?\}/i;
/** Programs that guess passwords, exploit, intercept or mine. */
const BREAKS_IN =
  /(^|[;&|\s/])(hydra|medusa|ncrack|john|hashcat|sqlmap|msfconsole|msfvenom|masscan|aircrack-ng|airodump-ng|bettercap|ettercap|arpspoof|responder|crackmapexec|netexec|evil-winrm|patator|wpscan|nikto|linpeas(\.sh)?|winpeas(\.exe)?|xmrig|minerd|cpuminer|t-rex|nbminer)(\s|$)/;
/** Calls that only name what is there. */
const LISTS = /(glob|walk|listdir|scandir|iterdir|readdir\w*|lstat\w*|stat\w*|readlink|globSync)$/;

/** Code of packages that other programs load; caches beside it are nobody's code. */
const INSTALLED_CODE =
  /(^|\/)(node_modules\/(?!\.)(@[^/]+\/)?[^/]+\/.*\.(c|m)?js|(site|dist)-packages\/.*\.(py|pth|so)|package\.json\.lock)$/;
/** Chats where people are told things; a plain report there is no dump. */
const CHAT = /^(https?:\/\/)?([\w-]+\.)*(discord(app)?\.com|api\.telegram\.org)([/:]|$)/;

/** Where programs keep data and logs that are there to be read. */
const DATA_PLACES =
  /^\/(data|datasets?|mnt|media|app|srv|workspace|work|code|src|content|inputs?|outputs?|models?|kaggle|opt|project|repo|builds?|shared|storage|volumes?|test|tests|path|some|foo|example|logs?)(\/|$)|^\/var\/(log\/(?!(auth|secure|syslog|messages|kern|audit|btmp|wtmp|lastlog|faillog|sudo))|lib\/(app|data)|www|data|tmp|cache)|^\/[\w.-]+\.(json|csv|txt|ya?ml|md|html|toml|ini|xml|parquet|png|jpe?g|log)$|^(\/System)?\/Library\/(CoreServices|Fonts)\/|^\/Applications\/|^\/etc\/(machine-id|hostid)$|^\/etc\/(?!(ssh|ssl|pam|sudoers|kubernetes|openvpn|wireguard|ppp|ipsec|NetworkManager|mysql|postgresql|security|audit|krb5|rancher|docker|libvirt|samba|openldap|ldap)\b)[\w.-]+\/([\w.-]+\/)*[\w.-]+\.(conf|cfg|ya?ml|toml|ini|json)$|^\/var\/lib\/dbus\/machine-id$|^\/\{|^[A-Za-z]:\/|^\/\{[^}]*\}$/;

const isDevNull = (effect: Effect): boolean => /^\/dev\/(null|stdout|stderr|tty)$/.test(effect.target);

export function judgeByPosture(effect: Effect): Judgement | null {
  for (const row of BALANCED) {
    if (!row.kinds.includes(effect.kind)) continue;
    if (row.classes.length > 0 && !row.classes.some((c) => effect.targetClasses.includes(c))) continue;
    if (row.when !== undefined && !row.when(effect)) continue;
    const reasonCode = row.action === "block" ? "effect.blocked" : "effect.review";
    const target = effect.target === "" || effect.target === "{?}" ? "" : `: ${effect.target}`;
    return {
      ruleId: row.ruleId,
      severity: row.severity,
      message: `the program ${row.message}${target}`,
      action: row.action,
      references: row.references,
      reasonCode,
      impact: "unlimited",
    };
  }
  return null;
}
