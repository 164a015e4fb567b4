/**
 * Targets are classes, not strings: a path, URL or host text (with `{?}` holes) becomes the set of classes it may belong to.
 * Prefix and suffix are both tested, so `{?}/.ssh/id_rsa` is a credential whatever comes before.
 */
import type { TargetClass } from "./effects.ts";
import { memo } from "./memo.ts";
import { type Cause, type Hole, partsOf, type Value } from "./values.ts";

const CREDENTIALS = [
  /\/\.ssh(\/|$)/,
  /\/\.aws(\/|$)/,
  /\/\.gnupg(\/|$)/,
  /\/\.kube\/config/,
  /\/\.docker\/config\.json/,
  /\/\.config\/gcloud/,
  /\/\.azure(\/|$)/,
  /\/\.netrc$/,
  /\/\.pgpass$/,
  /\/\.git-credentials$/,
  /\/\.npmrc$/,
  /\/\.pypirc$/,
  /\/id_(rsa|dsa|ecdsa|ed25519)$/,
  /\/\.vault-token$/,
  /\/(Login Data|Cookies|logins\.json|key4\.db)$/,
  /\/\.mozilla\//,
  /\/\.password-store(\/|$)/,
  /\/var\/run\/secrets(\/|$)/,
  /^\/run\/secrets(\/|$)/,
  /\/\.(bash|zsh|python)_history$/,
  /^\/etc\/(shadow|gshadow|sudoers)(-|$|\.d|\/)/,
  /^\/proc\/[^/]+\/environ$/,
  /^\/etc\/ssl\/private(\/|$)/,
  /^\/etc\/ssh\/ssh_host_\w+_key$/,
  /^\/etc\/(krb5\.keytab|kubernetes\/(admin|kubelet)\.conf|rancher\/k3s\/k3s\.yaml)$/,
  /^\/proc\/[^/]+\/(mem|auxv)$/,
  /\/(wallet\.dat|exodus\.wallet|nkbihfbeogaeaoehlefnkodbefgpgknn|seed\.seco)(\/|$)/,
  /\/(\.electrum|Electrum|\.ethereum|Ethereum|\.atomic|\.ledger[\w-]*|\.bitmonero|\.config\/solana|\.near-credentials)(\/|$)/,
  /\/\.(local\/share\/(keyrings|kwalletd)|config\/(gh|hub|op|rclone|heroku|doctl|scw|ngrok|Bitwarden( CLI)?|1Password|KeePass))(\/|$)/,
  /\/(Library\/Keychains|Microsoft\/(Credentials|Vault|Protect))(\/|$)/,
  /\.(kdbx|keychain-db|ppk|keytab)$/,
  /\/\.(s3cfg|boto|my\.cnf|smbcredentials|cargo\/credentials(\.toml)?|gem\/credentials|composer\/auth\.json|m2\/settings(-security)?\.xml|terraform\.d\/credentials\.tfrc\.json|fly\/config\.yml|vnc\/passwd|htpasswd|huggingface\/token|cache\/huggingface\/token|config\/hub|kaggle\/kaggle\.json|databrickscfg|snowsql\/config|oci\/config|bluemix\/config\.json|dockercfg|git-credential-cache)(\/|$)/,
  /\/(FileZilla|filezilla)\/(sitemanager|recentservers)\.xml$/,
  /\/(google-chrome|chromium|Chrome|Chromium|Edge|Brave-Browser|BraveSoftware|Vivaldi|Opera( Software)?|opera)\/.*(Login Data|Cookies|Web Data|Local State)/,
  /\/(Login Data( For Account)?|Web Data|cookies\.sqlite|signons\.sqlite|cert9\.db|key3\.db)$/,
  /\/(discord|discordcanary|Slack|Telegram Desktop|TelegramDesktop)\/(Local Storage|tdata|Cookies|storage)/i,
  /\/\.thunderbird(\/|$)/,
  /\/(\.(mysql|psql|sqlite|node_repl|irb|rediscli|mongo)_?history|\.dbshell|fish_history|ConsoleHost_history\.txt)$/,
  /\/(\.config\/(google-chrome|chromium|BraveSoftware|microsoft-edge|vivaldi|opera)[\w-]*|\.mozilla|Google\/Chrome\/User Data|Application Support\/(Google\/Chrome|Firefox))(\/[^/]*)?\/?$/,
  /^[A-Za-z]:\/Windows\/System32\/config\/(SAM|SYSTEM|SECURITY)/i,
  /\/(ntds\.dit|unattend\.xml|lsass\.dmp)$/i,
]; // prettier-ignore
const PERSISTENCE = [
  /^\/etc\/(cron|init\.d|systemd|profile|rc\.local|ld\.so\.preload|pam\.d|update-motd)/,
  /^\/var\/spool\/cron/,
  /\/\.config\/(autostart|systemd)(\/|$)/,
  /\/\.(bashrc|bash_profile|profile|zshrc|zprofile|bash_logout|zshenv)$/,
  /\/\.ssh\/(authorized_keys|rc)$/,
  /\/Launch(Agents|Daemons)(\/|$)/,
  /\/\.git\/hooks\//,
  /\/(sitecustomize|usercustomize)\.py$/,
  /\.pth$/,
  /^\/etc\/ld\.so\.conf/,
  /Start Menu.Programs.Startup/i,
  /^\/etc\/(bash\.bashrc|zsh\/|environment|xdg\/autostart|modules-load\.d|modprobe\.d|udev\/rules\.d|NetworkManager\/dispatcher\.d|apt\/apt\.conf\.d|inittab|anacrontab|at\.|rc\d?\.d|rc\.local)/,
  /^\/(usr\/)?lib\/(systemd\/(system|user)(-generators|-shutdown|-sleep)?|udev\/rules\.d|modules-load\.d)(\/|$)/,
  /^\/etc\/(modules$|dhcp\/dhclient-\w+-hooks\.d|network\/if-[\w-]+\.d|ppp\/ip-\w+\.d|acpi\/events)/,
  /\/\.(bash_login|bash_aliases|config\/fish\/(config\.fish|conf\.d)|xinitrc|xsession|xprofile|pam_environment|pythonrc)(\/|$)/,
  /\/\.(claude|cursor|codex|gemini|windsurf|codeium|continue|aider|kiro)\/(.*\/)?(settings(\.local)?\.json|mcp(_config)?\.json|hooks|config\.(json|toml|ya?ml))/,
  /\/(claude_desktop_config|cline_mcp_settings)\.json$|\/\.vscode\/mcp\.json$/,
]; // prettier-ignore
const SYSTEM_PUBLIC = [
  /^\/usr\/(share|lib|lib64|libexec|include|bin|sbin|local|src|games)(\/|$)/,
  /^\/(bin|sbin|lib|lib64)(\/|$)/,
  /^\/etc\/(selinux\/config|ssl\/certs|ssl\/openssl\.cnf|pki\/tls\/certs|ca-certificates|fonts|alternatives|ld\.so\.cache|magic|services|protocols|mailcap|([\w.-]+\/)*mime\.types|debian_version|redhat-release|alpine-release|lsb-release|issue|locale\.(?:conf|gen|alias)|default\/locale)(\/|$)/,
  /^\/proc(\/[^/]+(\/(stat|statm|status|comm|cmdline|io|limits|cgroup|sched|schedstat|oom_score|task|exe|cwd))?)?$/,
  /^\/proc\/(cpuinfo|meminfo|uptime|loadavg|stat|version|mounts|filesystems|diskstats|cmdline|modules|partitions|swaps|devices|interrupts|vmstat|net\/[\w/]+|acpi\/.*|bus\/.*|sys\/.*)$/,
  /^\/etc\/(ssh\/ssh(d)?_config|[\w.-]+\/([\w.-]+\/)*[\w.-]+\.pub)$/,
  /^\/etc\/(os-release|hostname|hosts|resolv\.conf|timezone|localtime|mime\.types)$/,
  /^\/sys\/(class|fs\/cgroup|devices|bus|block|module|firmware|power|kernel\/mm)/,
  /^\/dev\/(null|urandom|random|zero|stdin|stdout|stderr)$/,
  /^\/etc\/letsencrypt\/live\/[^/]+\/(cert|chain|fullchain)\.pem$/,
  /^\/proc\/self\/(status|statm|cgroup|maps|mounts|stat|limits|exe|cmdline|fd(\/.*)?)$/,
]; // prettier-ignore
const SYSTEM =
  /^\/(etc|usr|bin|sbin|lib|lib64|boot|var|opt|root|proc|sys|srv|run|dev|System|Library|Applications)(\/|$)|^[A-Za-z]:[\\/](Windows|Program Files|Users)?/;
/** Temporary files, and what programs keep only while they run: caches and states of their own, locks, the numbers of their processes. */
const TMP =
  /^(\/tmp|\/var\/tmp|\/private\/tmp|\{tmp\})(\/|$)|^\/var\/cache\/[^/]+\/.|^(~|\$HOME|\$\{HOME\}|\{home\})\/\.(cache|local\/state)\/[^/]+|^(\/var\/lock|(\/var)?\/run\/lock)\/.|^(\/var)?\/run\/(?!(systemd|secrets|user|docker|containerd|crio|podman|dbus|udev|credentials|netns|utmp|mount|initctl|log|sudo|screen|cloud-init|NetworkManager|sshd|lvm|cryptsetup|kubernetes|rancher|k3s)(\/|$))[A-Za-z][\w.-]*(\/|$)(?!.*\.sock)(?<!\.sock(et)?)|^(\/var)?\/run\/([^/]+\/)*[^/]*(\.pid|\.lock|(?<=\/)pid)$/;
const HOME = /^(~[^/]*|\$HOME|\$\{HOME\}|\{home\}|\/home|\/Users|\/root)(\/|$)/;
const DEVICE = /^\/dev\/(sd|hd|vd|xvd|nvme|mem|kmem|disk|mmcblk|loop|port)/;
const ROOT = /^(\/|\/\*|\/\.\*?|\/{2,}|[A-Za-z]:[\\/]?\*?|\/\.\/?|\/\{\?\}\*)$/;
/** Below `/home` and `/Users` one more segment names the user. */
const HOME_WHOLE = /^(?:~[^/]*|\$HOME|\$\{HOME\}|\{home\}|\/root|\/(?:home|Users)(?:\/[^/]+)?)(?:\/\.?\*?)?$/;
/** Directories that sit at the root of a system and seldom elsewhere: what `..` climbs to. */
const CLIMBED = /^\/(etc|proc|sys|root|boot)(\/|$)/;

/** Files of a project whose names say that they hold secrets; `.env.example` and its kin hold none. */
const SECRETS_FILE =
  /(^|\/|\{\?\})(\.env(\.(?!(example|sample|template|dist|defaults|tpl)$)[\w-]+)*(\{\?\})?|\.htpasswd|[\w.-]*secrets?\.(ya?ml|json|toml|ini|env|txt)|credentials?\.(ya?ml|json|toml|ini|txt|csv)|(client_secrets?|service[-_]?account)[\w.-]*\.json|[\w.-]*\.(key|p12|pfx|jks|keystore)|([\w.-]*[-_.])?(priv|private|server|client|tls|deploy|signing)?[-_.]?key\.pem|terraform\.tfstate)$/i;
export const holdsSecrets = (path: string): boolean => SECRETS_FILE.test(path);

/** What belongs to one application or one collection of a person: owners of the whole of it may change. */
const ONE_COLLECTION =
  /^(\/(srv|opt|data|mnt|media|exports?|backups?|var\/(www|lib|opt|log|spool|cache|backups))|\{home\}|~[^/]*|\$HOME|\/(home|Users)\/[^/{*?$]+)\/(?!\.\.)[^/{*?]+(?=\/|$)/;
export const isOneCollection = (path: string): boolean => ONE_COLLECTION.test(normalisePath(path));
/** The part of a path behind the collection that it belongs to; empty where it is no more than that. */
export function withinCollection(path: string): string {
  const plain = normalisePath(path);
  return plain.slice(ONE_COLLECTION.exec(plain)?.[0].length ?? plain.length);
}

/** Whoever runs an application reads its log; who logged in where, and what kernel and audit wrote, is for few. */
const APPLICATION_LOG =
  /^\/var\/log\/(?!(auth|secure|syslog|messages|kern|audit|[bwu]tmp|lastlog|faillog|tallylog|sudo|daemon|journal))[A-Za-z][\w.-]*(\/|$)/;

export const isLogOfApplication = (path: string): boolean => APPLICATION_LOG.test(path);

/** Where what everybody may have is kept. */
const PUBLISHED =
  /^\/(srv|var\/www|opt|data)\/([^/]+\/)*(public(_html)?|htdocs|static|dist|docs|downloads?|releases?|mirror|pub|published|packages|_?site)(\/|$)/;
export const isPublished = (path: string): boolean => PUBLISHED.test(normalisePath(path)) && !holdsSecrets(path);

/** Classes of what is read: a file that is not everybody's to change may be everybody's to read. `target`: what is shown of it. */
/** Settings of the system that everybody may read, and that hold no secret. */
const PUBLIC_SETTINGS =
  /^\/etc\/(fstab|mtab|crypttab|login\.defs|skel|apt(?!\/auth)|dpkg|X11|sysctl\.(conf|d)|kernel|default|modules(-load\.d)?|modprobe\.d|shells|host\.conf|nsswitch\.conf|hosts\.(allow|deny)|networks|profile(\.d)?|bash\.bashrc|inputrc|ld\.so\.conf(\.d)?|logrotate\.(conf|d)|systemd|udev|init\.d|rc\w?\.d|cron\.\w+|crontab|yum(\.repos\.d|\.conf)?|dnf|pacman\.(conf|d)|apk|nginx|apache2|httpd|php|postgresql(-common)?|java-[\w-]+|python[\d.]*|perl|vim|terminfo|xdg|debuginfod|rpc|adduser\.conf|gai\.conf|motd|issue\.net|mke2fs\.conf|wgetrc|gitconfig)(\/|$)/;
const isPublicSetting = (path: string): boolean => PUBLIC_SETTINGS.test(path) && !path.includes("..") && !holdsSecrets(path);

export function classesToRead({
  target,
  classes,
}: {
  readonly target: string;
  readonly classes: readonly TargetClass[];
}): readonly TargetClass[] {
  const isPublic = (path: string): boolean => !path.startsWith("/") || APPLICATION_LOG.test(path) || isPublicSetting(path);
  if (!(target.includes("/var/log/") || target.includes("/etc/")) || !target.split(" or ").every(isPublic)) return classes;
  return classes.map((each) => (each === "path.system_sensitive" ? "path.system_public" : each));
}

const CAUSE_CLASS: Readonly<Record<Cause, TargetClass>> = {
  free: "unknown.unmodelled",
  parameter: "unknown.parameter",
  input: "unknown.input",
  request: "unknown.input",
  env: "unknown.env",
  file: "unknown.file",
  network: "unknown.network",
  unmodelled: "unknown.unmodelled",
  local: "unknown.unmodelled",
  widened: "unknown.widened",
  budget: "unknown.budget",
};

/** `unknown.*` classes of the holes of a value; `computed: false` leaves out what the program computes itself (a date, a count). */
export function holeClasses(value: Value, computed = true): TargetClass[] {
  const out = new Set<TargetClass>();
  for (const member of value.k === "union" ? value.of : [value]) {
    for (const part of partsOf(member)) {
      // `{home}` and `{tmp}` are places that are known, wherever the machine keeps them.
      if (typeof part !== "string" && part.cause === "local" && !computed) continue;
      if (typeof part !== "string" && part.path !== "{home}" && part.path !== "{tmp}") out.add(CAUSE_CLASS[part.cause]);
    }
  }
  return [...out];
}

/** `//`, `.`, `..` and trailing slashes taken out; the text stays relative if it was. */
export function normalisePath(path: string): string {
  const text = path.replace(/^file:\/\//, "").replace(/\\/g, "/");
  const absolute = text.startsWith("/");
  const out: string[] = [];
  for (const segment of text.split("/")) {
    if (segment === "" || segment === ".") continue;
    if (segment === ".." && out.length > 0 && out[out.length - 1] !== ".." && !/[{~$]/.test(out[out.length - 1] as string)) out.pop();
    else if (segment === ".." && absolute) continue;
    else out.push(segment);
  }
  return (absolute ? "/" : "") + out.join("/");
}

/** Where a listing of a directory found something: one name below it. */
export const FOUND_PATH = "{found}";

export function classifyPath(value: Value): TargetClass[] {
  const out = new Set<TargetClass>(holeClasses(value));
  for (const member of value.k === "union" ? value.of : [value]) for (const c of classifyPathText(pathText(member))) out.add(c);
  return [...out];
}

/** Known parts with `{?}` for holes; a leading hole stays visible as such. */
function pathText(value: Value): string {
  return partsOf(value)
    .map((p) => (typeof p === "string" ? p : holeText(p)))
    .join("");
}
const NAMED = new Set(["{home}", "{tmp}", FOUND_PATH]);
const holeText = (hole: Hole): string => (hole.path !== null && NAMED.has(hole.path) ? hole.path : "{?}");

/**
 * Absolute paths that a text may stand for besides itself: where `..` climbs to, and what a leading hole that is empty leaves.
 * They only ever add suspicion, so they are tested against the named places and nothing else.
 */
function readings(path: string): string[] {
  const out = [path];
  if (!path.startsWith("/")) out.push(`/${path}`);
  const up = path.lastIndexOf("../");
  if (up >= 0) out.push(`/${path.slice(up + 3)}`);
  if (path.startsWith("{?}")) out.push(`/${path.slice(3).replace(/^\/+/, "")}`);
  return out;
}

export const classifyPathText: (raw: string) => readonly TargetClass[] = memo(pathClasses);

function pathClasses(raw: string): TargetClass[] {
  const text = raw.trim();
  const path = /^\/+\*?$/.test(text) ? text : normalisePath(text);
  const places = readings(path);
  if (places.some((p) => CREDENTIALS.some((r) => r.test(p)))) {
    return /\/authorized_keys$/.test(path) ? ["path.persistence", "path.credentials"] : ["path.credentials"];
  }
  if (places.some((p) => PERSISTENCE.some((r) => r.test(p)))) return ["path.persistence"];
  if (/\/agentguard-data(\/|$)|\/agentguard\.(db|ya?ml|json)|\/\.agentguard(\/|$)/.test(`/${path}`)) return ["path.own_audit"];
  // An empty or unset value before the slash leaves the root.
  if (path.startsWith("{?}")) return /^\{\?\}\/+(\.?\*)?$/.test(text) ? ["path.root", "path.unknown"] : ["path.unknown"];
  if (OF_THE_PROJECT.test(text)) return ["path.workspace"];
  if (/^\.\.(\/|$)/.test(path)) return climbed(path);
  if (TMP.test(path)) return ["path.tmp"];
  if (ROOT.test(path) || ROOT.test(text)) return ["path.root"];
  if (DEVICE.test(path)) return ["path.device"];
  if (SYSTEM_PUBLIC.some((r) => r.test(path))) return ["path.system_public"];
  if (HOME.test(path)) return HOME_WHOLE.test(path) ? ["path.home", "path.root"] : ["path.home"];
  if (SYSTEM.test(path)) return ["path.system_sensitive"];
  return path.startsWith("/") ? ["path.system_sensitive"] : ["path.workspace"];
}

/** A named directory beside the one that the program's own file is in: the project keeps its scripts in one of several. */
const OF_THE_PROJECT = /^\.\/\.\.\/(?!(etc|proc|sys|root|boot|home|usr|var|dev)(\/|$))[\w.-]*\w(\/(?!\.\.)|$)(?!.*\/\.\.(\/|$))/;

/** A relative path that leaves the workspace: how far up is not known. */
function climbed(path: string): TargetClass[] {
  const rest = `/${path.replace(/^(?:\.\.(?:\/|$))+/, "")}`;
  if (rest === "/" || rest === "/*") return ["path.root", "path.unknown"];
  if (DEVICE.test(rest)) return ["path.device", "path.unknown"];
  return CLIMBED.test(rest) ? ["path.system_sensitive", "path.unknown"] : ["path.unknown"];
}

const REGISTRY =
  /(^|\.)(pypi\.org|pythonhosted\.org|npmjs\.org|npmjs\.com|crates\.io|rubygems\.org|debian\.org|ubuntu\.com|golang\.org|maven\.org)$/;
const DROP_POINT =
  /(^|\.)(pastebin\.com|paste\.ee|hastebin\.com|ghostbin\.com|transfer\.sh|file\.io|0x0\.st|webhook\.site|requestbin\.(com|net)|requestcatcher\.com|pipedream\.net|ngrok\.io|ngrok-free\.app|ngrok\.app|trycloudflare\.com|localtunnel\.me|serveo\.net|interact\.sh|oast\.(pro|live|site|online|fun|me)|burpcollaborator\.net|bit\.ly|tinyurl\.com|t\.co|is\.gd|beeceptor\.com|hookbin\.com|termbin\.com|dpaste\.com|anonfiles\.com|gofile\.io|discord(app)?\.com|api\.telegram\.org)$/; // prettier-ignore
const METADATA =
  /^(169\.254\.169\.254|169\.254\.170\.2(\{\?\})?|metadata\.google\.internal|metadata\.azure\.com|100\.100\.100\.200|fd00:ec2::254|metadata)$/;
const LOOPBACK = /^(localhost|.*\.localhost|127(\.\d+){3}|::1?|0\.0\.0\.0)$/;
const PRIVATE =
  /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.|f[cd][0-9a-f]{2}:|fe[89ab][0-9a-f]:)|\.(local|internal|lan|intranet|corp)$|^[a-z0-9-]+$/;
const RAW = /^\d{1,3}(\.\d{1,3}){3}$|^[0-9a-f:]*:[0-9a-f:.]*$/i;

/** Classes of a URL or host value. */
export function classifyHost(value: Value): TargetClass[] {
  const out = new Set<TargetClass>();
  for (const member of value.k === "union" ? value.of : [value]) {
    const host = hostOf(pathText(member));
    for (const c of classifyHostText(host)) out.add(c);
    if (host === null || host.includes("{?}")) for (const c of holeClasses(member)) out.add(c);
  }
  return [...out];
}

/** Host of a URL text; null when a hole hides it. */
export function hostOf(url: string): string | null {
  // A hole is written with a `?`, which would end the authority.
  const rest = url
    .trim()
    .replaceAll("{?}", "\0")
    .replace(/^[a-z][a-z0-9+.-]*:\/\//i, "");
  const authority = rest.split(/[/?#]/, 1)[0] as string;
  const named = authority.slice(authority.lastIndexOf("@") + 1);
  const bareV6 = !named.includes("[") && named.split(":").length > 2;
  const host = (bareV6 ? named : named.replace(/:(?:\d|\0)*$/, "")).toLowerCase().replaceAll("\0", "{?}");
  return host === "" || host === "{?}" ? null : host;
}

/** One spelling per host: addresses as four decimal numbers or compressed hexadecimal, without brackets and the final dot. */
function canonicalHost(host: string): string {
  let plain = host.replace(/\.$/, "");
  if (/^(0x[0-9a-f]*|\d+)(\.(0x[0-9a-f]*|\d+))*$/.test(plain)) plain = urlHost(plain);
  else if (plain.includes(":")) plain = urlHost(plain.startsWith("[") ? plain : `[${plain}]`).replace(/^\[|\]$/g, "");
  const mapped = /^::(?:ffff:)?([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(plain);
  if (mapped === null) return plain;
  const [high, low] = [Number.parseInt(mapped[1] as string, 16), Number.parseInt(mapped[2] as string, 16)];
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
}

function urlHost(host: string): string {
  const url = `http://${host}/`;
  return URL.canParse(url) ? new URL(url).hostname : host;
}

/** Null is a host that a hole hides. */
export const classifyHostText = (written: string | null): readonly TargetClass[] => (written === null ? HIDDEN : hostClasses(written));
const HIDDEN: readonly TargetClass[] = ["host.unknown"];

const hostClasses = memo((written): readonly TargetClass[] => {
  const host = canonicalHost(written);
  if (METADATA.test(host)) return ["host.metadata"];
  if (LOOPBACK.test(host)) return ["host.loopback"];
  if (DROP_POINT.test(host.replaceAll("{?}", "."))) return ["host.drop_point"];
  if (REGISTRY.test(host)) return ["host.registry"];
  if (PRIVATE.test(host)) return ["host.private"];
  if (RAW.test(host)) return ["host.raw"];
  if (host.includes("{?}") && !/\.[a-z]{2,}$/.test(host)) return ["host.unknown"];
  return ["host.public"];
});
