/** zod: what a schema is given comes out of it, with what it adds and what its functions make of it. */
export const SCHEMAS = `
class _Schema {
  constructor(check) { this.check = check; }
  parse(value) { return this.check ? this.check(value) : value; }
  safeParse(value) { return { success: true, data: this.parse(value), error: undefined }; }
  parseAsync(value) { return this.parse(value); }
  safeParseAsync(value) { return this.safeParse(value); }
  default(held) { return new _Schema((value) => value === undefined ? (typeof held === "function" ? held() : held) : this.parse(value)); }
  catch(held) { return new _Schema((value) => this.parse(value) ?? held); }
  prefault(held) { return this.default(held); }
  transform(f) { return new _Schema((value) => f(this.parse(value), { addIssue() {} })); }
  preprocess(f) { return new _Schema((value) => this.parse(f(value))); }
  pipe(other) { return new _Schema((value) => other.parse(this.parse(value))); }
  refine(f) { return new _Schema((value) => { const made = this.parse(value); if (!f(made)) throw new Error("invalid"); return made; }); }
  superRefine(f) { return new _Schema((value) => { const made = this.parse(value); f(made, { addIssue() {} }); return made; }); }
  optional() { return this; } nullable() { return this; } nullish() { return this; } readonly() { return this; } brand() { return this; } describe() { return this; } meta() { return this; }
  min() { return this; } max() { return this; } length() { return this; } nonempty() { return this; } email() { return this; } url() { return this; } uuid() { return this.regex(/^[0-9a-f-]{36}$/); } startsWith() { return this; } endsWith() { return this; } includes() { return this; } int() { return this; } positive() { return this; } nonnegative() { return this; } finite() { return this; } datetime() { return this; } strict() { return this; } passthrough() { return this; } strip() { return this; } loose() { return this; } partial() { return this; } required() { return this; } gt() { return this; } gte() { return this; } lt() { return this; } lte() { return this; } multipleOf() { return this; } check() { return this; } overwrite() { return this; }
  regex(pattern) { return new _Schema((value) => { const made = this.parse(value); if (!pattern.test(made)) throw new Error("invalid"); return made; }); }
  trim() { return new _Schema((value) => this.parse(value)?.trim?.() ?? value); } toLowerCase() { return new _Schema((value) => this.parse(value).toLowerCase()); } toUpperCase() { return new _Schema((value) => this.parse(value).toUpperCase()); }
  or(other) { return this; } and(other) { return this; } array() { return array(this); }
  extend(shape) { return this.shape ? object({ ...this.shape, ...shape }) : this; } merge(other) { return this.extend(other.shape); } pick() { return this; } omit() { return this; } keyof() { return new _Schema(); }
}
const _any = () => new _Schema();
const string = _any, number = _any, boolean = _any, bigint = _any, date = _any, any = _any, unknown = _any, symbol = _any, never = _any, email = _any, url = _any, uuid = _any, int = _any, instanceof_ = _any, custom = _any, nativeEnum = _any;
const coerce__string = _any, coerce__number = _any, coerce__boolean = _any, coerce__date = _any;
function literal(held) { return new _Schema(); }
function object(shape) {
  const made = new _Schema((value) => { const out = {}; for (const name of Object.keys(shape)) out[name] = shape[name].parse(value?.[name]); return out; });
  made.shape = shape;
  return made;
}
const strictObject = object, looseObject = object;
function array(of) { return new _Schema((value) => Array.isArray(value) ? value.map((one) => of.parse(one)) : value); }
function record(keys, of) { return new _Schema(); }
function tuple(all) { return new _Schema(); }
function union(all) { return new _Schema(); }
function discriminatedUnion(name, all) { return new _Schema(); }
function lazy(f) { return new _Schema((value) => f().parse(value)); }
function preprocess(f, of) { return new _Schema((value) => of.parse(f(value))); }
function optional(of) { return of; }
function nullable(of) { return of; }
`;
