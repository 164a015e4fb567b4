/** Relative paths after `cd`. */
import { type CommandMeaning, isRuinousTree, pathEffect } from "./shell-meaning.ts";

export const joinedPath = (base: string | null, path: string): string =>
  base === null || /^[/~{\ue000]/.test(path) ? path : `${base.replace(/\/$/, "")}/${path}`;

/** Relative targets after `cd DIR` are below DIR. */
export function inDirectory(meaning: CommandMeaning, cwd: string | null): CommandMeaning {
  if (cwd === null) return meaning;
  const effects = meaning.effects.map((effect) => {
    if (!effect.kind.startsWith("fs.") || !effect.classes.includes("path.workspace")) return effect;
    return { ...effect, ...pathEffect(effect.kind, joinedPath(cwd, effect.target).replace(/\/\.?$/, "/")) };
  });
  const ruinous = effects.some(isRuinousTree);
  const classes = ruinous ? [...meaning.classes.filter((c) => c !== "command.build"), "command.destructive" as const] : meaning.classes;
  return { ...meaning, classes, effects };
}
