/** Functions of the language itself that are written down. A member of a member is written with two underscores. */
export const LANGUAGE = `
function Promise__race(list) { for (const one of list) return one; }
function Promise__any(list) { for (const one of list) return one; }
function Promise__allSettled(list) { const out = []; for (const one of list) out.push({ status: "fulfilled", value: one, reason: undefined }); return out; }
function Promise__try(f, ...given) { return f(...given); }
function Promise__reject(reason) { return new _Rejected(reason); }
function Promise__withResolvers() { const promise = new _Deferred(); return { promise, resolve: (value) => promise.settle(value), reject: (reason) => promise.fail(reason) }; }
class _Rejected {
  constructor(reason) { this.reason = reason; }
  then(done, failed) { return failed ? failed(this.reason) : this; }
  catch(failed) { return failed(this.reason); }
  finally(f) { f(); return this; }
}
class _Deferred {
  constructor() { this.waiting = []; this.values = []; this.reasons = []; this.failing = []; }
  settle(value) { this.values.push(value); for (const f of this.waiting) f(value); }
  fail(reason) { this.reasons.push(reason); for (const f of this.failing) f(reason); }
  then(done, failed) { let out; this.waiting.push(done); for (const value of this.values) out = done(value); if (failed) this.catch(failed); return out ?? this; }
  catch(failed) { this.failing.push(failed); for (const reason of this.reasons) failed(reason); return this; }
  finally(f) { f(); return this; }
}
function Object__groupBy(list, keyOf) { const out = {}; let i = 0; for (const one of list) { const key = keyOf(one, i++); (out[key] ??= []).push(one); } return out; }
function Map__groupBy(list, keyOf) { const out = new Map(); let i = 0; for (const one of list) { const key = keyOf(one, i++); if (!out.has(key)) out.set(key, []); out.get(key).push(one); } return out; }
function Array__fromAsync(list, f) { const out = []; for (const one of list) out.push(f ? f(one) : one); return out; }
function Object__defineProperties(object, all) { for (const name of Object.keys(all)) Object.defineProperty(object, name, all[name]); return object; }
function Object__getOwnPropertyDescriptor(object, name) { return { value: object[name], writable: true, enumerable: true, configurable: true }; }
function Object__getOwnPropertyDescriptors(object) { const out = {}; for (const name of Object.keys(object)) out[name] = { value: object[name] }; return out; }
function Object__setPrototypeOf(object, prototype) { for (const name of Object.keys(prototype ?? {})) if (!(name in object)) object[name] = prototype[name]; return object; }
class WeakRef { constructor(held) { this.held = held; } deref() { return this.held; } }
class FinalizationRegistry { constructor(f) { this.f = f; } register(object, held) { this.f(held); } unregister() {} }
`;
