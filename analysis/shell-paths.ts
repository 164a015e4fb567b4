/** Relative paths after `cd`. */
import { type CommandMeaning, isRuinousTree, pathEffect } from "./shell-meaning.ts";

/** From a root, a home, or a place that is not known. */
export const isAbsolute = (path: string): boolean => /^[/~{\ue000]/.test(path);

export const joinedPath = (base: string | null, path: string): string =>
  base === null || isAbsolute(path) ? path : `${base.replace(/\/$/, "")}/${path}`;

/** `$PWD/dist`, as targets are shown: below where the program began, wherever it is now. */
const BELOW_START = /^\$PWD(\/|$)/;

/** Relative targets after `cd DIR` are below DIR. */
export function inDirectory(meaning: CommandMeaning, cwd: string | null): CommandMeaning {
  if (cwd === null) return meaning;
  const effects = meaning.effects.map((effect) => {
    // What is under version control is there again.
    if (effect.args?.tracked === true) return effect;
    if (!effect.kind.startsWith("fs.") || !effect.classes.includes("path.workspace") || BELOW_START.test(effect.target)) return effect;
    return { ...effect, ...pathEffect(effect.kind, joinedPath(cwd, effect.target).replace(/\/\.?$/, "/")) };
  });
  const ruinous = effects.some(isRuinousTree);
  const classes = ruinous ? [...meaning.classes.filter((c) => c !== "command.build"), "command.destructive" as const] : meaning.classes;
  return { ...meaning, classes, effects };
}
