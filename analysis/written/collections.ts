/** lodash and its kin on data that is known. */
export const COLLECTIONS = `
const _parts = (path) => Array.isArray(path) ? path : String(path).replace(/\\[["']?([^\\]"']+)["']?\\]/g, ".$1").split(".");
const _fn = (f) => typeof f === "function" ? f : typeof f === "string" || typeof f === "number" ? (one) => get(one, f) : Array.isArray(f) ? (one) => get(one, f[0]) === f[1] : f ? (one) => isMatch(one, f) : (one) => one;
const _list = (of) => Array.isArray(of) || typeof of === "string" ? of : Object.values(of ?? {});
function get(object, path, otherwise) { let at = object; for (const part of _parts(path)) at = at?.[part]; return at ?? otherwise; }
function result(object, path, otherwise) { const found = get(object, path, otherwise); return typeof found === "function" ? found.call(object) : found; }
function has(object, path) { return get(object, path) !== undefined; }
function set(object, path, value) { const parts = _parts(path); const last = parts[parts.length - 1]; let at = object; for (const part of parts.slice(0, -1)) at = at[part] ??= {}; at[last] = value; return object; }
function update(object, path, f) { return set(object, path, f(get(object, path))); }
function unset(object, path) { return true; }
function invoke(object, path, ...given) { const parts = _parts(path); const owner = parts.length > 1 ? get(object, parts.slice(0, -1)) : object; return owner[parts[parts.length - 1]](...given); }
function invokeMap(list, name, ...given) { return _list(list).map((one) => typeof name === "function" ? name.apply(one, given) : one[name](...given)); }
function property(path) { return (object) => get(object, path); }
function propertyOf(object) { return (path) => get(object, path); }
function matches(like) { return (one) => isMatch(one, like); }
function isMatch(one, like) { for (const name of Object.keys(like)) if (one?.[name] !== like[name]) return false; return true; }
function map(of, f) { const call = _fn(f); return Array.isArray(of) || typeof of === "string" ? [...of].map((one, i) => call(one, i, of)) : Object.keys(of ?? {}).map((name) => call(of[name], name, of)); }
function forEach(of, f) { if (Array.isArray(of)) of.forEach((one, i) => f(one, i, of)); else for (const name of Object.keys(of ?? {})) f(of[name], name, of); return of; }
const each = forEach;
function forOwn(of, f) { for (const name of Object.keys(of)) f(of[name], name, of); return of; }
function forIn(of, f) { return forOwn(of, f); }
function forEachRight(of, f) { [...of].reverse().forEach((one) => f(one)); return of; }
function flatMap(of, f) { return _list(of).flatMap(_fn(f)); }
function filter(of, f) { return _list(of).filter(_fn(f)); }
function reject(of, f) { const call = _fn(f); return _list(of).filter((one) => !call(one)); }
function find(of, f) { return _list(of).find(_fn(f)); }
function findLast(of, f) { return _list(of).findLast(_fn(f)); }
function findKey(of, f) { return Object.keys(of).find((name) => _fn(f)(of[name])); }
function reduce(of, f, start) { if (!Array.isArray(of)) { let at = start; for (const name of Object.keys(of ?? {})) at = f(at, of[name], name); return at; } return start === undefined ? of.reduce(f) : of.reduce(f, start); }
function reduceRight(of, f, start) { return of.reduceRight(f, start); }
function transform(of, f, start) { const out = start ?? (Array.isArray(of) ? [] : {}); forEach(of, (one, name) => { f(out, one, name); }); return out; }
function groupBy(of, f) { const call = _fn(f); const out = {}; for (const one of _list(of)) (out[call(one)] ??= []).push(one); return out; }
function keyBy(of, f) { const call = _fn(f); const out = {}; for (const one of _list(of)) out[call(one)] = one; return out; }
function partition(of, f) { const call = _fn(f); return [_list(of).filter((one) => call(one)), _list(of).filter((one) => !call(one))]; }
function sortBy(of, f) { return [..._list(of)]; }
function orderBy(of, f) { return [..._list(of)]; }
function uniq(of) { return [...new Set(of)]; }
function uniqBy(of) { return [...of]; }
function compact(of) { return of.filter(Boolean); }
function flatten(of) { return of.flat(); }
function flattenDeep(of) { return of.flat(9); }
function chunk(of, size) { const out = []; for (let i = 0; i < of.length; i += size ?? 1) out.push(of.slice(i, i + (size ?? 1))); return out; }
function concat(of, ...more) { return [].concat(of, ...more); }
function difference(of, other) { return of.filter((one) => !other.includes(one)); }
function without(of, ...other) { return of.filter((one) => !other.includes(one)); }
function intersection(of, other) { return of.filter((one) => other.includes(one)); }
function union(...lists) { return [...new Set(lists.flat())]; }
function zip(first, second) { return first.map((one, i) => [one, second[i]]); }
function zipObject(names, list) { const out = {}; names.forEach((name, i) => { out[name] = list[i]; }); return out; }
function fromPairs(pairs) { return Object.fromEntries(pairs); }
function toPairs(object) { return Object.entries(object); }
function head(of) { return of[0]; }
const first = head;
function last(of) { return of.at(-1); }
function nth(of, i) { return of.at(i ?? 0); }
function tail(of) { return of.slice(1); }
function initial(of) { return of.slice(0, -1); }
function take(of, n) { return of.slice(0, n ?? 1); }
function drop(of, n) { return of.slice(n ?? 1); }
function sample(of) { return _list(of)[0]; }
function shuffle(of) { return [..._list(of)]; }
function reverse(of) { return of.reverse(); }
function join(of, by) { return of.join(by); }
function range(from, to) { const out = []; for (let i = to === undefined ? 0 : from; i < (to ?? from); i++) out.push(i); return out; }
function times(n, f) { const out = []; for (let i = 0; i < n; i++) out.push(f(i)); return out; }
function toArray(of) { return [..._list(of)]; }
function castArray(one) { return Array.isArray(one) ? one : [one]; }
function keys(of) { return Object.keys(of); }
function values(of) { return Object.values(of); }
function entries(of) { return Object.entries(of); }
function pick(of, ...names) { const out = {}; for (const name of names.flat()) if (get(of, name) !== undefined) set(out, name, get(of, name)); return out; }
function omit(of, ...names) { const out = {}; const left = names.flat(); for (const name of Object.keys(of)) if (!left.includes(name)) out[name] = of[name]; return out; }
function pickBy(of, f) { const out = {}; for (const name of Object.keys(of)) if (f(of[name], name)) out[name] = of[name]; return out; }
function omitBy(of, f) { const out = {}; for (const name of Object.keys(of)) if (!f(of[name], name)) out[name] = of[name]; return out; }
function mapValues(of, f) { const call = _fn(f); const out = {}; for (const name of Object.keys(of)) out[name] = call(of[name], name); return out; }
function mapKeys(of, f) { const out = {}; for (const name of Object.keys(of)) out[f(of[name], name)] = of[name]; return out; }
function invert(of) { const out = {}; for (const name of Object.keys(of)) out[of[name]] = name; return out; }
function assign(object, ...others) { return Object.assign(object, ...others); }
const extend = assign;
function defaults(object, ...others) { for (const other of others) for (const name of Object.keys(other ?? {})) object[name] ??= other[name]; return object; }
function defaultsDeep(object, ...others) { return defaults(object, ...others); }
function merge(object, ...others) { for (const other of others) for (const name of Object.keys(other ?? {})) { const to = object[name]; const from = other[name]; if (typeof to === "object" && typeof from === "object") merge(to, from); else object[name] = from; } return object; }
function cloneDeep(of) { return structuredClone(of); }
function clone(of) { return structuredClone(of); }
function identity(one) { return one; }
function constant(one) { return () => one; }
function noop() {}
function flow(...all) { return (...given) => { const [start, ...more] = all.flat(); let at = start(...given); for (const f of more) at = f(at); return at; }; }
const pipe = flow;
function flowRight(...all) { return flow(...all.flat().reverse()); }
const compose = flowRight;
function partial(f, ...given) { return (...more) => f(...given, ...more); }
function partialRight(f, ...given) { return (...more) => f(...more, ...given); }
function bind(f, self, ...given) { return (...more) => f.call(self, ...given, ...more); }
function curry(f, n) { const wanted = n ?? f.length; const turn = (...given) => given.length >= wanted ? f(...given) : (...more) => turn(...given, ...more); return turn; }
function once(f) { return (...given) => f(...given); }
function debounce(f) { return (...given) => f(...given); }
function throttle(f) { return (...given) => f(...given); }
function memoize(f) { return (...given) => f(...given); }
function before(n, f) { return (...given) => f(...given); }
function after(n, f) { return (...given) => f(...given); }
function unary(f) { return (one) => f(one); }
function ary(f, n) { return (...given) => f(...given.slice(0, n)); }
function rest(f) { return (...given) => f(given); }
function spread(f) { return (given) => f(...given); }
function flip(f) { return (...given) => f(...given.reverse()); }
function negate(f) { return (...given) => !f(...given); }
function wrap(one, f) { return (...given) => f(one, ...given); }
function over(...all) { return (...given) => all.flat().map((f) => f(...given)); }
function cond(pairs) { return (...given) => { for (const [test, f] of pairs) if (test(...given)) return f(...given); }; }
function defer(f, ...given) { f(...given); return 1; }
function delay(f, wait, ...given) { f(...given); return 1; }
function attempt(f, ...given) { return f(...given); }
function tap(one, f) { f(one); return one; }
function thru(one, f) { return f(one); }
function toString(one) { return String(one); }
function trim(one) { return one.trim(); }
function replace(text, pattern, by) { return text.replace(pattern, by); }
function split(text, by) { return text.split(by); }
function toLower(text) { return text.toLowerCase(); }
function toUpper(text) { return text.toUpperCase(); }
function padStart(text, n, by) { return text.padStart(n, by); }
function repeat(text, n) { return text.repeat(n); }
function startsWith(text, by) { return text.startsWith(by); }
class _Wrapped {
  constructor(held) { this.held = held; }
  value() { return this.held; }
  valueOf() { return this.held; }
  map(f) { return new _Wrapped(map(this.held, f)); } filter(f) { return new _Wrapped(filter(this.held, f)); } flatMap(f) { return new _Wrapped(flatMap(this.held, f)); }
  forEach(f) { forEach(this.held, f); return this; } each(f) { return this.forEach(f); } tap(f) { f(this.held); return this; } thru(f) { return new _Wrapped(f(this.held)); }
  keys() { return new _Wrapped(keys(this.held)); } values() { return new _Wrapped(values(this.held)); } toPairs() { return new _Wrapped(toPairs(this.held)); } fromPairs() { return new _Wrapped(fromPairs(this.held)); }
  groupBy(f) { return new _Wrapped(groupBy(this.held, f)); } keyBy(f) { return new _Wrapped(keyBy(this.held, f)); } mapValues(f) { return new _Wrapped(mapValues(this.held, f)); } pick(...names) { return new _Wrapped(pick(this.held, ...names)); } omit(...names) { return new _Wrapped(omit(this.held, ...names)); }
  reject(f) { return new _Wrapped(reject(this.held, f)); } flatten() { return new _Wrapped(flatten(this.held)); } compact() { return new _Wrapped(compact(this.held)); } uniq() { return new _Wrapped(uniq(this.held)); } uniqBy() { return this; } sortBy() { return this; } orderBy() { return this; } reverse() { return new _Wrapped(this.held.reverse()); } take(n) { return new _Wrapped(take(this.held, n)); } drop(n) { return new _Wrapped(drop(this.held, n)); } concat(...more) { return new _Wrapped(concat(this.held, ...more)); } chunk(n) { return new _Wrapped(chunk(this.held, n)); } get(path) { return new _Wrapped(get(this.held, path)); } split(by) { return new _Wrapped(split(this.held, by)); }
  reduce(f, start) { return reduce(this.held, f, start); } find(f) { return find(this.held, f); } head() { return head(this.held); } first() { return head(this.held); } last() { return last(this.held); } join(by) { return join(this.held, by); } toArray() { return toArray(this.held); } commit() { return this; }
}
function chain(held) { return new _Wrapped(held); }
function $lodash(held) { return new _Wrapped(held); }
function $underscore(held) { return new _Wrapped(held); }
`;
