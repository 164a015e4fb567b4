/** Programs that control the system: services, users, firewall, power, kernel, processes and how long things stay. */
import { keepsDays } from "./shell-administration.ts";
import { operands } from "./shell-files.ts";
import { BY_NAME, type CommandMeaning, causesOf, expansionsOf, merge, oneEffect, only, pathEffect, words } from "./shell-meaning.ts";
import { baseName } from "./shell-wrappers.ts";

const PERSISTENCE = words("crontab at batch systemctl service update-rc.d chkconfig launchctl schtasks rc-update loginctl");
const CONTROL = words(
  "ebtables arptables addgroup delgroup groupmems newusers lpasswd pwunconv grpunconv smbpasswd pam-auth-update authconfig ifdown rtcwake pm-suspend pm-hibernate setsebool semodule shutdown reboot halt poweroff init telinit iptables ip6tables iptables-restore nft ufw firewall-cmd useradd userdel usermod adduser deluser passwd chpasswd groupadd groupdel groupmod gpasswd vipw chsh mount umount swapoff swapon sysctl modprobe insmod rmmod kexec setenforce auditctl setcap chattr dmsetup cryptsetup losetup ldconfig swapctl apparmor_parser aa-disable aa-complain esxcli bcdedit vssadmin",
); // prettier-ignore
const SIGNAL = words("kill pkill killall killall5 slay xkill taskkill skill fuser");
/** Arguments with which such a program only looks. */
const LOOKS: readonly (readonly [program: RegExp, args: RegExp])[] = [
  [/^(ip6|eb|arp|ip)tables$/, /^(-[a-zA-Z]*[LS]|--list|--list-rules|--version|-V)$/],
  [/^nft$/, /^list$/],
  [/^(ufw|firewall-cmd)$/, /^(status|--state|--list.*|--get.*|version)$/],
  [/^sysctl$/, /^(-n|-a|-N|--all|--values)$/],
  [/^(passwd|chage)$/, /^(-S|--status)$/],
  [/^modprobe$/, /^(-n|--dry-run|-c|--showconfig|-D|--show-depends)$/],
  [/^auditctl$/, /^(-l|-s)$/],
  [/^(losetup|dmsetup|swapon)$/, /^(-a|-l|--list|--show|ls|info|status)$/],
  [/^ldconfig$/, /^(-p|--print-cache)$/],
]; // prettier-ignore
const READS_SERVICE =
  /^(status|list|show|is-[a-z-]+|list-[a-z-]+|-l|cat|--version|help|get-default|show-environment|--status-all|print|session-status|user-status)$/;

const OWN_SERVICE = /^((try-)?restart|start|stop|reload|reload-or-restart|daemon-reload|reset-failed|kill)$/;

/** `-o pool.example:3333 -u WALLET --threads 8`: what miners are told, whatever the program is called. */
const minesForPool = (args: readonly string[]): boolean =>
  args.some((a, i) => /^(-o|--url)$/.test(a) && /^[\w{?}.-]+:\d{2,5}$/.test(args[i + 1] ?? "")) &&
  args.some((a) => /^(-u|--user)$/.test(a)) &&
  args.some((a) =>
    /^(-t|-a|-k|--(threads|algo|coin|donate-level|keepalive|cpu-[\w-]+|cuda|opencl|rig-id|background|randomx-[\w-]+))$/.test(a),
  );

/** null: not such a program. */
export function systemMeaning(given: string, args: readonly string[]): CommandMeaning | null {
  // One program under the names of its two engines.
  const program = given.replace(/^((ip6|ip|eb|arp)tables)-(legacy|nft)$/, "$1");
  if (SIGNAL.has(program)) return signalMeaning(program, args);
  if (PERSISTENCE.has(program)) return persistenceMeaning(program, args);
  if (program === "journalctl" && args.some((a) => /^--(vacuum|rotate|flush)/.test(a)) && !keepsDays(args))
    return erased("/var/log/journal");
  if (program === "history") return args.some((a) => /^-[cdw]/.test(a)) ? erased("~/.bash_history") : only("command.inspect");
  if (
    /^\.?(tracker|xmrig|minerd|cpuminer|ethminer|cgminer|bfgminer|nbminer|t-rex|lolMiner|xmr-stak)/i.test(program) ||
    args.some((a) => /^stratum\+(tcp|ssl|tls)/i.test(a)) ||
    minesForPool(args)
  )
    return oneEffect("resource.exhaust", [program, ...args].join(" "), ["command.process"]);
  if (program === "fallocate" && args.some((a) => /\d{3,}[GT]|\d[TPE]/.test(a)))
    return oneEffect("resource.exhaust", args.join(" "), ["command.process"]);
  if (program === "stress" || program === "stress-ng") return oneEffect("resource.exhaust", args.join(" "), ["command.process"]);
  if (program === "touch") return touchMeaning(args);
  const server = serverMeaning(program, args);
  if (server !== null) return server;
  if (/^(busctl|dbus-send|gdbus|qdbus)$/.test(program)) return busMeaning(program, args);
  if (!CONTROL.has(program)) return null;
  if (onlyLooks(program, args)) return only("command.inspect");
  return oneEffect("system.control", [program, ...args].join(" "), ["command.privilege"]);
}

/** Methods with which the bus stops services, the machine or its protection, and changes who may use it. */
const BUS_CONTROL =
  /(^|\.)(StopUnit|KillUnit|MaskUnitFiles|DisableUnitFiles|EnableUnitFiles|LinkUnitFiles|StartTransientUnit|PowerOff|Reboot|Halt|KExec|Suspend|Hibernate|SetPassword|CreateUser|DeleteUser|SetAccountType|addRule|setDefaultZone|enablePanicMode|Format|RemovePackages)$/;

/** `busctl call SERVICE OBJECT INTERFACE METHOD`, `dbus-send ... INTERFACE.METHOD`. */
function busMeaning(program: string, args: readonly string[]): CommandMeaning {
  if (args.some((a) => BUS_CONTROL.test(a))) return oneEffect("system.control", [program, ...args].join(" "), ["command.privilege"]);
  return only(/^(call|set-property)$/.test(operands(args)[0] ?? "") || program === "dbus-send" ? "command.unknown" : "command.inspect");
}

/** Servers that read their own configuration: whether it is valid, and again while they run. */
const CHECKS_ITSELF: Readonly<Record<string, RegExp>> = {
  nginx: /^-[tTvV]$/,
  ...{ apachectl: /^(-t|-S|configtest|status|fullstatus)$/, apache2ctl: /^(-t|-S|configtest|status|fullstatus)$/, httpd: /^-[tSv]$/ },
  ...{ sshd: /^-[tT]$/, haproxy: /^-c$/, caddy: /^(validate|fmt|version)$/, postfix: /^(check|status)$/ },
  ...{ "php-fpm": /^-t$/, dnsmasq: /^--test$/, promtool: /^check$/ },
};
const RELOADS_ITSELF =
  /^(nginx -s (reload|reopen)|(apachectl|apache2ctl|httpd) (-k )?(graceful|restart)|postfix reload|caddy reload|squid -k reconfigure)\b/;

function serverMeaning(program: string, args: readonly string[]): CommandMeaning | null {
  const line = [program, ...args].join(" ");
  if (RELOADS_ITSELF.test(line)) return { ...oneEffect("process.signal", line, ["process.other"]), classes: ["command.build"] };
  const checks = Object.hasOwn(CHECKS_ITSELF, program) ? CHECKS_ITSELF[program] : undefined;
  return checks !== undefined && args.some((a) => checks.test(a)) ? only("command.inspect") : null;
}

function onlyLooks(program: string, args: readonly string[]): boolean {
  if ((program === "mount" || program === "swapon") && operands(args).length === 0) return !args.includes("-a");
  if (program === "umount" && operands(args).length === 0) return !args.some((a) => /^(-[a-z]*a|--all)/.test(a));
  if (/^(umount|swapoff)$/.test(program) && operands(args).length > 0 && operands(args).every(isOwnPlace)) return true;
  if (program === "sysctl" && !args.some((a) => /^-[a-zA-Z]*[wp]$|=|--write|--load|--system/.test(a))) return true;
  if (program === "setcap" && args.includes("-v")) return true;
  if (args.some((a) => /^(--help|--version)$/.test(a))) return true;
  return LOOKS.some(
    ([name, looks]) =>
      name.test(program) &&
      args.some((a) => looks.test(a)) &&
      !args.some((a) => (/^-[a-zA-Z]*[FXDIAPwp]$/.test(a) && !looks.test(a)) || a.includes("=")),
  );
}

/** What the line itself may make and take away again. */
const isOwnPlace = (path: string): boolean => pathEffect("fs.read", path).classes.every((c) => c === "path.tmp");

const erased = (path: string): CommandMeaning => ({
  classes: ["command.destructive"],
  effects: [pathEffect("fs.delete", path)],
  nested: [],
});

/** Another time on a file of the system hides that it was changed. */
function touchMeaning(args: readonly string[]): CommandMeaning {
  const valued = args.filter((_a, i) => !/^(-[drt]|--date|--reference)$/.test(args[i - 1] ?? ""));
  const effects = operands(valued)
    .map((path) => pathEffect("fs.write", path))
    .filter((e) => e.classes.some((c) => !/workspace|tmp|unknown/.test(c))); // prettier-ignore
  return { classes: ["command.build"], effects, nested: [] };
}

/** Whoever starts a service switches nothing off, and nothing stays; but a target may be the end of the machine. */
const RESTARTS = /^(start|restart|reload|try-restart|reload-or-restart|force-reload|daemon-reload)$/;

const ENDS_MACHINE =
  /^(poweroff|reboot|halt|kexec|rescue|emergency|suspend|hibernate|exit|shutdown|ctrl-alt-del|runlevel[016])(\.target|\.service)?$/;

/** A service that is told to read its configuration or to open its logs anew. */
const REOPENS = /^kill (--\S+ )*(--signal[= ]|-s ?)(SIG)?(HUP|USR1|USR2)\b/;

function persistenceMeaning(program: string, args: readonly string[]): CommandMeaning {
  if (args.some((a) => READS_SERVICE.test(a)) || (program === "systemctl" && operands(args).length === 0 && args.length > 0))
    return only("command.inspect");
  // One's own services are started and stopped; only what starts them by itself stays.
  const own = program === "systemctl" && args.includes("--user") && args.some((a) => OWN_SERVICE.test(a));
  if (own) return only("command.build");
  // It runs before and after, so nothing is switched off, and nothing stays.
  const again = RESTARTS.test(operands(args)[program === "service" ? 1 : 0] ?? "") || REOPENS.test(args.join(" "));
  if (again && /^(systemctl|service)$/.test(program) && !args.some((a) => ENDS_MACHINE.test(a)))
    return { ...oneEffect("process.signal", `${program} ${args.join(" ")}`, ["process.other"]), classes: ["command.build"] };
  return oneEffect("system.control", `${program} ${args.join(" ")}`, ["command.persistence"]);
}

/** `kill` takes numbers of processes; the others take names. */
function signalMeaning(program: string, args: readonly string[]): CommandMeaning {
  if (program === "fuser" && !args.some((a) => /^-[a-z]*k|--kill/.test(a))) return only("command.inspect");
  if (args.some((a) => /^(-0|-l|-L|--list|--help|--version)$/.test(a)) || (args[0] === "-s" && args[1] === "0"))
    return only("command.inspect");
  if (program !== "kill") return oneEffect("process.signal", args.join(" "), ["command.process"]);
  const ids = killed(args);
  return merge(
    ids.map((id) => oneEffect("process.signal", id, processClasses(id))).map((m) => ({ ...m, classes: ["command.process" as const] })),
  ); // prettier-ignore
}

function killed(args: readonly string[]): string[] {
  const end = args.indexOf("--");
  if (end >= 0) return args.slice(end + 1);
  const rest = args.filter((_a, i) => !/^(-s|-n|--signal)$/.test(args[i - 1] ?? ""));
  const [first, ...more] = rest;
  const signal = first !== undefined && /^-/.test(first);
  return (signal && more.length > 0 ? more : signal ? [] : rest).filter((a) => a !== "-s" && a !== "-n");
}

/** `$!`, `%1` and `$$` are the program's own; `-1` is every process, and what `pgrep` and `pidof` find is looked up by name. */
function processClasses(id: string) {
  if (id === "-1") return ["command.process" as const];
  const found = expansionsOf(id);
  if (
    /^%/.test(id) ||
    (found.length > 0 && found.every((e) => e.labels.includes("shell:own") || e.source === "$" || /^\(\s*jobs\b/.test(e.source)))
  )
    return ["process.own" as const];
  if (found.some((e) => /\b(pgrep|pidof|ps)\b/.test(e.source) || e.labels.includes(BY_NAME))) return ["command.process" as const];
  return ["process.other" as const, ...causesOf(id)];
}

/** `strace -p PID`, `gcore PID`: what another process does and holds is read. */
export function attachedMeaning(full: readonly string[]): CommandMeaning | null {
  const program = baseName(full[0] ?? "");
  const attaches =
    /^(gcore|pmap|py-spy)$/.test(program) ||
    (/^(strace|ltrace|gdb|lldb|perf|bpftrace|reptyr)$/.test(program) &&
      full.some((a) => /^(-p\d*|--pid(=.*)?|--attach(-pid)?(=.*)?)$/.test(a)));
  const looks = program === "pmap" || (program === "py-spy" && full[1] === "top");
  return attaches && !looks ? oneEffect("process.signal", full.join(" "), ["process.other"]) : null;
}
