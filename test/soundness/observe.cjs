// Preloaded before a program that runs for real: writes what it did to the file named by OBSERVED, as JSON.
const fs = require("node:fs");
const path = require("node:path");
const childProcess = require("node:child_process");
const net = require("node:net");
const vm = require("node:vm");

const home = process.cwd();
const out = process.env.OBSERVED;
const main = process.argv[1];
const write = fs.writeFileSync;
const events = [];
let inside = 0;

function file(kind, target) {
  if (typeof target !== "string" && !Buffer.isBuffer(target)) return;
  const whole = path.resolve(String(target));
  if (whole === main || whole.endsWith("package.json") || (whole !== home && !whole.startsWith(home + path.sep))) return;
  events.push([kind, path.relative(home, whole)]);
}

/** Only the outermost of nested calls counts: what a library does inside its own function is its business. */
function watch(object, name, see) {
  const original = object[name];
  if (typeof original !== "function") return;
  object[name] = function (...args) {
    if (inside === 0) see(args);
    inside++;
    try {
      return Reflect.apply(original, this, args);
    } finally {
      inside--;
    }
  };
}

const KINDS = {
  read: ["readFile", "readdir", "createReadStream", "opendir"],
  write: ["writeFile", "appendFile", "mkdir", "createWriteStream", "mkdtemp", "truncate", "chmod"],
  delete: ["unlink", "rmdir", "rm"],
};
for (const [kind, names] of Object.entries(KINDS))
  for (const name of names)
    for (const [object, member] of [
      [fs, name],
      [fs, `${name}Sync`],
      [fs.promises, name],
    ])
      watch(object, member, ([target]) => file(kind, target));
for (const name of ["rename", "copyFile"])
  for (const [object, member] of [
    [fs, name],
    [fs, `${name}Sync`],
    [fs.promises, name],
  ])
    watch(object, member, ([, target]) => file("write", target));
for (const name of ["exec", "execSync", "spawn", "spawnSync", "execFile", "execFileSync", "fork"])
  watch(childProcess, name, ([command]) => events.push(["exec", String(command)]));
watch(net.Socket.prototype, "connect", (args) => {
  const given = Array.isArray(args[0]) ? args[0][0] : args[0];
  events.push(["connect", String((typeof given === "object" ? given.host : args[1]) ?? "localhost")]);
});
for (const name of ["runInThisContext", "runInNewContext"]) watch(vm, name, () => events.push(["eval", ""]));
process.on("exit", (code) => {
  inside = 1;
  write(out, JSON.stringify({ events, failure: code === 0 ? null : `exit code ${code}` }));
});
process.on("uncaughtException", (error) => {
  inside = 1;
  write(out, JSON.stringify({ events, failure: String(error) }));
  process.exitCode = 0;
  process.removeAllListeners("exit");
});
