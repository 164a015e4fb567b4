/** The habits of the house that no linter knows: how long a file may be, what it is called, how it opens. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join, relative, sep } from "node:path";
import { test } from "node:test";
import { packageRoot } from "../../src/package-root.ts";

const ROOMS = ["analysis", "layers", "sandbox", "src", "scripts", "bench", "test", "clients"];
const EXAMPLES = /(^|\/)corpus\/|^clients\/typescript\/(dist\/|src\/api-types\.ts$)/;
const MAX_LINES = 400;
/** Line 1 of a file that must be longer says why. */
const REASON = /^\/\/ (One file|Long) on purpose/;
const MEANINGLESS = new Set(["utils", "util", "helpers", "helper", "manager", "common", "misc", "index"]);

const files = ROOMS.flatMap((room) =>
  readdirSync(join(packageRoot(), room), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => relative(packageRoot(), join(entry.parentPath, entry.name)).split(sep).join("/"))
    .filter((file) => !EXAMPLES.test(file)),
).map((path) => ({ path, lines: readFileSync(join(packageRoot(), path), "utf8").trimEnd().split("\n") }));

const offenders = (breaks: (file: { path: string; lines: string[] }) => boolean): string[] =>
  files.filter(breaks).map(({ path, lines }) => `${path} (${lines.length} lines)`);

test("there are sources to look at", () => assert.ok(files.length > 50, `${files.length} files`));

test(`no file is longer than ${MAX_LINES} lines without a reason on line 1`, () => {
  assert.deepEqual(
    offenders(({ lines }) => lines.length > MAX_LINES && !REASON.test(lines[0] ?? "")),
    [],
  );
});

test("files are kebab-case, after what they hold", () => {
  const name = (path: string): string => basename(path).replace(/(\.test)?\.ts$/, "");
  assert.deepEqual(
    offenders(({ path }) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name(path)) || MEANINGLESS.has(name(path))),
    [],
  );
});

test("a file of the product opens by saying what it is for", () => {
  assert.deepEqual(
    offenders(({ path, lines }) => !path.startsWith("test/") && !/^(\/\*\*?|\/\/)/.test(lines[0] ?? "")),
    [],
  );
});

test("no default exports and no barrels", () => {
  const isBarrel = (lines: readonly string[]): boolean => {
    const code = lines.filter((line) => line.trim() !== "" && !/^\s*(\/\/|\/?\*)/.test(line));
    return code.length > 0 && code.every((line) => /^export .* from "/.test(line));
  };
  assert.deepEqual(
    offenders(({ lines }) => isBarrel(lines) || lines.some((line) => line.startsWith("export default"))),
    [],
  );
});
