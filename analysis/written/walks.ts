/** Libraries that walk through directories or watch them: each file below the directory is given to whoever asks or listens. */
export const WALKS = `
const _fs = require("fs");
const _below = (places) => [].concat(places).flatMap((place) => _fs.readdirSync(place, { recursive: true }).map((name) => place + "/" + name));
const _entry = (path) => ({ path, fullPath: path, name: path, basename: path, isFile: true, isDirectory: false, stats: {} });
const _options = (given, name) => given && typeof given === "object" && given[name] ? given[name] : given;
class _Walk {
  constructor(list) { this.list = list; }
  on(event, f) { if (event === "all") for (const one of this.list) f("add", one); else if (event !== "end" && event !== "close" && event !== "error" && event !== "ready") for (const one of this.list) f(one); else f(); return this; }
  once(event, f) { return this.on(event, f); }
  forEach(f) { for (const one of this.list) f(one); }
  map(f) { return this.list.map(f); }
  filter(f) { return this.list.filter(f); }
  pipe(to) { for (const one of this.list) to.write(one); return to; }
  then(f) { return f(this.list); }
  add(places) { return new _Walk(_below(places)); }
  unwatch() { return this; } close() {} getWatched() { return {}; } destroy() {}
  *[Symbol.iterator]() { yield* this.list; }
}
function $klaw(place) { return new _Walk(_below(place).map(_entry)); }
function $klaw_sync(place) { return _below(place).map(_entry); }
function readdirp(place) { return new _Walk(_below(_options(place, "root")).map(_entry)); }
function $readdirp(place) { return readdirp(place); }
function readdirpPromise(place) { return _below(place).map(_entry); }
function find(place, found) { const walk = new _Walk(_below(place)); if (typeof found === "function") walk.forEach((path) => found(path, {})); return walk; }
function $walkdir(place, found) { return find(place, found); }
function sync(place, found) { return find(place, found).list; }
function async(place) { return _below(place); }
function $walk_sync(place) { return _below(place); }
function $recursive_readdir(place, ...others) { const list = _below(place); for (const done of others) if (typeof done === "function") done(null, list); return list; }
function walk(place) { return _below(place).map(_entry); }
function walkSync(place) { return _below(place).map(_entry); }
function totalist(place, found) { for (const path of _below(place)) found(path, path, {}); }
function watch(places) { return new _Walk(_below(places)); }
class FSWatcher extends _Walk { constructor() { super([]); } }
`;
