/** What a command would do, as data, and how its targets are classified: an expansion that is not known is a hole. */
import type { Effect, EffectKind, Label, TargetClass } from "./effects.ts";
import { classifyPathText, isOneCollection, normalisePath } from "./targets.ts";

export type CommandEffect = {
  readonly kind: EffectKind;
  readonly target: string;
  readonly classes: readonly TargetClass[];
  /** Of the data that is sent or written. */
  readonly labels?: readonly Label[];
  readonly args?: Effect["args"];
};
/** `nested` is code that the command runs in another language. */
export type CommandMeaning = {
  readonly classes: readonly TargetClass[];
  readonly effects: readonly CommandEffect[];
  readonly nested: readonly { readonly language: "python" | "javascript"; readonly code: string }[];
};

/** What is known about a value that is not: where it comes from, and what it may hold. */
export type Origin = { readonly cause: TargetClass | null; readonly labels: readonly Label[] };

/** Labels that stay inside the shell reader: text that was decoded, or fetched from the network, before it is used. */
export const HIDDEN: Label = "shell:hidden";
export const FETCHED: Label = "shell:fetched";
/** The value is one of many: of a loop, or of what `xargs` reads. */
export const EACH: Label = "shell:each";
/** Names of everything in the environment: what they stand for is all of it. */
export const NAMES_OF_ENVIRONMENT: Label = "shell:names";
/** Processes that were looked for by what they are called. */
export const BY_NAME: Label = "shell:by-name";
/** Stands in a known text that was decoded. */
const DECODED = "\ue003";
export const decodedText = (text: string): string => DECODED + text.replaceAll(DECODED, "");
export const isDecoded = (text: string): boolean => text.includes(DECODED);
export const withoutMarks = (text: string): string => text.replaceAll(DECODED, "");
export const withoutPrivate = (text: string): string => text.replace(/[\ue000-\ue003]/g, "?");

/** A value that is not known stands in a word as `source`, `cause` and `labels` between private-use characters. */
export const unknownExpansion = (source: string, origin: Origin = UNMODELLED): string =>
  `\ue000${withoutPrivate(source)}\ue002${origin.cause ?? ""}\ue002${origin.labels.join(" ")}\ue001`;
const UNMODELLED: Origin = { cause: "unknown.unmodelled", labels: [] };
const EXPANSION = /\ue000([^\ue000-\ue002]*)\ue002([^\ue000-\ue002]*)\ue002([^\ue000-\ue002]*)\ue001/g;
export const hasExpansion = (text: string): boolean => text.includes("\ue000");
export const expansionsOf = (text: string): (Origin & { source: string })[] =>
  hasExpansion(text)
    ? [...text.matchAll(EXPANSION)].map(([, source, cause, labels]) => ({
        source: source as string,
        cause: cause === "" ? null : (cause as TargetClass),
        labels: labels === "" ? [] : (labels as string).split(" "),
      }))
    : [];
/** The same text, with what is not known in it as one of many. */
export const asEach = (text: string): string =>
  hasExpansion(text)
    ? text.replace(
        EXPANSION,
        (_all, source, cause, labels) => `\ue000${source}\ue002${cause}\ue002${labels === "" ? EACH : `${labels} ${EACH}`}\ue001`,
      )
    : text;
export const labelsOf = (text: string): readonly Label[] => [...new Set(expansionsOf(text).flatMap((e) => [...e.labels]))];
/** `r${x}m` with an x that nobody set is `rm`: names in small letters are not the environment's. */
export function withoutUnset(text: string): string {
  if (!hasExpansion(text)) return text;
  const out = text.replace(EXPANSION, (all, source, cause) => (cause === "unknown.env" && /^[a-z_][a-z_0-9]*$/.test(source) ? "" : all));
  return out === "" ? text : out;
}
/** The source when the whole text is one value that is not known. */
export const wholeExpansion = (text: string): string | null => /^\ue000([^\ue000-\ue002]*)\ue002[^\ue000]*\ue001$/.exec(text)?.[1] ?? null;
/** How many of the words there certainly are: `"$@"` of whoever starts the program stands for any number. */
export function certainWords(words: readonly string[]): number {
  const at = words.findIndex((word) => /^[@*]$/.test(wholeExpansion(word) ?? ""));
  return at < 0 ? words.length : at;
}
/** For people: as it was written. */
export const shown = (text: string): string =>
  withoutMarks(text).replace(EXPANSION, (_all, source) => (source.startsWith("<(") ? source : `$${source}`));
const PLACES: Readonly<Record<string, string>> = {
  HOME: "{home}",
  TMPDIR: "{tmp}",
  PWD: ".",
  HISTFILE: "{home}/.bash_history",
  ...{
    XDG_CONFIG_HOME: "{home}/.config",
    XDG_DATA_HOME: "{home}/.local/share",
    XDG_CACHE_HOME: "{home}/.cache",
    XDG_STATE_HOME: "{home}/.local/state",
  },
  ...{ ZDOTDIR: "{home}", XDG_RUNTIME_DIR: "{tmp}", RUNNER_TEMP: "{tmp}", GIT_DIR: "./.git", GITHUB_WORKSPACE: ".", CI_PROJECT_DIR: "." },
};
/** For analysis: holes, and the places that variables always name. */
export const holed = (text: string): string => withoutMarks(text).replace(EXPANSION, (_all, source) => PLACES[source] ?? "{?}");

export const words = (text: string): ReadonlySet<string> => new Set(text.split(" "));

export const NOTHING: CommandMeaning = { classes: [], effects: [], nested: [] };
export const only = (...classes: TargetClass[]): CommandMeaning => ({ classes, effects: [], nested: [] });

export const oneEffect = (kind: EffectKind, target: string, classes: readonly TargetClass[]): CommandMeaning => ({
  classes: classes.filter((c) => c.startsWith("command.")),
  effects: [{ kind, target: shown(target), classes }],
  nested: [],
});

export const pathEffect = (kind: EffectKind, target: string): CommandEffect => ({
  kind,
  target: shown(target),
  classes: [...classifyPathText(ofPath(kind, holed(target))), ...(kind === "fs.delete_tree" ? causesOf(target) : [])],
});

/** `cp a "$1/"` writes into a directory that is given; without one, `rm -rf "$1/"` is another matter. */
const ofPath = (kind: EffectKind, text: string): string => (kind.startsWith("fs.delete") ? text : text.replace(/^\{\?\}\/$/, "{?}"));

/** What writing to a path means: kernel settings, accounts and logs are more than files. */
export function writeEffects(target: string, append: boolean): CommandEffect[] {
  const path = normalisePath(holed(target));
  const effect = pathEffect("fs.write", target);
  if (KERNEL.test(path)) return [{ kind: "system.control", target: shown(target), classes: ["command.privilege"] }];
  if (ACCOUNTS.test(path)) return [{ ...effect, classes: [...effect.classes, "path.persistence"] }];
  return !append && LOGS.test(path) ? [pathEffect("fs.delete", target)] : [effect];
}
const KERNEL = /^\/proc\/(sys|sysrq-trigger|acpi)(\/|$)|^\/sys\/(kernel|module|firmware|power)\/|\/release_agent$/;
const ACCOUNTS = /^\/etc\/(passwd|group)-?$/;
const LOGS =
  /^\/var\/log\/(auth|secure|syslog|messages|kern|audit|btmp|wtmp|lastlog|faillog|sudo|daemon|journal)|^\/var\/log\/[^.]*(\{\?\}|\*)|^\/(var\/)?run\/utmp$/;

/** Where the values come from that are not known; the places that every shell knows have none. */
export function causesOf(text: string): TargetClass[] {
  const causes = expansionsOf(text).map((e) => (Object.hasOwn(PLACES, e.source) ? null : e.cause));
  return [...new Set(causes.filter((c) => c !== null))];
}

export function merge(meanings: readonly CommandMeaning[]): CommandMeaning {
  const effects = new Map<string, CommandEffect>();
  for (const effect of meanings.flatMap((m) => m.effects))
    effects.set(`${effect.kind} ${effect.target} ${effect.classes.join(" ")} ${effect.labels?.join(" ") ?? ""}`, effect);
  return {
    classes: [...new Set(meanings.flatMap((m) => m.classes))],
    effects: [...effects.values()],
    nested: meanings.flatMap((m) => m.nested),
  };
}

/** What a file at such a place holds: files of a person or of the system are private, credentials are secrets. */
export function classesLabels(classes: readonly TargetClass[]): readonly Label[] {
  if (classes.includes("path.credentials")) return ["file", "file.private", "secret.private_key"];
  return classes.some((c) => c === "path.home" || c === "path.system_sensitive" || c === "path.device")
    ? ["file", "file.private"]
    : ["file"];
}

const RUINOUS: ReadonlySet<TargetClass> = new Set(["path.root", "path.system_sensitive", "path.home", "path.credentials", "path.device"]);
/** An older copy of what is kept is less than the place where it lies. */
export const isRuinous = (effect: CommandEffect): boolean => effect.args?.rotated !== true && effect.classes.some((c) => RUINOUS.has(c));
/** What happens to a whole tree: its deletion, and other owners or rights for all of a system directory. */
export const isRuinousTree = (effect: CommandEffect): boolean =>
  effect.kind === "fs.delete_tree"
    ? isRuinous(effect)
    : effect.args?.tree === true &&
      (effect.classes.includes("path.root") || (effect.classes.includes("path.system_sensitive") && !isOneCollection(effect.target)));
