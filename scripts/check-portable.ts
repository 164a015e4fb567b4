/**
 * Nothing in the repository may depend on the machine it was written on: no path of the checkout or of its owner's
 * home, no package registry named in set-up files, no download address in the lock file.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

type Problem = { readonly file: string; readonly line: number; readonly what: string };

const root = resolve(import.meta.dirname, "..");
/** Files that tell a package manager or a build where to fetch from. Elsewhere a registry host is just a subject. */
const SET_UP = /^(\.npmrc|package(-lock)?\.json|\.ci\/|scripts\/|Dockerfile|compose\.ya?ml|\.github\/)/;
const REGISTRY =
  /\bregistry\.(npmjs\.org|yarnpkg\.com)|\bnpm\.pkg\.github\.com|\b(files\.)?python(hosted)?\.org\/simple|^registry\s*=|"resolved"\s*:\s*"http/;

/** Paths of this machine that would not exist on another one. */
function machinePaths(): string[] {
  const generic = new Set(["/", "/root", "/home", "/tmp", "/usr", "/opt", tmpdir(), dirname(tmpdir())]);
  const own = [root, `${dirname(root)}/`, homedir()].filter((path) => !generic.has(path.replace(/(.)\/$/, "$1")));
  return own.filter((path) => path.length > 4);
}

/** Not where it is the end of a longer path: `/srv/` does not stand in `/var/srv/`. */
function holdsPath(content: string, path: string): boolean {
  for (let at = content.indexOf(path); at >= 0; at = content.indexOf(path, at + 1)) {
    if (!/[\w.-]$/.test(content.slice(0, at))) return true;
  }
  return false;
}

function problemsIn(file: string, paths: readonly string[]): Problem[] {
  const text = readFileSync(join(root, file), "utf8");
  return text.split("\n").flatMap((content, index) => {
    const found: Problem[] = paths
      .filter((path) => holdsPath(content, path))
      .map((path) => ({ file, line: index + 1, what: `holds the path ${path} of this machine` }));
    if (SET_UP.test(file) && file !== "scripts/check-portable.ts" && REGISTRY.test(content)) {
      found.push({ file, line: index + 1, what: "names a package registry" });
    }
    return found;
  });
}

const listing = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"], {
  cwd: root,
  encoding: "utf8",
});
const deleted = new Set(execFileSync("git", ["ls-files", "-z", "--deleted"], { cwd: root, encoding: "utf8" }).split("\0"));
const files = listing.split("\0").filter((file) => file !== "" && !deleted.has(file));
const paths = machinePaths();
const problems = files.flatMap((file) => problemsIn(file, paths));
for (const { file, line, what } of problems) process.stderr.write(`${file}:${line}: ${what}\n`);
if (problems.length === 0) process.stdout.write(`${files.length} files, nothing bound to this machine\n`);
process.exitCode = problems.length === 0 && files.length > 0 ? 0 : 1;
