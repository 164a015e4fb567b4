/** What a command would do, as data, and how its targets are classified: an expansion that is not known is a hole. */
import type { Effect, EffectKind, TargetClass } from "./effects.ts";
import { classifyPathText } from "./targets.ts";

export type CommandEffect = {
  readonly kind: EffectKind;
  readonly target: string;
  readonly classes: readonly TargetClass[];
  readonly args?: Effect["args"];
};
/** `nested` is code that the command runs in another language. */
export type CommandMeaning = {
  readonly classes: readonly TargetClass[];
  readonly effects: readonly CommandEffect[];
  readonly nested: readonly { readonly language: "python" | "javascript"; readonly code: string }[];
};

/** An expansion whose value is not known stands in a word as its source between two private-use characters. */
export const unknownExpansion = (source: string): string => `\ue000${source}\ue001`;
const EXPANSION = /\ue000([^\ue000\ue001]*)\ue001/g;
export const hasExpansion = (text: string): boolean => text.includes("\ue000");
export const expansionsOf = (text: string): string[] => [...text.matchAll(EXPANSION)].map((found) => found[1] as string);
/** For people: as it was written. */
export const shown = (text: string): string => text.replace(EXPANSION, (_all, source) => (source.startsWith("<(") ? source : `$${source}`));
/** For analysis: holes, and the places that variables always name. */
export const holed = (text: string): string =>
  text.replace(EXPANSION, (_all, source) =>
    source === "HOME" ? "{home}" : source === "TMPDIR" ? "{tmp}" : source === "PWD" ? "." : "{?}",
  );

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
  classes: classifyPathText(holed(target)),
});

export function merge(meanings: readonly CommandMeaning[]): CommandMeaning {
  const effects = new Map<string, CommandEffect>();
  for (const effect of meanings.flatMap((m) => m.effects))
    effects.set(`${effect.kind} ${effect.target} ${effect.classes.join(" ")}`, effect);
  return {
    classes: [...new Set(meanings.flatMap((m) => m.classes))],
    effects: [...effects.values()],
    nested: meanings.flatMap((m) => m.nested),
  };
}

const RUINOUS: ReadonlySet<TargetClass> = new Set(["path.root", "path.system_sensitive", "path.home", "path.credentials", "path.device"]);
export const isRuinous = (effect: CommandEffect): boolean => effect.classes.some((c) => RUINOUS.has(c));
