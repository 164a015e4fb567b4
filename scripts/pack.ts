/**
 * `npm run pack [-- --out DIR]`: builds the package that is published. It is staged in a directory of its own, because
 * it differs from the repository: compiled JavaScript instead of sources, and none of the Node binaries that a clone
 * brings along. (`npm pack` in the repository would pack neither; `"private": true` keeps it from being published.)
 */
import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, extname, join, resolve } from "node:path";
import { parseArgs } from "node:util";

const root = join(import.meta.dirname, "..");
const SHIPPED = ["bin", "rules", "openapi.yaml", "openapi.json", "README.md", "CHANGELOG.md", "SECURITY.md", "LICENSE"];
/** Rules are data; the annotated sources beside them are their tests. */
const RULE_DATA = new Set([".yaml", ".yml", ".json", ".md"]);

type Manifest = Record<string, unknown> & { version: string; optionalDependencies?: Record<string, string> };

function run(command: string, args: readonly string[], cwd: string): string {
  const child = spawnSync(command, args, {
    cwd,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    shell: process.platform === "win32",
  });
  if (child.error !== undefined) throw child.error;
  if (child.status !== 0) throw new Error(`${command} ${args.join(" ")} failed:\n${child.stdout}`);
  return child.stdout;
}

function publishedManifest(): Manifest {
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Manifest;
  const optional = Object.entries(manifest.optionalDependencies ?? {}).filter(([name]) => !name.startsWith("node-"));
  for (const key of ["private", "scripts", "devDependencies", "optionalDependencies", "allowScripts"]) delete manifest[key];
  if (optional.length > 0) manifest.optionalDependencies = Object.fromEntries(optional);
  return { ...manifest, files: ["dist", ...SHIPPED] };
}

function stage(directory: string): void {
  run("tsc", ["--project", "tsconfig.build.json", "--outDir", join(directory, "dist")], root);
  // programs in another language that one room hands to its interpreter
  const isPython = (path: string): boolean => ["", ".py"].includes(extname(path));
  cpSync(join(root, "sandbox"), join(directory, "dist", "sandbox"), { recursive: true, filter: isPython });
  for (const entry of SHIPPED) {
    if (!existsSync(join(root, entry))) throw new Error(`cannot pack: ${entry} is missing`);
    const isShipped = (path: string): boolean => entry !== "rules" || extname(path) === "" || RULE_DATA.has(extname(path));
    cpSync(join(root, entry), join(directory, entry), { recursive: true, filter: isShipped });
  }
  writeFileSync(join(directory, "package.json"), `${JSON.stringify(publishedManifest(), null, 2)}\n`);
}

function move(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch {
    // Another file system.
    copyFileSync(from, to);
    rmSync(from);
  }
}

const { values } = parseArgs({ options: { out: { type: "string", default: "." } } });
const out = resolve(values.out);
const staging = mkdtempSync(join(tmpdir(), "agentguard-pack-"));
try {
  stage(staging);
  run("npm", ["pack", "--silent"], staging);
  const tarball = readdirSync(staging).find((file) => file.endsWith(".tgz"));
  if (tarball === undefined) throw new Error("npm pack wrote no tarball");
  mkdirSync(out, { recursive: true });
  move(join(staging, tarball), join(out, basename(tarball)));
  process.stdout.write(`${join(out, basename(tarball))}\n`);
} finally {
  rmSync(staging, { recursive: true, force: true });
}
