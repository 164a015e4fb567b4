/** RxJS: what an observable gives is given to whoever subscribes, at once. */
export const OBSERVABLES = `
class Observable {
  constructor(start) { this.start = start; }
  subscribe(to, failed, done) {
    const next = typeof to === "function" ? to : (one) => to?.next?.(one);
    const end = typeof to === "function" ? done : () => to?.complete?.();
    const observer = { next: (one) => next(one), error: () => {}, complete: () => { end?.(); }, closed: false };
    if (this.start) this.start(observer);
    return { unsubscribe() {}, add() {}, closed: false };
  }
  forEach(f) { this.subscribe(f); }
  toPromise() { let held; this.subscribe((one) => { held = one; }); return held; }
  pipe(...all) { let at = this; for (const f of all) at = f(at); return at; }
}
class Subject extends Observable {
  constructor(held) { super(null); this.kept = []; this.sent = held === undefined ? [] : [held]; }
  subscribe(to) { const next = typeof to === "function" ? to : (one) => to?.next?.(one); this.kept.push(next); for (const one of this.sent) next(one); return { unsubscribe() {}, add() {} }; }
  next(one) { this.sent.push(one); for (const f of this.kept) f(one); }
  error() {} complete() {}
  asObservable() { return this; }
  getValue() { return this.sent.at(-1); }
  get value() { return this.sent.at(-1); }
}
class BehaviorSubject extends Subject {}
class ReplaySubject extends Subject { constructor() { super(undefined); } }
class AsyncSubject extends Subject { constructor() { super(undefined); } }
const _of = (list) => new Observable((to) => { for (const one of list) to.next(one); to.complete(); });
function of(...list) { return _of(list); }
function from(list) { return typeof list?.subscribe === "function" ? list : typeof list === "string" || list?.[Symbol.iterator] || Array.isArray(list) ? _of(list) : new Observable((to) => { list.then ? list.then((one) => to.next(one)) : to.next(list); }); }
function defer(f) { return from(f()); }
function timer() { return _of([0]); }
function interval() { return _of([0]); }
function range(start, n) { const out = []; for (let i = 0; i < n; i++) out.push(start + i); return _of(out); }
function merge(...all) { return new Observable((to) => { for (const one of all) one.subscribe((x) => to.next(x)); }); }
const concat = merge;
function combineLatest(all) { return new Observable((to) => { const held = []; for (const one of all) one.subscribe((x) => { held.push(x); }); to.next(held); }); }
const forkJoin = combineLatest;
const zip = (...all) => combineLatest(all);
function firstValueFrom(from) { let held; from.subscribe((one) => { held ??= one; }); return held; }
function lastValueFrom(from) { let held; from.subscribe((one) => { held = one; }); return held; }
const _each = (f) => (from) => new Observable((to) => { let i = 0; from.subscribe((one) => { f(one, to, i++); }); });
function map(f) { return _each((one, to, i) => { to.next(f(one, i)); }); }
function tap(f) { return _each((one, to) => { typeof f === "function" ? f(one) : f?.next?.(one); to.next(one); }); }
function filter(f) { return _each((one, to, i) => { if (f(one, i)) to.next(one); }); }
const _flat = (f) => _each((one, to, i) => { const made = f(one, i); if (typeof made?.subscribe === "function") made.subscribe((x) => { to.next(x); }); else if (Array.isArray(made)) for (const x of made) to.next(x); else to.next(made); });
function mergeMap(f) { return _flat(f); }
function switchMap(f) { return _flat(f); }
function concatMap(f) { return _flat(f); }
function exhaustMap(f) { return _flat(f); }
function flatMap(f) { return _flat(f); }
function mergeAll() { return _flat((one) => one); }
function concatAll() { return _flat((one) => one); }
function scan(f, start) { return (from) => new Observable((to) => { let at = start; from.subscribe((one) => { at = f(at, one); to.next(at); }); }); }
function reduce(f, start) { return (from) => new Observable((to) => { let at = start; from.subscribe((one) => { at = f(at, one); }); to.next(at); }); }
function toArray() { return (from) => new Observable((to) => { const out = []; from.subscribe((one) => { out.push(one); }); to.next(out); }); }
function startWith(...first) { return (from) => new Observable((to) => { for (const one of first) to.next(one); from.subscribe((one) => { to.next(one); }); }); }
function finalize(f) { return (from) => { f(); return from; }; }
function catchError() { return (from) => from; }
const _same = () => (from) => from;
const delay = _same, debounceTime = _same, throttleTime = _same, take = _same, takeUntil = _same, takeWhile = _same, first = _same, last = _same, share = _same, shareReplay = _same, retry = _same, distinctUntilChanged = _same, observeOn = _same, subscribeOn = _same, timeout = _same, auditTime = _same, skip = _same;
`;
