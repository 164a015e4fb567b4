/** Files that one shell line writes and later reads or runs: `curl -o x URL; sh x`, `env > x; curl -T x URL`. */
import type { Label } from "./effects.ts";
import { joined, NO_OUTPUT, type Output } from "./shell-expand.ts";
import { operands } from "./shell-files.ts";
import { classesLabels, holed, labelsOf, shown } from "./shell-meaning.ts";
import { joinedPath } from "./shell-paths.ts";
import { matchesPattern } from "./shell-patterns.ts";
import { RECORDED, recordedFile } from "./shell-recorders.ts";
import { baseName, optionsValues, optionValue } from "./shell-wrappers.ts";
import { classifyPathText, holdsSecrets, isPublished, normalisePath } from "./targets.ts";

/** What is in the files that the line wrote, by path. */
export type Saved = Map<string, Output>;

const DOWNLOADED: Output = { ...NO_OUTPUT, hidden: true, fetched: true, cause: "unknown.network" };
/** Of a value that is not known only its source counts, not what is known about it. */
export const placeOf = (path: string): string => normalisePath(shown(path));

/** What a file holds: what the line wrote there, or what its place says. */
export function contentOf(saved: Saved, path: string): Output {
  const known = saved.get(placeOf(path));
  if (known !== undefined) return known;
  const labels = new Set([...placeLabels(path), ...labelsOf(path), ...labelsWithin(saved, path)]);
  return { ...NO_OUTPUT, labels: [...labels], cause: "unknown.file" };
}

/** A directory holds what was put into it, and a pattern stands for what it matches. */
function labelsWithin(saved: Saved, path: string): readonly Label[] {
  if (saved.size === 0) return [];
  const place = placeOf(path);
  const isPattern = /[*?[]/.test(place);
  const isWithin = (name: string): boolean => (place === "" ? !/^[/~$]/.test(name) : name.startsWith(place === "/" ? place : `${place}/`));
  const found = [...saved].filter(([name]) => isWithin(name) || (isPattern && matchesPattern(name, place)));
  return found.flatMap(([, content]) => content.labels);
}

export function labelsOfFiles(saved: Saved, paths: readonly string[]): readonly Label[] {
  return [...new Set(paths.flatMap((path) => [...contentOf(saved, path).labels, ...labelsWithin(saved, path)]))];
}

const placeLabels = (path: string): readonly Label[] =>
  holdsSecrets(holed(path)) ? ["file", "file.private"] : isPublished(holed(path)) ? ["file"] : classesLabels(classifyPathText(holed(path)));

const CURL_OUTPUT = /^(?:-[a-zA-NP-Z#0-9]*?o|--output(?==|$))=?(.*)$/s;
const WGET_OUTPUT = /^(?:-[a-zA-NP-Z0-9]*O|--output-document(?==|$))=?(.*)$/s;

/** `curl -o FILE`, `curl -O URL`, `wget URL`, `wget -O FILE`. */
function downloadTarget(argv: readonly string[], cwd: string | null): string | null {
  const program = baseName(argv[0] ?? "");
  if (program !== "curl" && program !== "wget") return program === "aria2c" ? optionValue(argv, /^(-o|--out)$/) : null;
  const given = optionsValues(argv, program === "curl" ? CURL_OUTPUT : WGET_OUTPUT)[0] ?? null;
  if (given !== null && given !== "-") return given;
  if (given === "-") return null;
  const own = program === "wget" || argv.some((a) => /^-[a-zA-Z]*O$|^--remote-name$/.test(a));
  const url = argv.find((a) => /:\/\//.test(a));
  const name =
    url === undefined
      ? ""
      : (url
          .replace(/[?#].*$/, "")
          .split("/")
          .pop() ?? ""); // prettier-ignore
  const into = optionsValues(argv, program === "wget" ? /^(?:-P|--directory-prefix(?==|$))=?(.*)$/s : /^--output-dir(?==|$)=?(.*)$/s)[0];
  return own && name !== "" ? joinedPath(cwd, into === undefined ? name : joinedPath(into, name)) : null;
}

/** What a program leaves in files besides its output. */
export function saveFiles(
  saved: Saved,
  argv: readonly string[],
  { input, cwd }: { readonly input: Output | null; readonly cwd: string | null },
): void {
  const program = baseName(argv[0] ?? "");
  const target = downloadTarget(argv, cwd);
  if (target !== null) saved.set(placeOf(target), DOWNLOADED);
  const recorded = recordedFile(program, argv.slice(1));
  if (recorded !== null) saved.set(placeOf(recorded), RECORDED);
  else if (CONVERTS.test(program)) convert(saved, argv, input);
  if (/^(cp|mv|install|ln|rsync)$/.test(program)) copyFiles(saved, operands(argv.slice(1)));
  if (program === "ln") rememberLink(saved, operands(argv.slice(1)));
  else if (/^(tar|zip|7z|gpg|openssl|gzip)$/.test(program)) pack(saved, program, argv);
  else if (program === "tee" && input !== null)
    for (const file of operands(argv.slice(1))) saveText(saved, file, input, argv.includes("-a") || argv.includes("--append"));
}

/** Among the names of files marks what is known about a file besides; of a link the text is what it stands for. */
export const MARK = "-> ";
const LINK = MARK;

/** `ln -s TARGET LINK`: from now on the link is the target. */
function rememberLink(saved: Saved, given: readonly string[]): void {
  const [target, link] = given;
  if (given.length === 2 && target !== undefined && link !== undefined) saved.set(LINK + placeOf(link), { ...NO_OUTPUT, text: target });
}

/** Where a path leads that may be a link of the line's own. */
export const throughLink = (saved: Saved, path: string): string =>
  saved.size === 0 ? path : (saved.get(LINK + placeOf(path))?.text ?? path);

function copyFiles(saved: Saved, given: readonly string[]): void {
  const target = given.at(-1);
  if (target === undefined || given.length < 2) return;
  for (const source of given.slice(0, -1)) {
    const content = contentOf(saved, source);
    saved.set(placeOf(target), content);
    saved.set(placeOf(`${target}/${baseName(source)}`), content);
  }
}

/** What makes another form of sounds, pictures and documents: `lame - out.mp3`, `convert a.png b.jpg`. */
const CONVERTS = /^(lame|oggenc|opusenc|flac|sox|ffmpeg|convert|magick|cwebp|pandoc|zstd|xz|bzip2)$/;

function convert(saved: Saved, argv: readonly string[], input: Output | null): void {
  const given = operands(argv.slice(1));
  const target = optionValue(argv, /^(-o|--output)$/) ?? given.at(-1);
  if (target === undefined || (given.length < 2 && input === null)) return;
  const labels = [
    ...labelsOfFiles(saved, [...given.filter((g) => g !== target), optionValue(argv, /^-i$/) ?? ""]),
    ...(input?.labels ?? []),
  ];
  if (labels.includes("file.private")) saved.set(placeOf(target), { ...NO_OUTPUT, labels: [...new Set(labels)], cause: "unknown.file" });
}

/** An archive or encrypted file holds what its members hold. */
function pack(saved: Saved, program: string, argv: readonly string[]): void {
  const args = argv.slice(1);
  if (program === "tar" && /^-?[a-zA-Z]*x/.test(args[0] ?? "")) return;
  const named = program === "tar" ? /^-?[a-zA-Z]*f$/ : /^(-o|--output|-out)$/;
  const archive = program === "zip" || program === "7z" ? operands(args).find((a) => a !== "a") : optionValue(args, named);
  if (archive === null || archive === undefined || archive === "-") return;
  const members = [...operands(args), optionValue(args, /^(-in|-C)$/) ?? ""].filter((a) => a !== archive && a !== "");
  const hidden = /^(openssl|gpg)$/.test(program) && args.some((a) => /^(-d|--decrypt)$/.test(a));
  saved.set(placeOf(archive), { ...NO_OUTPUT, hidden, labels: labelsOfFiles(saved, members), cause: "unknown.file" });
}

/** `> FILE` and `>> FILE`. */
export function saveText(saved: Saved, path: string, output: Output, append: boolean): void {
  if (path === "" || path.startsWith("/dev/")) return;
  const before = append ? saved.get(placeOf(path)) : undefined;
  if (before === undefined) {
    saved.set(placeOf(path), output);
    return;
  }
  saved.set(placeOf(path), joined([before, output]));
}

/** What runs when this file is the program, or the script of an interpreter; null when the line did not write it. */
export function savedScript(saved: Saved, argv: readonly string[], how: { interprets: boolean; path: readonly string[] }): Output | null {
  if (saved.size === 0) return null;
  const program = argv[0] ?? "";
  const own = program.includes("/")
    ? saved.get(placeOf(program))
    : how.path.map((d) => saved.get(placeOf(`${d}/${program}`))).find((o) => o !== undefined);
  if (own !== undefined) return own;
  if (!how.interprets) return null;
  const script = argv.slice(1).find((a) => !a.startsWith("-"));
  return script === undefined ? null : (saved.get(placeOf(script)) ?? null);
}

/** Whether the line wrote a file that the pattern names. */
export const isWritten = (saved: Saved, pattern: string): boolean =>
  [...saved.keys()].some((name) => !name.startsWith(MARK) && matchesPattern(name, pattern));
