/** Where compiled code is kept between starts: in a directory of one's own, or nowhere. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { packageRoot } from "../../src/package-root.ts";
import { cleanEnvironment, emptyDirectory } from "./run-agentguard.ts";

const root = emptyDirectory();
after(() => root.remove());

let homes = 0;
/** An installation with `bin/` and a home of its own; where Node keeps what it compiles there, after a start that loaded one module. */
function installation(): { readonly home: string; readonly cache: string; keptIn(env?: Record<string, string>): string } {
  const home = join(root.path, `home-${homes++}`);
  const module = join(home, "installed", "bin", "keep-compiled.cjs");
  mkdirSync(join(home, "installed", "bin"), { recursive: true });
  copyFileSync(join(packageRoot(), "bin", "keep-compiled.cjs"), module);
  const { NODE_COMPILE_CACHE: _, ...inherited } = cleanEnvironment();
  const keptIn = (env = {}) => {
    const script = `require(${JSON.stringify(module)}); console.log(String(require("node:module").getCompileCacheDir()))`;
    const run = spawnSync(process.execPath, ["-e", script], { env: { ...inherited, HOME: home, ...env }, encoding: "utf8" });
    assert.equal(run.status, 0, run.stderr);
    return run.stdout.trim();
  };
  return { home, cache: join(home, ".cache", "agentguard"), keptIn };
}

describe("compiled code is kept", { skip: process.platform === "win32" && "directories have other owners there" }, () => {
  it("in the user's cache directory, which nobody else can write", () => {
    const { cache, keptIn } = installation();
    assert.ok(keptIn().startsWith(cache));
    assert.equal(statSync(cache).mode & 0o777, 0o700);
    assert.equal(readdirSync(cache).length, 1);
  });

  it("where XDG_CACHE_HOME says", () => {
    const { home, keptIn } = installation();
    assert.ok(keptIn({ XDG_CACHE_HOME: join(home, "elsewhere") }).startsWith(join(home, "elsewhere", "agentguard")));
  });

  it("beside the packages of a clone", () => {
    const { home, keptIn } = installation();
    mkdirSync(join(home, "installed", "node_modules"));
    assert.ok(keptIn().startsWith(join(home, "installed", "node_modules", ".cache", "agentguard")));
  });

  const refused: readonly (readonly [string, (cache: string) => void])[] = [
    [
      "others may write to it",
      (cache) => {
        mkdirSync(cache, { recursive: true });
        chmodSync(cache, 0o777);
      },
    ],
    [
      "it is a file",
      (cache) => {
        mkdirSync(join(cache, ".."), { recursive: true });
        writeFileSync(cache, "");
      },
    ],
  ];
  for (const [why, prepare] of refused) {
    it(`nowhere when ${why}`, () => {
      const { cache, keptIn } = installation();
      prepare(cache);
      assert.equal(keptIn(), "undefined");
    });
  }

  it("nowhere when it is switched off", () => {
    assert.equal(installation().keptIn({ NODE_DISABLE_COMPILE_CACHE: "1" }), "undefined");
  });
});
