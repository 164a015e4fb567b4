/** Programs that read, write, copy and delete the files named by their operands. */
import type { EffectKind } from "./effects.ts";
import { isRename } from "./own-places.ts";
import {
  type CommandEffect,
  type CommandMeaning,
  holed,
  isRuinous,
  isRuinousTree,
  NOTHING,
  pathEffect,
  words,
  writeEffects,
} from "./shell-meaning.ts";
import { optionValue } from "./shell-wrappers.ts";

/** Programs whose operands are files that they show. */
const READERS = words(
  "cat head tail less more sort uniq cut diff cmp column xxd od hexdump strings tac nl paste join comm fold rev base64 base32 openssl zcat bat",
); // prettier-ignore
/** The same, with a pattern or program before the files. */
const PATTERNED = words("grep egrep fgrep rg awk gawk mawk sed jq yq");
const ARCHIVERS = words("tar zip unzip gzip gunzip bzip2 xz 7z");
const COPIERS = words("cp mv install ln");
const DESTRUCTIVE = words(
  "mkfs mke2fs mkntfs mkdosfs mkexfatfs dd shred wipefs fdisk gdisk parted sfdisk mkswap wipe srm blkdiscard cfdisk sgdisk diskpart format sg_format",
);

export function operands(args: readonly string[]): string[] {
  const end = args.indexOf("--");
  return end < 0
    ? args.filter((a) => !a.startsWith("-"))
    : [...args.slice(0, end).filter((a) => !a.startsWith("-")), ...args.slice(end + 1)];
}

/** Options whose value is no file. */
const VALUED: Readonly<Record<string, RegExp>> = {
  head: /^-[nc]$/,
  tail: /^(-[ncs]|--pid)$/,
  sort: /^-[tkTS]$/,
  cut: /^-[dfcb]$/,
  paste: /^-d$/,
  hexdump: /^-[ensf]$/,
  od: /^-[AjNtSw]$/,
  xxd: /^-[clogs]$/,
  strings: /^-[nte]$/,
  fold: /^-w$/,
  join: /^-[t12joaev]$/,
  column: /^-[scoN]$/,
  openssl: /^-(k|K|iv|pass|passout|subj|days|md|newkey|connect|servername|name|CApath|noout|out)$/,
};
const NEVER = /^\b$/;

const looksLikePath = (effect: CommandEffect): boolean =>
  /[/~]|^\./.test(effect.target) || effect.classes.some((c) => c !== "path.workspace");
/** Effects on the operands that can be paths: a plain name in the workspace is not worth one. */
const onPaths = (kind: EffectKind, names: readonly string[]): CommandEffect[] =>
  names
    .filter((n) => !isSink(n))
    .map((n) => pathEffect(kind, n))
    .filter(looksLikePath);
const isSink = (path: string): boolean => /^\/dev\/(null|stdout|stderr|tty|full)$|^\/dev\/fd\//.test(path);

const written = (names: readonly string[], append: boolean): CommandEffect[] =>
  names
    .filter((n) => !isSink(n))
    .flatMap((n) => writeEffects(n, append))
    .filter(looksLikePath); // prettier-ignore

/** null: not a program of files. */
export function fileMeaning(program: string, args: readonly string[]): CommandMeaning | null {
  if (["rm", "rmdir", "unlink", "del", "rd"].includes(program)) return removeMeaning(program, args);
  if (program === "rimraf" || program === "del-cli") return removeMeaning("rm", ["-rf", ...args]);
  if (DESTRUCTIVE.has(program) || program.startsWith("mkfs.")) return destructiveMeaning(program, args);
  if (program === "chmod" || program === "chown" || program === "chgrp") return changeMeaning(program, args);
  if (program === "setfacl" || program === "chcon") return changeMeaning(program, withoutEntries(program, args));
  if (program === "ed" || program === "ex")
    return { ...NOTHING, effects: written(operands(args.filter((_a, i) => !/^(-[a-z]*c|-p)$/.test(args[i - 1] ?? ""))), false) };
  if (program === "truncate" || program === "tee" || program === "sponge")
    return {
      classes: ["command.build"],
      effects: written(
        operands(args.filter((_a, i) => !/^(-s|--size)$/.test(args[i - 1] ?? ""))),
        args.some((a) => /^(-[a-z]*a|--append)$/.test(a)),
      ),
      nested: [],
    };
  if (COPIERS.has(program)) return copyMeaning(program, args);
  if (ARCHIVERS.has(program)) return archiveMeaning(program, args);
  if (PATTERNED.has(program)) return patternMeaning(program, args);
  if (!READERS.has(program)) return null;
  const valued = args.filter((_a, i) => !(VALUED[program] ?? NEVER).test(args[i - 1] ?? ""));
  return { classes: ["command.inspect"], effects: onPaths("fs.read", operands(valued)), nested: [] };
}

function removeMeaning(program: string, args: readonly string[]): CommandMeaning {
  const switches = /^(del|rd|rmdir)$/.test(program);
  const recursive = args.some((a) => /^-[a-zA-Z]*[rR]/.test(a) || a === "--recursive" || (switches && /^\/s$/i.test(a)));
  const targets = operands(args).filter((a) => !switches || !/^\/[a-z]$/i.test(a));
  const effects = targets.map((target) => pathEffect(recursive ? "fs.delete_tree" : "fs.delete", target));
  return { classes: [recursive && effects.some(isRuinous) ? "command.destructive" : "command.build"], effects, nested: [] };
}

/** Arguments with which a tool for disks only shows what is there. */
const SHOWS: Readonly<Record<string, RegExp>> = {
  fdisk: /^(-l|--list|-x)/,
  sfdisk: /^(-l|--list|-d|--dump|-J|--json|-V|--verify)/,
  sgdisk: /^(-p|--print|-i|--info|-v|--verify)/,
  parted: /^(-l|--list|print)$/,
};
const CHANGES_DISK = /^(mk\w+|rm|resizepart|set|--zap.*|-[Zondtg]|--delete|--(new|wipe).*)$/;

function destructiveMeaning(program: string, args: readonly string[]): CommandMeaning {
  const shows = Object.hasOwn(SHOWS, program) ? SHOWS[program] : undefined;
  if (shows !== undefined && args.some((a) => shows.test(a)) && !args.some((a) => CHANGES_DISK.test(a)))
    return { classes: ["command.inspect"], effects: [], nested: [] };
  if (program === "wipefs" && !args.some((a) => /^(-[a-z]*[aof]|--(all|offset|force).*)$/.test(a)))
    return { classes: ["command.inspect"], effects: [], nested: [] };
  if (/^(shred|srm|wipe)$/.test(program)) return overwriteMeaning(program, args);
  const values = (name: string): string[] => args.filter((a) => a.startsWith(name)).map((a) => a.slice(name.length));
  const outputs = (program === "dd" ? values("of=") : operands(args)).filter((o) => !isSink(o));
  const effects = outputs.map((target) => pathEffect("fs.write", target));
  // An image of a disk is a file like others.
  const harmless =
    (program === "dd" || effects.length > 0) && effects.every((e) => e.classes.every((c) => c === "path.workspace" || c === "path.tmp"));
  const read =
    program === "dd"
      ? onPaths(
          "fs.read",
          values("if=").filter((i) => !/^\/dev\/(zero|null|u?random)$/.test(i)),
        )
      : [];
  return { classes: [harmless ? "command.build" : "command.destructive"], effects: [...effects, ...read], nested: [] };
}

/** `shred -u FILE`: as good as deleted, and as bad as what it is. */
function overwriteMeaning(program: string, args: readonly string[]): CommandMeaning {
  const tree = program !== "shred" && args.some((a) => /^-[a-zA-Z]*[rR]/.test(a));
  const given = operands(args.filter((_a, i) => !/^-[ns]$/.test(args[i - 1] ?? ""))).filter((o) => !isSink(o));
  const written = given.map((target) => pathEffect("fs.write", target));
  const own = written.every((e) => e.classes.every((c) => c === "path.workspace" || c === "path.tmp"));
  if (own)
    return { classes: ["command.build"], effects: given.map((g) => pathEffect(tree ? "fs.delete_tree" : "fs.delete", g)), nested: [] };
  return { classes: ["command.destructive"], effects: written, nested: [] };
}

function changeMeaning(program: string, args: readonly string[]): CommandMeaning {
  const recursive = args.some((a) => /^-[a-zA-Z]*R/.test(a) || a === "--recursive");
  const effects = operands(args)
    .slice(args.some((a) => a.startsWith("--reference")) ? 0 : 1)
    .map((target) => ({ ...pathEffect("fs.write", target), ...(recursive ? { args: { tree: true } } : {}) }));
  const mode = operands(args)[0] ?? "";
  const raises = program === "chmod" && (/^0?[4-7][0-7]{3}$/.test(mode) || /(^|,)[ugoa]*[+=][rwxX]*s/.test(mode));
  if (raises && !/^0?[1-3]/.test(mode)) return { classes: ["command.privilege"], effects, nested: [] };
  return { classes: [effects.some(isRuinousTree) ? "command.destructive" : "command.build"], effects, nested: [] };
}

/** `setfacl -m u:bob:rw FILE`: as `chmod MODE FILE`, where one entry stands for all. */
const withoutEntries = (program: string, args: readonly string[]): readonly string[] =>
  program === "chcon"
    ? args
    : [
        ...args.filter((a) => /^-[a-zA-Z]*R|^--recursive$/.test(a)),
        "acl",
        ...operands(args.filter((_a, i) => !/^(-[mxMX]|--(modify|remove)(-file)?)$/.test(args[i - 1] ?? ""))),
      ];

/** `mv dump.part dump`: what was written beside its place comes there when it is whole. */
const isFinished = (source: string, target: string): boolean =>
  source.startsWith(target) && /^\.(part|partial|tmp|temp|new|incomplete)$/.test(source.slice(target.length));

const stays = (source: string, target: string): boolean => isFinished(source, target) || isRename(holed(source), holed(target));

/** `cp`, `mv`, `install`, `ln`: the last operand is written; what `mv` takes away from a protected place is gone there. */
function copyMeaning(program: string, args: readonly string[]): CommandMeaning {
  const valued = args.filter((_a, i) => !(program === "install" && /^-[mog]$/.test(args[i - 1] ?? "")) && !/^-t$/.test(args[i - 1] ?? ""));
  const given = operands(valued);
  const directory = optionValue(args, /^-t$/) ?? args.find((a) => a.startsWith("--target-directory="))?.slice(19) ?? null;
  const sources = directory === null ? given.slice(0, -1) : given;
  const target = directory ?? given[given.length - 1] ?? "";
  // Nothing in the place of what was there.
  const empties = sources.includes("/dev/null");
  const effects = isSink(target) ? [] : empties ? written([target], false) : onPaths("fs.write", [target]);
  let ruinous = false;
  for (const source of sources) {
    const gone = pathEffect("fs.delete_tree", source);
    const read = pathEffect("fs.read", source);
    const taken = isRuinous(gone) && !(gone.classes.length === 1 && gone.classes[0] === "path.home") && !stays(source, target);
    if (program === "mv" && (taken || isSink(target))) {
      effects.push(gone);
      ruinous ||= taken;
    } else if (program === "mv" && isRuinous(gone) && isRename(holed(source), holed(target))) continue;
    else if (program === "ln" ? read.classes.includes("path.credentials") : looksLikePath(read)) effects.push(read);
  }
  const mode = program === "install" ? (optionValue(args, /^(-m|--mode)$/) ?? args.find((a) => /^(-m|--mode=)./.test(a)) ?? "") : "";
  if (/(^|[m=])0?[4-7][0-7]{3}$|[ug]*\+[rwx]*s/.test(mode)) return { classes: ["command.privilege"], effects, nested: [] };
  return { classes: [ruinous ? "command.destructive" : "command.build"], effects, nested: [] };
}

/** What is packed is taken away: `zip -m`, `7z -sdel`, `tar --remove-files`. */
const takesAway = (program: string, args: readonly string[]): boolean =>
  (program === "zip" && args.some((a) => /^(-[a-z]*m[a-z]*|--move)$/.test(a) && !/^-mm/.test(a))) ||
  (program === "7z" && args.includes("-sdel")) ||
  (program === "tar" && args.includes("--remove-files"));

function archiveMeaning(program: string, args: readonly string[]): CommandMeaning {
  const mode = args[0] ?? "";
  const extracts = program === "unzip" || (program === "tar" && (/^-?[a-zA-Z]*x/.test(mode) || args.includes("--extract")));
  const into = args.flatMap((a, i) =>
    /^(-C|-d|--directory)$/.test(a) ? [args[i + 1] ?? ""] : a.startsWith("--directory=") ? [a.slice(12)] : [],
  );
  const given = operands(args).filter(
    (a, i) => !(program === "tar" && i === 0 && a === mode && /^[a-zA-Z]+$/.test(a)) && !into.includes(a),
  );
  if (extracts) return { classes: ["command.build"], effects: onPaths("fs.write", into), nested: [] };
  // The archive itself is written, not read.
  const archive =
    program === "tar" ? (args.find((_a, i) => /^-?[a-zA-Z]*f$/.test(args[i - 1] ?? "")) ?? "") : program === "zip" ? (given[0] ?? "") : "";
  const packed = given.filter((g) => g !== archive);
  const effects = [
    ...(takesAway(program, args) ? onPaths("fs.delete_tree", packed.slice(program === "7z" ? 2 : 0)) : []),
    ...onPaths("fs.read", [...packed, ...into]),
    ...(archive === "" || isSink(archive) || archive === "-" ? [] : onPaths("fs.write", [archive])),
  ];
  return { classes: ["command.build"], effects, nested: [] };
}

function patternMeaning(program: string, args: readonly string[]): CommandMeaning {
  const values = /grep$|^rg$/.test(program) ? /^(-[efABCmg]|--regexp|--file)$/ : /^(-[efFv]|--arg)$/;
  const valued = args.filter((_a, i) => !values.test(args[i - 1] ?? ""));
  const hasPattern = args.some((a) => /^(-e|-f|--regexp|--file|--expression)(=|$)/.test(a));
  const files = operands(valued).slice(hasPattern ? 0 : 1);
  const writes = program === "sed" && args.some((a) => /^(-[a-zA-Z]*i|--in-place)/.test(a));
  return { classes: [writes ? "command.build" : "command.inspect"], effects: onPaths(writes ? "fs.write" : "fs.read", files), nested: [] };
}
