/**
 * Targets are classes, not strings: a path, URL or host text (with `{?}` holes) becomes the set of classes it may belong to.
 * Prefix and suffix are both tested, so `{?}/.ssh/id_rsa` is a credential whatever comes before.
 */
import type { TargetClass } from "./effects.ts";
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
]; // prettier-ignore
const PERSISTENCE = [
  /^\/etc\/(cron|init\.d|systemd|profile|rc\.local|ld\.so\.preload|pam\.d|update-motd)/,
  /^\/var\/spool\/cron/,
  /\/\.config\/(autostart|systemd)(\/|$)/,
  /\/\.(bashrc|bash_profile|profile|zshrc|zprofile|bash_logout|zshenv)$/,
  /\/\.ssh\/(authorized_keys|rc)$/,
  /\/LaunchAgents\//,
  /\/LaunchDaemons\//,
  /\/\.git\/hooks\//,
  /\/(sitecustomize|usercustomize)\.py$/,
  /\.pth$/,
  /^\/etc\/ld\.so\.conf/,
  /Start Menu.Programs.Startup/i,
]; // prettier-ignore
const SYSTEM_PUBLIC = [
  /^\/usr\/(share|lib|include|local\/share)(\/|$)/,
  /^\/proc\/(cpuinfo|meminfo|uptime|loadavg|stat|version)$/,
  /^\/etc\/(os-release|hostname|hosts|resolv\.conf|timezone|localtime|mime\.types)$/,
  /^\/sys\/(class|fs\/cgroup|devices)/,
  /^\/dev\/(null|urandom|random|zero|stdin|stdout|stderr)$/,
  /^\/proc\/self\/(status|statm|cgroup)$/,
]; // prettier-ignore
const SYSTEM =
  /^\/(etc|usr|bin|sbin|lib|lib64|boot|var|opt|root|proc|sys|srv|run|dev|System|Library|Applications)(\/|$)|^[A-Za-z]:[\\/](Windows|Program Files|Users)?/;
const TMP = /^(\/tmp|\/var\/tmp|\/private\/tmp|\{tmp\})(\/|$)/;
const HOME = /^(~[^/]*|\$HOME|\$\{HOME\}|\{home\}|\/home\/[^/]+|\/Users\/[^/]+|\/root)(\/|$)/;
const DEVICE = /^\/dev\/(sd|hd|vd|xvd|nvme|mem|kmem|disk|mmcblk|loop|port)/;
const ROOT = /^(\/|\/\*|\/\.\*?|\/{2,}|[A-Za-z]:[\\/]?\*?|\/\.\/?|\/\{\?\}\*)$/;
const HOME_WHOLE = /^(~|\$HOME|\$\{HOME\}|\{home\}|\/home|\/Users|\/root)(\/\*?|\/[^/]+\/?\*?)?$/;

const CAUSE_CLASS: Readonly<Record<Cause, TargetClass>> = {
  free: "unknown.unmodelled",
  parameter: "unknown.parameter",
  input: "unknown.input",
  env: "unknown.env",
  file: "unknown.file",
  network: "unknown.network",
  unmodelled: "unknown.unmodelled",
  local: "unknown.unmodelled",
  widened: "unknown.widened",
  budget: "unknown.budget",
};

/** `unknown.*` classes of the holes of a value. */
export function holeClasses(value: Value): TargetClass[] {
  const out = new Set<TargetClass>();
  for (const member of value.k === "union" ? value.of : [value]) {
    for (const part of partsOf(member)) if (typeof part !== "string") out.add(CAUSE_CLASS[part.cause]);
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
const holeText = (hole: Hole): string => (hole.path === "{home}" || hole.path === "{tmp}" ? hole.path : "{?}");

export function classifyPathText(raw: string): TargetClass[] {
  const path = raw.trim() === "/" || /^\/+\*?$/.test(raw.trim()) ? raw.trim() : normalisePath(raw.trim());
  const slashed = `/${path}`;
  if (CREDENTIALS.some((r) => r.test(path) || r.test(slashed))) {
    return /\/authorized_keys$/.test(path) ? ["path.persistence", "path.credentials"] : ["path.credentials"];
  }
  if (PERSISTENCE.some((r) => r.test(path) || (!path.startsWith("/") && r.test(slashed)))) return ["path.persistence"];
  if (/agentguard-data(\/|$)|\/agentguard\.db/.test(slashed)) return ["path.own_audit"];
  if (path.startsWith("{?}")) return path === "{?}" || path.startsWith("{?}/") || path.length > 3 ? ["path.unknown"] : ["path.unknown"];
  if (TMP.test(path)) return ["path.tmp"];
  if (ROOT.test(path) || ROOT.test(raw.trim())) return ["path.root"];
  if (DEVICE.test(path)) return ["path.device"];
  if (SYSTEM_PUBLIC.some((r) => r.test(path))) return ["path.system_public"];
  if (HOME.test(path)) return HOME_WHOLE.test(path) ? ["path.home", "path.root"] : ["path.home"];
  if (SYSTEM.test(path)) return ["path.system_sensitive"];
  return path.startsWith("/") ? ["path.system_sensitive"] : ["path.workspace"];
}

const REGISTRY =
  /(^|\.)(pypi\.org|pythonhosted\.org|npmjs\.org|npmjs\.com|crates\.io|rubygems\.org|debian\.org|ubuntu\.com|golang\.org|maven\.org)$/;
const DROP_POINT =
  /(^|\.)(pastebin\.com|paste\.ee|hastebin\.com|ghostbin\.com|transfer\.sh|file\.io|0x0\.st|webhook\.site|requestbin\.(com|net)|requestcatcher\.com|pipedream\.net|ngrok\.io|ngrok-free\.app|ngrok\.app|trycloudflare\.com|localtunnel\.me|serveo\.net|interact\.sh|oast\.(pro|live|site|online|fun|me)|burpcollaborator\.net|bit\.ly|tinyurl\.com|t\.co|is\.gd|beeceptor\.com|hookbin\.com|termbin\.com|dpaste\.com|anonfiles\.com|gofile\.io|discord(app)?\.com|api\.telegram\.org)$/; // prettier-ignore
const METADATA =
  /^(169\.254\.169\.254|169\.254\.170\.2|metadata\.google\.internal|metadata\.azure\.com|100\.100\.100\.200|fd00:ec2::254|metadata)$/;
const LOOPBACK = /^(localhost|127(\.\d+){3}|::1|0\.0\.0\.0|\[::1\])$/;
const PRIVATE = /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.)|\.(local|internal|lan|intranet|corp)$|^[a-z0-9-]+$/;
const RAW = /^\d{1,3}(\.\d{1,3}){3}$|^\[?[0-9a-f:]+:[0-9a-f:]*\]?$|^0x[0-9a-f]+$|^\d{8,10}$/i;

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
  const rest = url.trim().replace(/^[a-z][a-z0-9+.-]*:\/\//i, "");
  const authority = rest.split(/[/?#]/, 1)[0] as string;
  const host = (authority.includes("@") ? authority.slice(authority.lastIndexOf("@") + 1) : authority).replace(/:\d*$/, "").toLowerCase();
  if (host === "" || host === "{?}") return null;
  return host;
}

export function classifyHostText(host: string | null): TargetClass[] {
  if (host === null) return ["host.unknown"];
  if (METADATA.test(host)) return ["host.metadata"];
  if (LOOPBACK.test(host)) return ["host.loopback"];
  if (DROP_POINT.test(host)) return ["host.drop_point"];
  if (REGISTRY.test(host)) return ["host.registry"];
  if (PRIVATE.test(host)) return ["host.private"];
  if (RAW.test(host)) return ["host.raw"];
  if (host.includes("{?}") && !/\.[a-z]{2,}$/.test(host)) return ["host.unknown"];
  return ["host.public"];
}
