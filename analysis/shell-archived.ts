/** Directories that a program packs before it removes them: where it looked into the archive afterwards, what they held is still there. */
import { NO_OUTPUT } from "./shell-expand.ts";
import { operands } from "./shell-files.ts";
import { joinedPath } from "./shell-paths.ts";
import { MARK, placeOf, type Saved } from "./shell-saved.ts";
import { optionValue } from "./shell-wrappers.ts";

/** What was packed, with the archive as its text, and archives that were looked into. */
const PACKED = `${MARK}packed `;
const LOOKED_INTO = `${MARK}looked into `;

/** `-cf`, `-tzf`, `cf`: the letters of what `tar` is to do. */
const lettersOf = (args: readonly string[]): string =>
  args
    .filter((a, i) => /^-[a-zA-Z]+$/.test(a) || (i === 0 && /^[a-zA-Z]+$/.test(a)))
    .join("")
    .replaceAll("-", "");
const says = (args: readonly string[], letters: RegExp, words: RegExp): boolean =>
  letters.test(lettersOf(args)) || args.some((a) => words.test(a));

/** Programs that read an archive to its end. */
const TESTS: Readonly<Record<string, RegExp>> = {
  unzip: /^-[a-z]*t/,
  zip: /^-T$|^--test$/,
  ...{ gzip: /^-[a-z]*t|^--test$/, xz: /^-[a-z]*t|^--test$/, zstd: /^-[a-z]*t|^--test$/, bzip2: /^-[a-z]*t|^--test$/, "7z": /^t$/ },
};

export function followArchive(saved: Saved, program: string, args: readonly string[], cwd: string | null): void {
  const note = (mark: string, path: string, text = ""): void => void saved.set(mark + placeOf(path), { ...NO_OUTPUT, text });
  const test = Object.hasOwn(TESTS, program) ? TESTS[program] : undefined;
  if (test !== undefined && args.some((a) => test.test(a))) for (const archive of operands(args)) note(LOOKED_INTO, archive);
  if (program !== "tar") return;
  const archive = optionValue(args, /^-?[a-zA-Z]*f$/) ?? args.find((a) => a.startsWith("--file="))?.slice(7);
  if (archive === undefined) return;
  if (says(args, /[td]/, /^--(list|diff|compare)$/)) note(LOOKED_INTO, archive);
  if (!says(args, /c/, /^--create$/)) return;
  if (says(args, /W/, /^--verify$/)) note(LOOKED_INTO, archive);
  const base = optionValue(args, /^(-C|--directory)$/);
  const members = operands(args).filter((a) => a !== archive && a !== base && a !== args[0]);
  for (const member of members) note(PACKED, joinedPath(base ?? cwd, member), archive);
}

/** Whether the line packed it and then looked into the archive. */
export function isArchived(saved: Saved, path: string): boolean {
  const archive = saved.get(PACKED + placeOf(path))?.text;
  return archive !== undefined && archive !== null && saved.has(LOOKED_INTO + placeOf(archive));
}
