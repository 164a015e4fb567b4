/** Node's `path` on texts that are known, as POSIX has it: the analysis itself knows no files. */

export function normalizePath(path: string): string {
  if (path === "") return ".";
  const absolute = path.startsWith("/");
  const out: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") out.push(part);
    else if (out.length > 0 && out.at(-1) !== "..") out.pop();
    else if (!absolute) out.push(part);
  }
  const text = (absolute ? "/" : "") + out.join("/");
  if (text === "") return path.endsWith("/") ? "./" : ".";
  return path.endsWith("/") && text !== "/" ? `${text}/` : text;
}

function baseName(path: string, suffix = ""): string {
  const base = /([^/]*)\/*$/.exec(path)?.[1] ?? "";
  return suffix !== "" && base !== suffix && base.endsWith(suffix) ? base.slice(0, -suffix.length) : base;
}

const extension = (base: string): string => (base.lastIndexOf(".") > 0 && base !== ".." ? base.slice(base.lastIndexOf(".")) : "");

function directoryName(path: string): string {
  const cut = path.replace(/\/+$/, "").lastIndexOf("/");
  if (cut > 0) return path.slice(0, cut);
  return path.startsWith("/") ? "/" : ".";
}

function relativePath(from: string, to: string): string {
  if (!from.startsWith("/") || !to.startsWith("/")) return to;
  const [ours, theirs] = [from, to].map((path) => normalizePath(path).split("/").filter(Boolean)) as [string[], string[]];
  let same = 0;
  while (same < ours.length && ours[same] === theirs[same]) same++;
  return [...ours.slice(same).map(() => ".."), ...theirs.slice(same)].join("/");
}

/** By the names that `path` has for them. */
export const PATH_TEXTS: Readonly<Record<string, (...given: string[]) => string>> = {
  basename: (path = "", suffix) => baseName(path, suffix),
  dirname: (path = "") => directoryName(path),
  extname: (path = "") => extension(baseName(path)),
  normalize: (path = "") => normalizePath(path),
  relative: (from = "", to = "") => relativePath(from, to),
};
