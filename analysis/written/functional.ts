/** Libraries that make functions of functions, and run them over lists: ramda, fp-ts, p-map, p-limit, immer, mitt. */
export const FUNCTIONAL = `
const _two = (f) => (...given) => given.length > 1 ? f(...given) : (last) => f(given[0], last);
const _three = (f) => (...given) => given.length > 2 ? f(...given) : given.length === 2 ? (last) => f(given[0], given[1], last) : _two((second, last) => f(given[0], second, last));
function pipe(first, ...all) { if (typeof first !== "function") { let at = first; for (const f of all) at = f(at); return at; } return (...given) => { let at = first(...given); for (const f of all) at = f(at); return at; }; }
const flow = pipe;
const pipeWith = (f, all) => pipe(...all);
function compose(...all) { return pipe(...all.reverse()); }
function andThen(f) { return (one) => f(one); }
function curry(f) { const turn = (...given) => given.length >= f.length ? f(...given) : (...more) => turn(...given, ...more); return turn; }
function curryN(n, f) { const turn = (...given) => given.length >= n ? f(...given) : (...more) => turn(...given, ...more); return turn; }
function partial(f, given) { return (...more) => f(...given, ...more); }
function flip(f) { return (a, b) => f(b, a); }
function unary(f) { return (one) => f(one); }
function always(one) { return () => one; }
function identity(one) { return one; }
function constant(one) { return () => one; }
function thunkify(f) { return (...given) => () => f(...given); }
function tap(...given) { return _two((f, one) => { f(one); return one; })(...given); }
function map(...given) { return _two((f, of) => { if (Array.isArray(of)) return of.map((one) => f(one)); const out = {}; for (const name of Object.keys(of)) out[name] = f(of[name]); return out; })(...given); }
function forEach(...given) { return _two((f, of) => { for (const one of of) f(one); return of; })(...given); }
function filter(...given) { return _two((f, of) => of.filter((one) => f(one)))(...given); }
function reject(...given) { return _two((f, of) => of.filter((one) => !f(one)))(...given); }
function find(...given) { return _two((f, of) => of.find((one) => f(one)))(...given); }
function chain(...given) { return _two((f, of) => of.flatMap((one) => f(one)))(...given); }
function reduce(...given) { return _three((f, start, of) => of.reduce((at, one) => f(at, one), start))(...given); }
function concat(...given) { return _two((a, b) => a.concat(b))(...given); }
function join(...given) { return _two((by, of) => of.join(by))(...given); }
function split(...given) { return _two((by, of) => of.split(by))(...given); }
function replace(...given) { return _three((pattern, by, of) => of.replace(pattern, by))(...given); }
function prop(...given) { return _two((name, of) => of?.[name])(...given); }
function path(...given) { return _two((names, of) => { let at = of; for (const name of names) at = at?.[name]; return at; })(...given); }
function propOr(...given) { return _three((otherwise, name, of) => of?.[name] ?? otherwise)(...given); }
function pluck(...given) { return _two((name, of) => of.map((one) => one[name]))(...given); }
function assoc(...given) { return _three((name, value, of) => ({ ...of, [name]: value }))(...given); }
function pick(...given) { return _two((names, of) => { const out = {}; for (const name of names) out[name] = of[name]; return out; })(...given); }
function merge(...given) { return _two((a, b) => ({ ...a, ...b }))(...given); }
function mergeRight(...given) { return _two((a, b) => ({ ...a, ...b }))(...given); }
function nth(...given) { return _two((i, of) => of.at(i))(...given); }
function head(of) { return of[0]; }
function last(of) { return of.at(-1); }
function reverse(of) { return typeof of === "string" ? [...of].reverse().join("") : of.toReversed(); }
function call(f, ...given) { return f(...given); }
function apply(...given) { return _two((f, list) => f(...list))(...given); }
function invoker(n, name) { return (...given) => given[n][name](...given.slice(0, n)); }
function when(...given) { return _three((test, f, one) => test(one) ? f(one) : one)(...given); }
function ifElse(test, yes, no) { return (one) => test(one) ? yes(one) : no(one); }
function cond(pairs) { return (...given) => { for (const [test, f] of pairs) if (test(...given)) return f(...given); }; }
function juxt(all) { return (...given) => all.map((f) => f(...given)); }
function times(...given) { return _two((f, n) => { const out = []; for (let i = 0; i < n; i++) out.push(f(i)); return out; })(...given); }
function $p_map(list, f) { const out = []; let i = 0; for (const one of list) out.push(f(one, i++)); return out; }
function $p_each_series(list, f) { for (const one of list) f(one); return list; }
function $p_limit() { return (f, ...given) => f(...given); }
function produce(base, change) { if (typeof base === "function") return (state) => produce(state, base); const draft = structuredClone(base); return change(draft) ?? draft; }
class _Emitter { constructor() { this.kept = []; } on(name, f) { this.kept.push([name, f]); } off() {} emit(name, given) { for (const [at, f] of this.kept) if (at === name || at === "*") f(given); } }
function $mitt() { return new _Emitter(); }
`;
