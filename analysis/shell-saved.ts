/** Files that one shell line saves and later runs: `curl -o x URL; sh x`, `echo ... > x; sh x`. */
import type { Field, Output } from "./shell-expand.ts";
import { baseName, optionValue } from "./shell-wrappers.ts";

/** What is in the files that the line wrote, by path. */
export type Saved = Map<string, Output>;

const DOWNLOADED: Output = { text: null, hidden: true, fetched: true };
const plain = (path: string): string => path.replace(/^\.\//, "");

/** `curl -o FILE`, `curl -O URL`, `wget URL`, `wget -O FILE`. */
function downloadTarget(argv: readonly string[]): string | null {
  const program = baseName(argv[0] ?? "");
  if (program !== "curl" && program !== "wget") return null;
  const given = program === "curl" ? optionValue(argv, /^(-[a-zA-Z]*o|--output)$/) : optionValue(argv, /^(-[a-zA-Z]*O|--output-document)$/);
  if (given !== null && given !== "-") return given;
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
          .pop() ?? "");
  return own && name !== "" ? name : null;
}

export function saveDownload(saved: Saved, argv: readonly string[]): void {
  const target = downloadTarget(argv);
  if (target !== null) saved.set(plain(target), DOWNLOADED);
  const program = baseName(argv[0] ?? "");
  if ((program === "cp" || program === "mv" || program === "install") && argv.length >= 3) {
    const from = saved.get(plain(argv.at(-2) as string));
    if (from !== undefined) saved.set(plain(argv.at(-1) as string), from);
  }
}

/** `> FILE` and `>> FILE`. */
export function saveOutput(saved: Saved, target: readonly Field[], output: Output, append: boolean): void {
  const path = target.map((f) => f.text).join(" ");
  if (path === "" || path.startsWith("/dev/")) return;
  const before = append ? saved.get(plain(path)) : undefined;
  const text = before === undefined ? output.text : before.text === null || output.text === null ? null : before.text + output.text;
  if (output.text !== null || output.hidden || before !== undefined)
    saved.set(plain(path), { text, hidden: output.hidden || before?.hidden === true, fetched: output.fetched || before?.fetched === true });
}

/** What runs when this file is the program, or the script of an interpreter; null when the line did not write it. */
export function savedScript(saved: Saved, argv: readonly string[], interprets: boolean): Output | null {
  if (saved.size === 0) return null;
  const own = saved.get(plain(argv[0] ?? ""));
  if (own !== undefined) return own;
  if (!interprets) return null;
  const script = argv.slice(1).find((a) => !a.startsWith("-"));
  return script === undefined ? null : (saved.get(plain(script)) ?? null);
}
