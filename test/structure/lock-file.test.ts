/** A clone must install on every platform, from the lock file alone, without a compiler and without running install scripts. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { packageRoot } from "../../src/package-root.ts";

type Locked = {
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly hasInstallScript?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
};
type Manifest = {
  readonly optionalDependencies: Readonly<Record<string, string>>;
  readonly allowScripts: Readonly<Record<string, boolean>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
};

const read = <T>(file: string): T => JSON.parse(readFileSync(join(packageRoot(), file), "utf8")) as T;
const { packages } = read<{ packages: Record<string, Locked> }>("package-lock.json");
const manifest = read<Manifest>("package.json");
const installed = Object.entries(packages).filter(([path]) => path !== "");

/** Where Node would look for `name` from the package at `path`: its own node_modules, then every one above. */
function isLocked(path: string, name: string): boolean {
  for (let from = path; ; from = from.slice(0, Math.max(0, from.lastIndexOf("node_modules/") - 1))) {
    if (`${from === "" ? "" : `${from}/`}node_modules/${name}` in packages) return true;
    if (from === "") return false;
  }
}

describe("package-lock.json", () => {
  test("holds every optional dependency of every package: npm ci refuses a lock that lacks one, on any platform", () => {
    const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies)
        .filter((name) => !isLocked(path, name))
        .map((name) => `${name} of ${path || "the project"}`),
    );
    assert.deepEqual(missing, []);
  });

  test("pins every package by its contents", () => {
    assert.deepEqual(
      installed.filter(([, { integrity }]) => !/^sha512-/.test(integrity ?? "")).map(([path]) => path),
      [],
    );
  });

  test("names no download address: the registry is the installer's choice", () => {
    assert.deepEqual(
      installed.filter(([, { resolved }]) => resolved !== undefined).map(([path]) => path),
      [],
    );
  });
});

describe("package.json", () => {
  test("brings one and the same Node for every platform", () => {
    const nodes = Object.entries(manifest.optionalDependencies).filter(([name]) => name.startsWith("node-"));
    assert.ok(nodes.length >= 3, "at least three platforms");
    assert.equal(new Set(nodes.map(([, version]) => version)).size, 1, "one version");
  });

  test("gives exact versions only", () => {
    const wanted = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies };
    assert.deepEqual(
      Object.entries(wanted).filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)),
      [],
    );
  });

  test("answers for every package that has, or would be given, an install script: none of them runs", () => {
    const scripted = installed.filter(([path, { hasInstallScript }]) => hasInstallScript === true || compiles(path)).map(nameOf);
    const unanswered = scripted.filter((name) => manifest.allowScripts[name] !== false);
    assert.deepEqual(unanswered, []);
  });

  test("has the project's .npmrc say the same to an npm that does not know `allowScripts`", () => {
    assert.match(readFileSync(join(packageRoot(), ".npmrc"), "utf8"), /^ignore-scripts=true$/m);
  });
});

/** npm runs `node-gyp rebuild` for a package that has this file, whatever its manifest says, when it installs from a lock file. */
function compiles(path: string): boolean {
  return existsSync(join(packageRoot(), path, "binding.gyp"));
}

function nameOf([path]: readonly [string, Locked]): string {
  return path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
}
