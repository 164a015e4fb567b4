/** Commands that administer a machine: Windows, macOS and Linux tools where a verb tells looking from changing. */
import { type CommandMeaning, oneEffect, only, pathEffect, words } from "./shell-meaning.ts";

/** Words with which such a tool only shows something. */
const LOOKS = words(
  "status list show get query print version help --version --help -l -L -S -s -n --list --status --list-rules -q --numeric --check -h /query /enum enum info csrutil",
);

const FIREWALLS = words("iptables ip6tables nft ufw firewall-cmd auditctl sysctl mount sc netsh setenforce");
/** Tools for disks, pools, volumes and machines: the verbs after which what they held is gone. */
const STORAGE: Readonly<Record<string, (args: readonly string[]) => CommandMeaning>> = {
  badblocks: (args) => destroys(args, /^-[a-z]*w/),
  debugfs: (args) => destroys(args, /^-w$/),
  xfs_db: (args) => destroys(args, /^-x$/),
  efibootmgr: (args) => destroys(args, /^-[a-zA-Z]*B$|^--delete-bootnum$/),
  flashrom: (args) => destroys(args, /^(-w|--write|-E|--erase)$/),
  lvm: (args) => (/^(lv|vg|pv)(remove|reduce)$/.test(args[0] ?? "") ? unlessTried(args) : only("command.inspect")),
  mdadm: (args) => destroys(args, /^(--(zero-superblock|stop|fail|remove|create)|-[SCfr])$/),
  lvremove: (args) => unlessTried(args),
  vgremove: (args) => unlessTried(args),
  pvremove: (args) => unlessTried(args),
  lvreduce: (args) => unlessTried(args),
  zpool: (args) => destroys(args, /^(destroy|labelclear)$/),
  zfs: (args) => destroys(args, /^(destroy|rollback)$/),
  btrfs: (args) => (/^su/.test(args[0] ?? "") ? destroys(args, /^del/) : only("command.inspect")),
  nvme: (args) => destroys(args, /^(format|sanitize|delete-ns)$/),
  hdparm: (args) => destroys(args, /^--(security-erase|trim-sector)/),
  rbd: (args) => destroys(args, /^(rm|remove|purge)$/),
  virsh: (args) => destroys(args, /^(destroy|undefine|vol-delete|vol-wipe|pool-delete)$/),
  vagrant: (args) => destroys(args, /^destroy$/),
  snapper: (args) => destroys(args, /^delete$/),
  timeshift: (args) => destroys(args, /^--delete/),
  restic: (args) => (keepsSome(args) ? only("command.build") : destroys(args, /^(forget|prune)$/)),
  borg: (args) => (keepsSome(args) ? only("command.build") : destroys(args, /^(delete|prune)$/)),
};

/** `restic forget --keep-daily 14 --prune`: what a plan of several days keeps is what backups are there for. */
const keepsSome = (args: readonly string[]): boolean =>
  args.some(
    (a, i) =>
      /^--keep-(daily|weekly|monthly|yearly|within\S*|last|hourly)(=|$)/.test(a) &&
      /^([2-9]|[1-9]\d+|\d+[dwmy]\S*)$/.test(a.split("=")[1] ?? args[i + 1] ?? ""),
  );

/** `journalctl --vacuum-time=14d`: a week or more, or many megabytes, of what was written last stays. */
export const keepsDays = (args: readonly string[]): boolean =>
  args.some((a, i) => /^--vacuum-(time|size)(=|$)/.test(a) && KEPT.test(a.split("=")[1] ?? args[i + 1] ?? "")) &&
  !args.includes("--rotate");
const KEPT = /^(([7-9]|\d{2,})\s?d(ays?)?|\d+\s?(w(eeks?)?|months?|y(ears?)?)|[1-9]\d{2,}M|\d+G)$/;

const unlessTried = (args: readonly string[]): CommandMeaning =>
  args.some((a) => /^(-t|--test|--help|--version)$/.test(a)) ? only("command.inspect") : only("command.destructive");

const ADMINISTRATION: Readonly<Record<string, (args: readonly string[]) => CommandMeaning | null>> = {
  vssadmin: (args) => destroys(args, /^(delete|resize)$/i),
  wbadmin: (args) => destroys(args, /^(delete|disable)$/i),
  wmic: (args) => destroys(args, /^(delete|shadowcopy)$/i),
  diskshadow: (args) => destroys(args, /./),
  bcdedit: (args) => controls("bcdedit", args, /^\/(set|delete|deletevalue|import)$/i),
  cipher: (args) => destroys(args, /^\/w/i),
  format: (args) => destroys(args, /^[a-z]:$/i),
  diskpart: () => only("command.destructive"),
  wevtutil: (args) => destroys(args, /^(cl|clear-log|sl|set-log)$/i),
  "Clear-EventLog": () => only("command.destructive"),
  fsutil: (args) => destroys(args, /^(deletejournal|setzerodata)$/i),
  reg: (args) => registry(args),
  schtasks: (args) => persists("schtasks", args, /^\/(create|change|run|delete)$/i),
  sc: (args) => persists("sc", args, /^(create|config|delete|stop)$/i),
  netsh: (args) => controls("netsh", args, /^(set|add|delete|reset|off|disable)$/i),
  net: (args) => controls("net", args, /^(\/add|\/delete|stop)$/i),
  rundll32: (args) => (args.some((a) => /comsvcs|MiniDump|javascript:|mshtml/i.test(a)) ? reads("process memory") : null),
  procdump: (args) => (args.some((a) => /lsass/i.test(a)) ? reads("process memory") : null),
  mimikatz: () => reads("credentials of the system"),
  certutil: (args) => (args.some((a) => /^-urlcache/i.test(a)) ? only("command.network") : null),
  mshta: (args) => (args.some((a) => /^(https?|vbscript|javascript):/i.test(a)) ? only("command.network", "command.destructive") : null),
  regsvr32: (args) => (args.some((a) => /https?:/i.test(a)) ? only("command.network", "command.destructive") : null),
  bitsadmin: (args) => (args.some((a) => /^\/transfer/i.test(a)) ? only("command.network") : null),
  security: (args) =>
    args.some((a) => /^(find-(generic|internet)-password|dump-keychain|export|find-key)$/.test(a)) ? reads("the keychain") : null,
  "secret-tool": (args) => (args.some((a) => /^(lookup|search)$/.test(a)) ? reads("the keyring") : null),
  csrutil: (args) => controls("csrutil", args, /^disable$/),
  spctl: (args) => controls("spctl", args, /^--(master|global)-disable$/),
  tmutil: (args) => destroys(args, /^(delete|disable|deletelocalsnapshots)$/),
  journalctl: (args) => (keepsDays(args) ? only("command.build") : destroys(args, /^--(vacuum-\w+(=.*)?|rotate)$/)),
  auditctl: (args) => controls("auditctl", args, /^-[eDdaA]$/),
  "aa-teardown": () => only("command.privilege"),
  "aa-disable": () => only("command.privilege"),
  setenforce: (args) => controls("setenforce", args, /^(0|permissive)$/i),
  ...STORAGE,
  gcore: () => reads("process memory"),
  ip: (args) => (ownLoop(args) ? only("command.build") : controls("ip", args, /^(add|del|delete|set|flush|replace|change)$/)),
  tc: (args) => controls("tc", args, /^(add|del|replace|change)$/),
  hostnamectl: (args) => controls("hostnamectl", args, /^(set-|hostname$)/),
  timedatectl: (args) => controls("timedatectl", args, /^set-/),
  pm2: (args) => persists("pm2", args, /^(startup|save)$/),
  "systemd-run": (args) => persists("systemd-run", args, /^--(on-\w+|timer-property)(=|$)/),
  "ssh-copy-id": (args) => persists("ssh-copy-id", args, /@|^[\w.-]+$/),
  "update-alternatives": (args) => alternatives(args),
  alternatives: (args) => alternatives(args),
  crictl: (args) => destroys(args, /^rm/),
  chage: (args) => controls("chage", args, /^(-[EMImdW]|--(expiredate|maxdays|mindays|inactive|lastday)(=.*)?)$/),
  date: (args) => controls("date", args, /^(-s|--set(=.*)?)$/),
  ethtool: (args) => controls("ethtool", args, /^(-[sKGCLNEAfrp]|--(change|offload|set-\w+|flash|reset))$/),
  brctl: (args) => controls("brctl", args, /^(addbr|delbr|addif|delif|setfd|stp)$/),
  dscl: (args) => controls("dscl", args, /^-?(create|delete|passwd|append|change|merge)$/),
  faillock: (args) => controls("faillock", args, /^--reset$/),
  semanage: (args) => controls("semanage", args, /^(-[admD]|--(add|delete|modify|deleteall)|permissive)$/),
  grubby: (args) => controls("grubby", args, /^--(update-kernel|args|remove|set|add)/),
  realm: (args) => controls("realm", args, /^(leave|join|permit|deny)$/),
  authselect: (args) => controls("authselect", args, /^(select|enable-feature|disable-feature|opt-out)$/),
  lastlog: (args) => destroys(args, /^(-C|-S|--clear|--set)$/),
  ifconfig: (args) => (ownLoop(args) ? only("command.build") : controls("ifconfig", args, /^(up|down|-?promisc|add|del|netmask|hw)$/)),
  route: (args) => controls("route", args, /^(add|del|delete|flush)$/),
  arp: (args) => controls("arp", args, /^-[sd]$/),
  nmcli: (args) => controls("nmcli", args, /^(off|down|delete|modify|add)$/),
  rfkill: (args) => controls("rfkill", args, /^block$/),
  gpg: (args) => (args.some((a) => /^--export-secret-(sub)?keys?$/.test(a)) ? reads("~/.gnupg") : null),
  ngrok: (args) => tunnel("ngrok", args, /^(http|tcp|tls|start)$/),
  cloudflared: (args) => tunnel("cloudflared", args, /^(tunnel)$/),
  chisel: (args) => tunnel("chisel", args, /^R:/),
  bore: (args) => tunnel("bore", args, /^local$/),
  frpc: (args) => tunnel("frpc", args, /./),
  localtunnel: (args) => tunnel("localtunnel", args, /^(-p|--port)/),
  lt: (args) => tunnel("lt", args, /^(-p|--port)/),
  tailscale: (args) => tunnel("tailscale", args, /^funnel$/),
};

/** `ip link set lo up`: what talks to nobody. */
const ownLoop = (args: readonly string[]): boolean => args.includes("lo") && args.includes("up") && !args.includes("add");

/** Which program stands behind a name: one of the system's is a link there; any other one is somebody's own. */
function alternatives(args: readonly string[]): CommandMeaning {
  const at = args.findIndex((a) => /^--(install|set|remove)/.test(a));
  if (at < 0) return only("command.inspect");
  const [first = "", second = "", third = ""] = args.slice(at + 1);
  const program = args[at] === "--install" ? third : second;
  const own =
    args[at]?.startsWith("--remove") === true ||
    pathEffect("fs.read", program).classes.every((c) => /system_public|unknown|system_sensitive/.test(c));
  if (!own) return oneEffect("system.control", ["update-alternatives", ...args].join(" "), ["command.privilege"]);
  const link = pathEffect("fs.write", args[at] === "--install" ? first : `/etc/alternatives/${first}`);
  return { classes: ["command.build"], effects: [link], nested: [] };
}

const destroys = (args: readonly string[], verb: RegExp): CommandMeaning =>
  args.some((a) => verb.test(a)) ? only("command.destructive") : only("command.inspect");

const controls = (program: string, args: readonly string[], verb: RegExp): CommandMeaning =>
  args.some((a) => verb.test(a))
    ? oneEffect("system.control", [program, ...args].join(" "), ["command.privilege"])
    : only("command.inspect");

const persists = (program: string, args: readonly string[], verb: RegExp): CommandMeaning =>
  args.some((a) => verb.test(a))
    ? oneEffect("system.control", [program, ...args].join(" "), ["command.persistence"])
    : only("command.inspect");

/** Whoever knows the other end gets in. */
const tunnel = (program: string, args: readonly string[], verb: RegExp): CommandMeaning | null =>
  args.some((a) => verb.test(a)) && !args.some((a) => /^(--help|--version|help|list|info|status)$/.test(a))
    ? {
        classes: ["command.network"],
        effects: [{ kind: "net.listen", target: [program, ...args].join(" "), classes: [], args: { backwards: true } }],
        nested: [],
      }
    : null;

/** What is read is a secret of somebody. */
const reads = (what: string): CommandMeaning => ({
  classes: ["command.privilege"],
  effects: [{ kind: "fs.read", target: what, classes: ["path.credentials"] }],
  nested: [],
});

/** `reg save HKLM\SAM`, `reg add ...\Run`, `reg add ...\Windows Defender`. */
function registry(args: readonly string[]): CommandMeaning {
  const verb = (args[0] ?? "").toLowerCase();
  const key = args[1] ?? "";
  if (/^(save|export)$/.test(verb) && /\\(SAM|SYSTEM|SECURITY)$/i.test(key)) return reads(key);
  if (!/^(add|delete|import|restore|load)$/.test(verb)) return only("command.inspect");
  const starts = /\\(Run|RunOnce|Winlogon|Image File Execution Options|Services)(\\|$)/i.test(key);
  return oneEffect("system.control", `reg ${args.join(" ")}`, [starts ? "command.persistence" : "command.privilege"]);
}

const POWERSHELL =
  /\b(Set-MpPreference|Add-MpPreference|Disable-WindowsOptionalFeature|Set-NetFirewallProfile|Remove-EventLog|Clear-EventLog|Disable-LocalUser|New-LocalUser|Add-LocalGroupMember|New-Service|Register-ScheduledTask|Set-ExecutionPolicy|Stop-Service|Stop-Computer|Restart-Computer)\b/i;
const POWERSHELL_RUIN = /\b(Format-Volume|Clear-Disk|Remove-Partition|Clear-RecycleBin|Remove-Item\b[^|;]*-Recurse[^|;]*[A-Z]:\\)/i;
const POWERSHELL_FETCH =
  /(\bIEX\b|Invoke-Expression)[\s\S]*(DownloadString|Invoke-WebRequest|\biwr\b|Net\.WebClient)|(DownloadString|\biwr\b|Invoke-WebRequest)[\s\S]*\|\s*(IEX|Invoke-Expression)\b/i;

/** The decoded argument of `-EncodedCommand`: base64 of UTF-16. */
const ENCODED = /(?:^|\s)[-/]e(?:nc|c|ncodedcommand)?\s+([A-Za-z0-9+/=]{8,})/i;

/** What a line for PowerShell does, by the names of its cmdlets. */
export function powershellMeaning(line: string): CommandMeaning | null {
  if (ENCODED.test(line)) return oneEffect("code.hidden", line, ["command.interpreter", "command.network"]);
  if (POWERSHELL_FETCH.test(line)) return oneEffect("code.hidden", line, ["command.interpreter", "command.network"]);
  if (POWERSHELL_RUIN.test(line)) return only("command.destructive");
  return POWERSHELL.test(line) ? oneEffect("system.control", line, ["command.privilege"]) : null;
}

/** null: not such a command, or nothing that these tables tell apart. */
export function administrationMeaning(program: string, args: readonly string[]): CommandMeaning | null {
  const known = Object.hasOwn(ADMINISTRATION, program) ? ADMINISTRATION[program]?.(args) : undefined;
  if (known !== undefined) return known;
  const looks = FIREWALLS.has(program) && (args.length === 0 || LOOKS.has(args[0] as string)) && !args.some((a) => /^-[AIDFXPN]$/.test(a));
  return looks ? only("command.inspect") : null;
}
