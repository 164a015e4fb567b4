/** Functions of Node's modules on texts and functions that are known: paths in parts, texts made of formats, callbacks and promises. */
export const NODE_VALUES = `
function parse(path) { const slash = path.lastIndexOf("/"); const base = path.slice(slash + 1); const dot = base.lastIndexOf("."); return { root: path.startsWith("/") ? "/" : "", dir: slash === 0 ? "/" : path.slice(0, slash < 0 ? 0 : slash), base, ext: dot > 0 ? base.slice(dot) : "", name: dot > 0 ? base.slice(0, dot) : base }; }
function relative(from, to) { return to.startsWith(from + "/") ? to.slice(from.length + 1) : from === "/" ? to.slice(1) : to; }
function toNamespacedPath(path) { return path; }
function inherits(made, base) { Object.setPrototypeOf(made.prototype, base.prototype); }
function stripVTControlCharacters(text) { return text; }
function deprecate(f) { return f; }
function debuglog() { return () => {}; }
function callbackify(f) { return (...given) => { const done = given.pop(); const made = f(...given); done(null, made); }; }
`;
export const NODE_FORMATS = `
const _short = (text, open, close) => text.length === 0 ? open + close : text.length > 68 ? String(Symbol()) : open + " " + text + " " + close;
const _name = (name) => /^[A-Za-z_$][\\w$]*$/.test(name) ? name : "'" + name + "'";
function inspect(one, options) {
  if (typeof one === "string") return one.includes("'") ? JSON.stringify(one) : "'" + JSON.stringify(one).slice(1, -1).replaceAll('\\"', '"') + "'";
  if (typeof one === "function" || typeof one === "symbol" || options) return String(Symbol());
  if (Array.isArray(one)) return one.length > 6 ? String(Symbol()) : _short(one.map((each) => inspect(each)).join(", "), "[", "]");
  if (typeof one === "object" && one !== null) return _short(Object.keys(one).map((name) => _name(name) + ": " + inspect(one[name])).join(", "), "{", "}");
  return String(one);
}
const _shown = (one) => typeof one === "object" && one !== null ? inspect(one) : String(one);
const _FORMS = { "%s": _shown, "%d": (one) => String(Number(one)), "%i": (one) => String(parseInt(one)), "%f": (one) => String(parseFloat(one)), "%j": (one) => JSON.stringify(one), "%o": inspect, "%O": inspect, "%c": () => "" };
function format(...all) {
  if (typeof all[0] !== "string" || all.length === 1) return all.map(_shown).join(" ");
  let at = 1;
  let text = all[0].replace(/%[sdifjoOc%]/g, (mark) => mark === "%%" ? "%" : at < all.length ? _FORMS[mark](all[at++]) : mark);
  for (const one of all.slice(at)) text += " " + _shown(one);
  return text;
}
function promised(f) { return (...given) => { let held; const made = f(...given, (error, value) => { held = value; }); return held ?? made; }; }
`;
export const NODE_PATHS = `
function format(parts) { const base = parts.base ?? (parts.name ?? "") + (parts.ext ?? ""); const dir = parts.dir ?? parts.root; return dir ? (dir.endsWith("/") ? dir : dir + "/") + base : base; }
`;
export const WAITING = `
function setTimeout(wait, value) { return value; }
function setImmediate(value) { return value; }
function scheduler__wait(wait) {}
function setInterval(wait, value) { return [value]; }
`;
export const ASYNC_LISTS = `
function each(list, f, done) { const made = []; for (const one of Array.isArray(list) ? list : Object.values(list)) made.push(f(one, () => {})); if (typeof done === "function") done(null, made); return list; }
const _each = each;
const _mapped = _map;
const forEach = _each, eachSeries = _each, mapSeries = _mapped, map = _mapped, concat = _mapped;
function eachLimit(list, n, f, done) { return typeof n === "function" ? each(list, n, f) : each(list, f, done); }
const eachOfLimit = eachLimit;
function _map(list, f, done) { const made = []; for (const one of list) made.push(f(one, () => {})); if (typeof done === "function") done(null, made); return made; }
function mapLimit(list, n, f, done) { return _map(list, f, done); }
function filter(list, f) { return list.filter((one) => f(one, () => {})); }
function reduce(list, f, start) { return typeof f === "function" ? list.reduce((at, one) => f(at, one), start) : start(f, list[0], () => {}); }
function series(all, done) { const made = []; for (const f of Array.isArray(all) ? all : Object.values(all)) f((error, value) => { made.push(value); }); if (done) done(null, made); return made; }
const parallel = series;
function parallelLimit(all, n, done) { return series(all, done); }
function waterfall(all, done) { let given = []; for (const f of all) f(...given, (error, ...next) => { given = next; }); if (done) done(null, ...given); }
class _Queue { constructor(f) { this.f = f; } push(one, done) { for (const each of Array.isArray(one) ? one : [one]) this.f(each, done ?? (() => {})); } drain() {} unshift(one) { this.push(one); } }
function queue(f) { return new _Queue(f); }
`;
