/** What the configuration says about sensitive data; keys are the configuration file's own. */
import type { Effect } from "../../analysis/effects.ts";
import type { LabelRule, SensitivityAction, Sink } from "../../analysis/sensitivity.ts";

export type DataSensitivitySettings = {
  /** `policies.data_sensitivity` */
  readonly data_sensitivity: {
    readonly block_pii_to_logger: boolean;
    readonly block_credentials_to_network: boolean;
    readonly block_ssn_everywhere: boolean;
  };
  readonly compliance: {
    readonly pii: { readonly enabled: boolean; readonly classifications: readonly string[]; readonly blocked_sinks: readonly string[] };
    readonly pci: { readonly enabled: boolean; readonly require_tokenization: boolean; readonly allowed_endpoints: readonly string[] };
    readonly hipaa: { readonly enabled: boolean };
  };
};

/** Names under which `compliance.pii.blocked_sinks` knows a sink; a mail leaves over the network. */
const SINK_NAMES: Readonly<Record<Sink, readonly string[]>> = {
  log: ["logger", "log", "logging"],
  print: ["print", "stdout", "console"],
  net: ["network", "net", "http"],
  mail: ["email", "mail", "network"],
  file: ["file", "files"],
};

/** What is to be done when data with this label reaches the sink of the effect; null: nothing. */
export function actionFor(label: LabelRule, sink: Sink, effect: Effect, settings: DataSensitivitySettings): SensitivityAction | null {
  const action = label.actions[sink];
  if (action === undefined || !isJudged(label, sink, effect, settings)) return null;
  if ((label.severity === "low" || label.severity === "medium") && sink === "net" && (isLocal(effect) || isLeftToTheCaller(effect)))
    return null;
  return isOnlyWarned(label, sink, effect, settings) ? "warn" : action;
}

function isJudged(label: LabelRule, sink: Sink, effect: Effect, { compliance }: DataSensitivitySettings): boolean {
  if (label.frameworks.length > 0 && !label.frameworks.some((framework) => compliance[framework].enabled)) return false;
  if (label.frameworks.includes("pii")) {
    if (label.classification !== null && !compliance.pii.classifications.includes(label.classification)) return false;
    // Credentials and cards are judged at every sink; personal data where the configuration says so, and in files.
    return sink === "file" || SINK_NAMES[sink].some((name) => compliance.pii.blocked_sinks.includes(name));
  }
  return !(label.frameworks.includes("pci") && sink === "net" && isAllowedEndpoint(effect.target, compliance.pci.allowed_endpoints));
}

function isOnlyWarned(label: LabelRule, sink: Sink, effect: Effect, settings: DataSensitivitySettings): boolean {
  const { data_sensitivity: policy, compliance } = settings;
  if (label.frameworks.length > 0) {
    if ((sink === "log" || sink === "print") && !policy.block_pii_to_logger) return true;
    return label.frameworks.includes("pci") && sink === "net" && !compliance.pci.require_tokenization;
  }
  if (sink !== "net" && sink !== "mail") return false;
  return !policy.block_credentials_to_network || isLocal(effect) || isLeftToTheCaller(effect);
}

/** The data stays on this machine. */
function isLocal(effect: Effect): boolean {
  return effect.targetClasses.length > 0 && effect.targetClasses.every((target) => target === "host.loopback");
}

/** A function that nobody calls and that sends to wherever its caller says: judged when a call supplies the host. */
function isLeftToTheCaller(effect: Effect): boolean {
  const parts = effect.targetClasses.filter((target) => target !== "host.unknown");
  return effect.reach === "latent" && parts.length > 0 && parts.every((target) => target === "unknown.parameter");
}

/** `*` stands for any characters; a pattern without a scheme matches host and path of any scheme. */
export function isAllowedEndpoint(target: string, patterns: readonly string[]): boolean {
  // A target with a hole, or with a user part that disguises the host, is not known to be the allowed one.
  if (target.includes("{?}") || /^[a-z]+:\/\/[^/?#]*[@\\]/i.test(target)) return false;
  const bare = target.replace(/^[a-z][a-z0-9+.-]*:\/\//i, "");
  return patterns.some((pattern) => {
    const subject = pattern.includes("://") ? target : bare;
    return matchesGlob(pattern, subject) || matchesGlob(pattern.replace(/\/$/, ""), subject.replace(/[/?#].*$/, ""));
  });
}

/** Glob with `*` only, in linear space and without backtracking beyond the last star. */
function matchesGlob(pattern: string, text: string): boolean {
  let p = 0;
  let star = -1;
  let mark = 0;
  for (let t = 0; t < text.length; ) {
    if (p < pattern.length && pattern[p] === "*") {
      star = p++;
      mark = t;
    } else if (p < pattern.length && pattern[p]?.toLowerCase() === text[t]?.toLowerCase()) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++mark;
    } else return false;
  }
  while (pattern[p] === "*") p++;
  return p === pattern.length;
}
