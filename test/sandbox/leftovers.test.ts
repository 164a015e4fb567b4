/** What a killed process leaves in the temporary directory is taken away by the next start, and nothing else is. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { makeDirectory, removeDirectory } from "../../sandbox/program-directory.ts";
import { temporaryDirectory } from "../e2e/server-process.ts";
import { backendsHere } from "./program-support.ts";

const OWN = "agentguard-sandbox-";
const ownIn = (directory: string): string[] => readdirSync(directory).filter((name) => name.startsWith(OWN));

/** A temporary directory of its own for this test, and for what it starts. */
function useTemporaryDirectory(t: TestContext): string {
  const directory = temporaryDirectory(t);
  // programs are started as nobody, who must find the way to their files
  chmodSync(directory, 0o711);
  const before = process.env.TMPDIR;
  process.env.TMPDIR = directory;
  t.after(() => {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  });
  return directory;
}

const [native] = backendsHere();

test("a process killed while a native program runs leaves a directory, and the next start removes it", {
  skip: native!.missing,
}, async (t) => {
  const directory = useTemporaryDirectory(t);
  const href = (file: string) => JSON.stringify(new URL(file, import.meta.url).href);
  const script = `const { request, started } = await import(${href("./support.ts")});
    const { sandboxOf } = await import(${href("./program-support.ts")});
    const sandbox = await sandboxOf({ kind: "native", runtime: "crun" }, ["shell"]);
    const profile = { filesystem: "read-only", declaredFiles: true, network: "none", hosts: [] };
    await started(sandbox, request("echo started; sleep 1000", { language: "shell", files: { "in.txt": "given" }, profile })).running;
    console.log("running");`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: ["ignore", "pipe", "inherit"] });
  await once(child.stdout, "data");
  child.kill("SIGKILL");
  await once(child, "exit");
  const left = ownIn(directory);
  assert.deepEqual([left.length, readdirSync(join(directory, left[0]!)).some((name) => name.startsWith("files-"))], [1, true]);
  const next = makeDirectory();
  assert.deepEqual(
    ownIn(directory).map((name) => join(directory, name)),
    [next],
  );
  removeDirectory(next);
});

test("what is another's, or cannot be told, stays", (t) => {
  const directory = useTemporaryDirectory(t);
  const gone = 2 ** 22;
  const place = (name: string, owner: object | string) => {
    mkdirSync(join(directory, OWN + name));
    writeFileSync(join(directory, OWN + name, "owner"), typeof owner === "string" ? owner : JSON.stringify(owner));
  };
  const alive = makeDirectory();
  const own = JSON.parse(readFileSync(join(alive, "owner"), "utf8"));
  place("gone", { ...own, pid: gone });
  place("number-given-again", { ...own, start: own.start - 1 });
  place("other-namespace", { ...own, pidNamespace: "pid:[1]", pid: gone });
  place("broken", "{");
  mkdirSync(join(directory, `${OWN}unfinished`));
  mkdirSync(join(directory, "elsewhere"));
  place("target", { ...own, pidNamespace: "pid:[1]", pid: gone });
  symlinkSync(join(directory, "elsewhere"), join(directory, `${OWN}link`));
  removeDirectory(makeDirectory());
  const wanted = ["broken", "link", "other-namespace", "target", "unfinished"].map((name) => OWN + name);
  assert.deepEqual(
    ownIn(directory)
      .filter((name) => join(directory, name) !== alive)
      .sort(),
    wanted,
  );
  assert.ok(readdirSync(directory).includes("elsewhere"));
});
