/** Copies that a program keeps of something: what is older than those that stay is not what a person or a system keeps there. */
import type { EffectKind, TargetClass } from "./effects.ts";
import { isWorkedOn } from "./own-places.ts";
import { isArchived } from "./shell-archived.ts";
import { isAged, OLDER } from "./shell-listings.ts";
import { type CommandEffect, type CommandMeaning, isRuinous, labelsOf } from "./shell-meaning.ts";
import { isWritten, type Saved } from "./shell-saved.ts";
import { optionValue } from "./shell-wrappers.ts";
import { isOneCollection, normalisePath, withinCollection } from "./targets.ts";

/** Directories that are there for copies, and for what is made again. */
const FOR_COPIES =
  /(^|[/_.-])(back-?ups?|snapshots?|archives?|dumps?|releases?|builds?|artifacts?|logs?|caches?|rotated?|old|te?mp|deploys?|deployments|versions?|sessions?|recordings|reports|exports|trash)([/_.-][^/]*)?\//i;
/** A name that says which copies: its beginning, or what it was packed as. */
const NAMED_COPY =
  /^[A-Za-z][\w.-]{2,}[^/]*[${*]|\.(tar|tgz|gz|zst|xz|bz2|7z|zip|sql|dump|bak|backup|log|old|tmp|rdb|snap|age|gpg|sha256|md5)(\.[a-z0-9]+)*$/i;
/** What is kept at such a place is no copy, whatever its name. */
const NEVER: ReadonlySet<TargetClass> = new Set(["path.root", "path.credentials", "path.persistence", "path.device", "path.own_audit"]);

export type Removing = {
  readonly program: string;
  readonly args: readonly string[];
  readonly saved: Saved;
};

/** The same, with what is only an older copy, or the program's own file, told apart. */
export function withRotation(meaning: CommandMeaning, removing: Removing): CommandMeaning {
  if (!meaning.effects.some((effect) => effect.kind.startsWith("fs.delete") && isRuinous(effect))) return meaning;
  const older = isOlder(removing);
  const effects = meaning.effects.map((effect) =>
    effect.kind.startsWith("fs.delete") && isCopy(effect, { ...removing, older })
      ? { ...effect, args: { ...effect.args, rotated: true } }
      : effect,
  );
  const ruins = effects.some((effect) => effect.kind === "fs.delete_tree" && isRuinous(effect));
  if (ruins || removing.program === "shred") return { ...meaning, effects };
  return { ...meaning, effects, classes: [...new Set(meaning.classes.map((c) => (c === "command.destructive" ? "command.build" : c)))] };
}

const isOlder = ({ program, args }: Removing): boolean =>
  (program === "find" && isAged(args)) || args.some((word) => labelsOf(word).includes(OLDER));

function isCopy(effect: CommandEffect, { older, program, args, saved }: Removing & { readonly older: boolean }): boolean {
  if (effect.classes.some((found) => NEVER.has(found))) return false;
  const path =
    program === "find" ? `${normalisePath(effect.target)}/${optionValue(args, /^-i?name$/) ?? "*"}` : normalisePath(effect.target);
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (program === "rsync" && SERVED.test(path) && isOneCollection(path)) return true;
  if (withinCollection(path) === "") return BETWEEN.test(name) && isWritten(saved, path);
  const tree = effect.kind === "fs.delete_tree" && !(program === "find" && /[^*.]/.test(name));
  if (isWorkedOn(path, tree) || isArchived(saved, path) || BETWEEN.test(name)) return true;
  if (older && (FOR_COPIES.test(path) || NAMED_COPY.test(name))) return true;
  // A pattern that is nothing but a star names what others keep there, too.
  return /^[\w.-]{2,}/.test(name) && isWritten(saved, path.replace(VALUE, "*"));
}

/** The same of a path with holes; `older`: the program says elsewhere that it is about older ones. */
export function isCopyPath(
  found: { readonly kind: EffectKind; readonly target: string; readonly classes: readonly TargetClass[] },
  older: () => boolean,
): boolean {
  const path = normalisePath(found.target);
  if (found.classes.some((each) => NEVER.has(each)) || withinCollection(path) === "") return false;
  if (isWorkedOn(path, found.kind === "fs.delete_tree")) return true;
  return (FOR_COPIES.test(path) || NAMED_COPY.test(path.slice(path.lastIndexOf("/") + 1))) && older();
}
/** What is mirrored there takes the place of what was there before. */
const SERVED = /^\/(srv|opt|data|mnt|media|exports?|backups?|var\/(www|backups))\//;
/** Files that are only there for a moment, or until it is known that the new one is good. */
const BETWEEN = /[\w$)}]\.(bak|tmp|temp|new|part|partial|orig|old|lock|pid|save|prev|next|download)$|~$/;
/** A value that is not known, as it is shown. */
const VALUE = /\$(?!HOME\b)(?:\w+|\([^)]*\)|\{[^}]*\})/g;
