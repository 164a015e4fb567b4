"use strict";
// Node keeps what it compiles (and, in a clone, the sources without their types), so that the next start need not do it
// again. A file whose source differs is compiled anew, and without a directory to write to nothing is kept.
// `NODE_COMPILE_CACHE` names another directory, `NODE_DISABLE_COMPILE_CACHE=1` keeps nothing.

const { existsSync, lstatSync, mkdirSync } = require("node:fs");
const { enableCompileCache, getCompileCacheDir } = require("node:module");
const { homedir } = require("node:os");
const { isAbsolute, join } = require("node:path");

/** Beside a clone's packages, else where the user's programs keep such things. */
function candidates() {
  const modules = join(__dirname, "..", "node_modules");
  const { XDG_CACHE_HOME = "" } = process.env;
  const home = () => (isAbsolute(XDG_CACHE_HOME) ? XDG_CACHE_HOME : join(homedir(), ".cache"));
  return existsSync(modules) ? [() => join(modules, ".cache"), home] : [home];
}

/**
 * INVARIANT: what is kept there is run, so nobody else may write there. Throws when the directory cannot be made, or
 * when there is no home.
 */
function ownDirectory(path) {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const { uid, mode } = lstatSync(path);
  const own = process.getuid === undefined || (uid === process.getuid() && (mode & 0o022) === 0);
  return own ? path : null;
}

function keepCompiled() {
  for (const candidate of candidates()) {
    try {
      const directory = ownDirectory(join(candidate(), "agentguard"));
      if (directory !== null) return enableCompileCache(directory);
    } catch {
      // The next one, or none: a start only takes longer.
    }
  }
}

if (getCompileCacheDir() === undefined) keepCompiled();
