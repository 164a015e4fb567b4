/** Downloads whose checksum is compared with one that the program knows: what runs then is what its author saw. */
import type { Label } from "./effects.ts";
import type { Output } from "./shell-expand.ts";
import { operands } from "./shell-files.ts";
import { hasExpansion, labelsOf, withoutMarks } from "./shell-meaning.ts";
import { joinedPath } from "./shell-paths.ts";
import { contentOf, placeOf } from "./shell-saved.ts";
import type { Shell } from "./shell-state.ts";

/** On what a file holds that was checked: nothing gets past the check with another content. */
export const VERIFIED: Label = "shell:verified";
const SUM_OF = "shell:sum:";
const SUMS = /^(sha\d+sum|shasum|b2sum|sha\d+|gsha\d+sum)$/;
const DIGEST = /^[0-9a-f]{56,128}$/i;

/** `sha256sum FILE`: what is printed is the sum of the file. */
export function sumLabels(program: string, args: readonly string[], cwd: string | null): readonly Label[] {
  const sums = SUMS.test(program) || (program === "openssl" && /^(dgst|sha\d+)$/.test(args[0] ?? ""));
  const files = sums ? operands(args.filter((_a, i) => args[i - 1] !== "-a")) : [];
  return files.map((file) => `${SUM_OF}${encodeURIComponent(placeOf(joinedPath(cwd, file)))}`);
}

/** `echo "$SUM  $file" | sha256sum -c -`: the files whose sums the program itself says. */
export function checkSums(shell: Shell, argv: readonly string[], input: Output | null): void {
  const [program = "", ...args] = argv;
  if (!SUMS.test(program.slice(program.lastIndexOf("/") + 1)) || !args.some((a) => /^(-[a-z]*c|--check)$/.test(a))) return;
  const list = operands(args.filter((_a, i) => args[i - 1] !== "-a")).find((a) => a !== "-");
  const said = list === undefined ? input : contentOf(shell.budget.saved, joinedPath(shell.frame.cwd, list));
  if (said === null || said.text === null || said.fetched) return;
  const files = withoutMarks(said.text)
    .split("\n")
    .flatMap((line) => /^([0-9a-fA-F]{56,128})[ \t]+\*?(.+)$/.exec(line)?.[2] ?? []);
  noteCheck(
    shell,
    files.map((file) => placeOf(joinedPath(shell.frame.cwd, file))),
    { positive: true, ...shell.place },
  );
}

/** `[ "$(sha256sum x | cut -d' ' -f1)" = "$SUM" ]`. */
export function compareSums(shell: Shell, words: readonly string[], span: { readonly at: number; readonly end: number }): void {
  const at = words.findIndex((word) => /^(=|==|!=)$/.test(word));
  if (at < 1 || shell.budget.saved.size === 0) return;
  const sides = [words[at - 1] ?? "", words[at + 1] ?? ""];
  if (!sides.some((side) => !hasExpansion(side) && DIGEST.test(withoutMarks(side)))) return;
  const files = sides
    .flatMap((side) => labelsOf(side))
    .flatMap((l) => (l.startsWith(SUM_OF) ? [decodeURIComponent(l.slice(SUM_OF.length))] : []));
  noteCheck(shell, files, { positive: words[at] !== "!=" && words[0] !== "!", ...span });
}

function noteCheck(shell: Shell, files: readonly string[], { positive, at, end }: { positive: boolean; at: number; end: number }): void {
  if (files.length === 0) return;
  if (shell.options.has("e") && positive) verify(shell, files);
  else if (shell.trace !== null) shell.budget.checks.push({ files, positive, start: at, end });
}

/** What stands behind a check has passed it: the command, and what it makes of the files. Gives back how things were. */
export function confirmChecks(shell: Shell): () => void {
  const { guards } = shell.frame;
  const passed = shell.budget.checks.filter((c) => guards.some((g) => g.start <= c.start && g.end >= c.end && g.positive === c.positive));
  const before = passed.flatMap(({ files }) => verify(shell, files));
  return () => {
    for (const [file, content] of before) shell.budget.saved.set(file, content);
  };
}

/** Gives what was known of the files. */
function verify(shell: Shell, files: readonly string[]): [file: string, content: Output][] {
  const { saved } = shell.budget;
  const fetched = files.flatMap((file): [string, Output][] => {
    const content = saved.get(file);
    return content?.fetched === true ? [[file, content]] : [];
  });
  for (const [file, content] of fetched) saved.set(file, { ...content, labels: [...new Set([...content.labels, VERIFIED])] });
  return fetched;
}
