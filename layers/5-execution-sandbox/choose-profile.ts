/**
 * From the effects that analysis saw to what the sandbox will grant. INVARIANT 9: the profile grants only what was seen
 * and what the configuration allows; an effect that nobody saw finds nothing there.
 */
import type { Effect, EffectKind } from "../../analysis/effects.ts";
import { matchesHost } from "../../sandbox/host-names.ts";
import type { IsolationRequirement, Profile } from "../../sandbox/sandbox.ts";

/** `sandbox` section of the configuration. */
export type SandboxSettings = {
  readonly network: "blocked" | "whitelist" | "allow";
  readonly networkWhitelist: readonly string[];
  readonly filesystem: "read-only" | "read-write" | "blocked";
  readonly require: IsolationRequirement;
  /** What happens when a program tries what analysis had not predicted; it is on record either way. */
  readonly unpredicted: "record" | "stop";
};

const READS: ReadonlySet<EffectKind> = new Set(["fs.read"]);
const WRITES: ReadonlySet<EffectKind> = new Set(["fs.write", "fs.delete", "fs.delete_tree"]);
/** Databases and mail are reached over the network. */
const NETWORK: ReadonlySet<EffectKind> = new Set([
  ...(["net.fetch", "net.send", "net.listen", "mail.send"] as const),
  ...(["db.read", "db.write", "db.update_all", "db.delete_all", "db.drop", "db.admin"] as const),
]);
const PROCESSES: ReadonlySet<EffectKind> = new Set(["process.exec", "process.signal", "process.spawn", "system.control", "infra.change"]);
const ENVIRONMENT: ReadonlySet<EffectKind> = new Set(["env.read", "env.write"]);
const RESOURCES: ReadonlySet<EffectKind> = new Set(["resource.exhaust"]);
/** What runs then is not known from here: every bound is named. */
const OPEN: ReadonlySet<EffectKind> = new Set([
  ...(["code.eval", "code.load", "code.deserialize", "code.hidden", "code.opaque", "call.dynamic"] as const),
]);

const HOLE = "{?}";

export function chooseProfile(effects: readonly Effect[], settings: SandboxSettings): Profile {
  return {
    filesystem: chooseFilesystem(effects, settings),
    declaredFiles: settings.filesystem !== "blocked",
    ...chooseNetwork(effects, settings),
    expects: settings.unpredicted === "stop" ? predictedKinds(effects) : null,
  };
}

function chooseFilesystem(effects: readonly Effect[], settings: SandboxSettings): Profile["filesystem"] {
  if (settings.filesystem === "blocked" || !has(effects, READS, WRITES)) return "none";
  return settings.filesystem === "read-write" && has(effects, WRITES) ? "read-write" : "read-only";
}

function chooseNetwork(effects: readonly Effect[], settings: SandboxSettings): Pick<Profile, "network" | "hosts"> {
  const reached = effects.filter((effect) => NETWORK.has(effect.kind));
  if (settings.network === "blocked" || reached.length === 0) return { network: "none", hosts: [] };
  const named = reached.map((effect) => hostOf(effect.target));
  const unknown = named.includes(null);
  if (settings.network === "allow" && unknown) return { network: "any", hosts: [] };
  const known = [...new Set(named.filter((host) => host !== null))].sort();
  if (settings.network === "allow") return { network: "hosts", hosts: known };
  const listed = known.filter((host) => settings.networkWhitelist.some((entry) => matchesHost(entry, host)));
  const hosts = unknown ? [...settings.networkWhitelist] : listed;
  return hosts.length > 0 ? { network: "hosts", hosts } : { network: "none", hosts: [] };
}

/** `api.example.com` of a URL, an authority or a bare name, in lower case; null when any of it is not known. */
export function hostOf(target: string): string | null {
  const authority = /^(?:[a-z][a-z0-9+.-]*:\/\/|\/\/)?(?:[^/?#@]*@)?((?:\{\?\}|[^/?#])*)/i.exec(target)?.[1] ?? "";
  const host = authority
    .replace(/^([^:]+|\[[^\]]*\]):\d+$/, "$1")
    .replace(/^\[|\]$/g, "")
    .toLowerCase();
  return authority.includes(HOLE) || !/^[a-z0-9.:_-]+$/.test(host) ? null : host;
}

/**
 * The kinds that a run may show; null when analysis had said that it cannot know what runs: then nothing is a surprise.
 */
export function predictedKinds(effects: readonly Effect[]): readonly EffectKind[] | null {
  return effects.some(({ kind }) => OPEN.has(kind)) ? null : [...new Set(effects.map(({ kind }) => kind))];
}

/** The bounds without which the verdict would not hold, in the words of the wire contract. Empty: nothing needs one. */
export function constraintsOf(effects: readonly Effect[], profile: Profile, ownProcess = false): string[] {
  const open = has(effects, OPEN);
  const constraints: string[] = [];
  if (open || has(effects, NETWORK))
    constraints.push(`network: ${profile.network === "hosts" ? profile.hosts.join(", ") : profile.network}`);
  if (open || has(effects, READS, WRITES)) constraints.push(`filesystem: ${FILESYSTEM[profile.filesystem]}`);
  if (open || has(effects, PROCESSES)) constraints.push(`processes: ${ownProcess ? "contained" : "none"}`);
  if (open || has(effects, ENVIRONMENT)) constraints.push(`environment: ${ownProcess ? "minimal" : "empty"}`);
  if (has(effects, RESOURCES)) constraints.push("resources: limited");
  return constraints;
}

/** A program in a process of its own may start others, within its sandbox; it has no network, whatever could be granted. */
export function ownProcessConstraints(effects: readonly Effect[], profile: Profile): string[] {
  return constraintsOf(effects, { ...profile, network: "none", hosts: [] }, true);
}

const FILESYSTEM: Readonly<Record<Profile["filesystem"], string>> = {
  none: "none",
  "read-only": "workspace, read-only",
  "read-write": "workspace",
};

function has(effects: readonly Effect[], ...kinds: readonly ReadonlySet<EffectKind>[]): boolean {
  return effects.some((effect) => kinds.some((set) => set.has(effect.kind)));
}
