#!/usr/bin/env node
"use strict";
// Entry of the command line. Plain CommonJS on purpose: it must parse on any Node, so that one that is too old
// gets a sentence instead of a syntax error (or, in the database driver, a crash) before anything else is loaded.

const { spawn } = require("node:child_process");
const { existsSync } = require("node:fs");
const { dirname, join } = require("node:path");
const { constants } = require("node:os");
const { isatty } = require("node:tty");
const { pathToFileURL } = require("node:url");

const REQUIRED_MAJOR = 24;
/** How a process started by `reexecute` knows that it must not try again. */
const REEXECUTED = "agentguard-node";

function main() {
  if (Number(process.versions.node.split(".")[0]) >= REQUIRED_MAJOR) return run();
  const pinned = process.argv0 === REEXECUTED ? undefined : pinnedNode();
  if (pinned !== undefined) return reexecute(pinned);
  fail(
    `needs Node ${REQUIRED_MAJOR} or later; this is Node ${process.versions.node} (${process.execPath})`,
    "install a current Node, or, in a clone, run `npm ci` (which brings one) and start it with `npm start`",
  );
}

/** The Node that the lock file pins for this platform, when it is installed. */
function pinnedNode() {
  const platform = process.platform === "win32" ? "win" : process.platform;
  try {
    const home = dirname(require.resolve(`node-${platform}-${process.arch}/package.json`));
    const binary = join(home, "bin", process.platform === "win32" ? "node.exe" : "node");
    return existsSync(binary) ? binary : undefined;
  } catch {
    return undefined;
  }
}

function reexecute(node) {
  const child = spawn(node, [__filename, ...process.argv.slice(2)], { stdio: "inherit", argv0: REEXECUTED });
  // A terminal sends Ctrl-C to both processes; anyone else sends it to this one alone.
  const forwarded = isatty(0) ? ["SIGTERM", "SIGHUP"] : ["SIGTERM", "SIGHUP", "SIGINT"];
  for (const signal of forwarded) process.on(signal, () => child.kill(signal));
  if (isatty(0)) process.on("SIGINT", () => {});
  child.on("error", (error) => fail(`cannot start ${node}: ${error.message}`));
  child.on("exit", (code, signal) => process.exit(signal === null ? code : 128 + constants.signals[signal]));
}

function run() {
  const root = join(__dirname, "..");
  const entry = [join(root, "src", "cli", "main.ts"), join(root, "dist", "src", "cli", "main.js")].find((path) => existsSync(path));
  if (entry === undefined) return fail("this installation holds no program: neither src/ nor dist/ is there", "reinstall the package");
  require("./keep-compiled.cjs");
  import(pathToFileURL(entry).href)
    .then((cli) => cli.main(process.argv.slice(2)))
    .then(
      (code) => {
        process.exitCode = code;
      },
      (error) => fail(error instanceof Error ? (error.stack ?? error.message) : String(error)),
    );
}

function fail(message, help) {
  process.stderr.write(`agentguard: ${message}\n${help === undefined ? "" : `  help: ${help}\n`}`);
  process.exit(2);
}

main();
