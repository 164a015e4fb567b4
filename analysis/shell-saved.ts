/** Files that one shell line writes and later reads or runs: `curl -o x URL; sh x`, `env > x; curl -T x URL`. */
import type { Label } from "./effects.ts";
import { NO_OUTPUT, type Output } from "./shell-expand.ts";
import { operands } from "./shell-files.ts";
import { classesLabels, holed, labelsOf } from "./shell-meaning.ts";
import { baseName, optionValue } from "./shell-wrappers.ts";
import { classifyPathText, normalisePath } from "./targets.ts";

/** What is in the files that the line wrote, by path. */
export type Saved = Map<string, Output>;

const DOWNLOADED: Output = { ...NO_OUTPUT, hidden: true, fetched: true, cause: "unknown.network" };
const plain = (path: string): string => normalisePath(path);

/** What a file holds: what the line wrote there, or what its place says. */
export function contentOf(saved: Saved, path: string): Output {
  const known = saved.get(plain(path));
  if (known !== undefined) return known;
  return { ...NO_OUTPUT, labels: [...new Set([...placeLabels(path), ...labelsOf(path)])], cause: "unknown.file" };
}

/** A directory holds what was copied into it. */
export function labelsOfFiles(saved: Saved, paths: readonly string[]): readonly Label[] {
  const out = new Set<Label>();
  for (const path of paths) {
    for (const label of contentOf(saved, path).labels) out.add(label);
    const below = `${plain(path)}/`;
    for (const [name, content] of saved) if (name.startsWith(below)) for (const label of content.labels) out.add(label);
  }
  return [...out];
}

const placeLabels = (path: string): readonly Label[] => classesLabels(classifyPathText(holed(path)));

/** `curl -o FILE`, `curl -O URL`, `wget URL`, `wget -O FILE`. */
function downloadTarget(argv: readonly string[]): string | null {
  const program = baseName(argv[0] ?? "");
  if (program !== "curl" && program !== "wget") return program === "aria2c" ? optionValue(argv, /^(-o|--out)$/) : null;
  const given = program === "curl" ? optionValue(argv, /^(-[a-zA-Z]*o|--output)$/) : optionValue(argv, /^(-[a-zA-Z]*O|--output-document)$/);
  if (given !== null && given !== "-") return given;
  if (given === "-") return null;
  const named = argv.find((a) => /^--(output|output-document)=/.test(a));
  if (named !== undefined) return named.slice(named.indexOf("=") + 1);
  const own = program === "wget" || argv.some((a) => /^-[a-zA-Z]*O$|^--remote-name$/.test(a));
  const url = argv.find((a) => /:\/\//.test(a));
  const name =
    url === undefined
      ? ""
      : (url
          .replace(/[?#].*$/, "")
          .split("/")
          .pop() ?? ""); // prettier-ignore
  return own && name !== "" ? name : null;
}

/** What a program leaves in files besides its output. */
export function saveFiles(saved: Saved, argv: readonly string[], input: Output | null): void {
  const program = baseName(argv[0] ?? "");
  const target = downloadTarget(argv);
  if (target !== null) saved.set(plain(target), DOWNLOADED);
  if (RECORDERS.test(program)) record(saved, program, argv);
  if (/^(cp|mv|install|ln|rsync)$/.test(program)) copyFiles(saved, operands(argv.slice(1)));
  if (program === "ln") rememberLink(saved, operands(argv.slice(1)));
  else if (/^(tar|zip|7z|gpg|openssl|gzip)$/.test(program)) pack(saved, program, argv);
  else if (program === "tee" && input !== null)
    for (const file of operands(argv.slice(1))) saveText(saved, file, input, argv.includes("-a") || argv.includes("--append"));
}

/** Programs that put what is on the screen, said or typed into a file. */
const RECORDERS = /^(import|scrot|gnome-screenshot|grim|maim|spectacle|screencapture|arecord|parecord|rec|ffmpeg|fswebcam)$/;
const CAPTURES = /^(x11grab|alsa|pulse|avfoundation|gdigrab|dshow|v4l2)$/;

function record(saved: Saved, program: string, argv: readonly string[]): void {
  if (program === "ffmpeg" && !CAPTURES.test(optionValue(argv, /^-f$/) ?? "")) return;
  const file =
    optionValue(argv, /^(-f|--file)$/) !== null && program === "gnome-screenshot"
      ? optionValue(argv, /^(-f|--file)$/)
      : operands(argv.slice(1)).at(-1);
  if (file !== null && file !== undefined)
    saved.set(plain(file), { ...NO_OUTPUT, labels: ["file", "file.private"], cause: "unknown.file" });
}

/** Marks the names of links among the names of files; the text is what the link stands for. */
const LINK = "-> ";

/** `ln -s TARGET LINK`: from now on the link is the target. */
function rememberLink(saved: Saved, given: readonly string[]): void {
  const [target, link] = given;
  if (given.length === 2 && target !== undefined && link !== undefined) saved.set(LINK + plain(link), { ...NO_OUTPUT, text: target });
}

/** Where a path leads that may be a link of the line's own. */
export const throughLink = (saved: Saved, path: string): string =>
  saved.size === 0 ? path : (saved.get(LINK + plain(path))?.text ?? path);

function copyFiles(saved: Saved, given: readonly string[]): void {
  const target = given.at(-1);
  if (target === undefined || given.length < 2) return;
  for (const source of given.slice(0, -1)) {
    const content = contentOf(saved, source);
    saved.set(plain(target), content);
    saved.set(plain(`${target}/${baseName(source)}`), content);
  }
}

/** An archive or encrypted file holds what its members hold. */
function pack(saved: Saved, program: string, argv: readonly string[]): void {
  const args = argv.slice(1);
  if (program === "tar" && /^-?[a-zA-Z]*x/.test(args[0] ?? "")) return;
  const named = program === "tar" ? /^-?[a-zA-Z]*f$/ : /^(-o|--output|-out)$/;
  const archive = program === "zip" || program === "7z" ? operands(args).find((a) => a !== "a") : optionValue(args, named);
  if (archive === null || archive === undefined || archive === "-") return;
  const members = [...operands(args), optionValue(args, /^(-in|-C)$/) ?? ""].filter((a) => a !== archive && a !== "");
  saved.set(plain(archive), { ...NO_OUTPUT, labels: labelsOfFiles(saved, members), cause: "unknown.file" });
}

/** `> FILE` and `>> FILE`. */
export function saveText(saved: Saved, path: string, output: Output, append: boolean): void {
  if (path === "" || path.startsWith("/dev/")) return;
  const before = append ? saved.get(plain(path)) : undefined;
  if (before === undefined) {
    saved.set(plain(path), output);
    return;
  }
  const text = before.text === null || output.text === null ? null : before.text + output.text;
  const labels = [...new Set([...before.labels, ...output.labels])];
  saved.set(plain(path), { ...output, text, labels, hidden: output.hidden || before.hidden, fetched: output.fetched || before.fetched });
}

/** What runs when this file is the program, or the script of an interpreter; null when the line did not write it. */
export function savedScript(saved: Saved, argv: readonly string[], how: { interprets: boolean; path: readonly string[] }): Output | null {
  if (saved.size === 0) return null;
  const program = argv[0] ?? "";
  const own = program.includes("/")
    ? saved.get(plain(program))
    : how.path.map((d) => saved.get(plain(`${d}/${program}`))).find((o) => o !== undefined);
  if (own !== undefined) return own;
  if (!how.interprets) return null;
  const script = argv.slice(1).find((a) => !a.startsWith("-"));
  return script === undefined ? null : (saved.get(plain(script)) ?? null);
}
