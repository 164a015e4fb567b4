/** Results that are values (neverthrow), and values that are told apart by what they look like (ts-pattern). */
export const RESULTS = `
class Ok {
  constructor(value) { this.value = value; }
  isOk() { return true; } isErr() { return false; }
  map(f) { return new Ok(f(this.value)); } asyncMap(f) { return new Ok(f(this.value)); } mapErr() { return this; }
  andThen(f) { return f(this.value); } asyncAndThen(f) { return f(this.value); } andThrough(f) { f(this.value); return this; } andTee(f) { f(this.value); return this; }
  orElse() { return this; } orTee() { return this; } match(good) { return good(this.value); }
  unwrapOr() { return this.value; } _unsafeUnwrap() { return this.value; } then(f) { return f(this); }
}
class Err {
  constructor(error) { this.error = error; }
  isOk() { return false; } isErr() { return true; }
  map() { return this; } asyncMap() { return this; } mapErr(f) { return new Err(f(this.error)); }
  andThen() { return this; } asyncAndThen() { return this; } andThrough() { return this; } andTee() { return this; }
  orElse(f) { return f(this.error); } orTee(f) { f(this.error); return this; } match(good, bad) { return bad(this.error); }
  unwrapOr(other) { return other; } _unsafeUnwrapErr() { return this.error; } then(f) { return f(this); }
}
function ok(value) { return new Ok(value); }
function err(error) { return new Err(error); }
function okAsync(value) { return new Ok(value); }
function errAsync(error) { return new Err(error); }
function fromThrowable(f) { return (...given) => new Ok(f(...given)); }
function fromPromise(value) { return new Ok(value); }
function fromSafePromise(value) { return new Ok(value); }
`;
export const MATCHES = `
const _fits = (value, like) => {
  if (typeof like !== "object" || like === null) return value === like;
  for (const name of Object.keys(like)) if (typeof like[name] === "string" || typeof like[name] === "number" || typeof like[name] === "boolean") { if (value?.[name] !== like[name]) return false; }
  return true;
};
class _Match {
  constructor(value) { this.value = value; this.found = false; }
  take(f) { this.found = true; this.made = typeof f === "function" ? f(this.value, this.value) : f; }
  with(...given) { const f = given[given.length - 1]; if (!this.found && given.slice(0, -1).some((like) => _fits(this.value, like))) this.take(f); return this; }
  when(test, f) { if (!this.found && test(this.value)) this.take(f); return this; }
  otherwise(f) { if (!this.found) this.take(f); return this.made; }
  returnType() { return this; } exhaustive() { return this.made; } run() { return this.made; }
}
function match(value) { return new _Match(value); }
`;
