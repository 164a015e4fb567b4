/** Streams of objects and texts that a program makes itself. What goes in is kept, and given to whoever listens, now or later. */
export const NODE_STREAMS = `
const _written = require("written");
function* _forever(list) { while (true) yield list[0]; }
class Stream {
  constructor(options) {
    this.chunks = []; this.heard = []; this.to = []; this.ended = []; this.options = options ?? {};
    if (this.options.read) this._read = this.options.read;
    if (this.options.write) this._write = this.options.write;
    if (this.options.transform) this._transform = this.options.transform;
    if (this.options.flush) this._flush = this.options.flush;
    if (this.options.final) this._final = this.options.final;
    if (this.options.construct) this.options.construct.call(this, () => {});
  }
  pull() { if (this.pulled) return; this.pulled = true; if (this._read) { this._read.call(this, 65536); if (_written.never_ends(this._read)) this.source = _forever(this.chunks); } }
  pour(to) { if (this.source === undefined) return; if (to instanceof Stream) to.source = this.source; else for (const chunk of this.source) to.write(chunk); }
  push(chunk) { if (chunk === null || chunk === undefined) return false; this.chunks.push(chunk); for (const f of this.heard) f.call(this, chunk); for (const to of this.to) to.write(chunk); return true; }
  on(name, f) {
    if (name === "data" || name === "readable") { this.pull(); if (name === "data") { this.heard.push(f); for (const chunk of this.chunks) f.call(this, chunk); } else f.call(this); }
    else f.call(this);
    return this;
  }
  once(name, f) { return this.on(name, f); }
  addListener(name, f) { return this.on(name, f); }
  emit(name, chunk) { return name === "data" ? this.push(chunk) : true; }
  read() { this.pull(); return this.chunks[0] ?? null; }
  pipe(to) { this.pull(); this.to.push(to); for (const chunk of this.chunks) to.write(chunk); this.pour(to); return to; }
  write(chunk, encoding, done) {
    if (this._transform) this._transform.call(this, chunk, "utf8", (error, out) => { this.push(out); });
    else if (this._write) this._write.call(this, chunk, "utf8", () => {});
    else this.push(chunk);
    if (typeof done === "function") done();
    return true;
  }
  end(chunk) { if (chunk !== undefined && typeof chunk !== "function") this.write(chunk); if (this._flush) this._flush.call(this, (error, out) => { this.push(out); }); if (this._final) this._final.call(this, () => {}); return this; }
  *[Symbol.iterator]() { this.pull(); yield* this.chunks; }
  setEncoding() { return this; } pause() { return this; } resume() { this.pull(); return this; } destroy() { return this; } cork() {} uncork() {} off() { return this; } removeListener() { return this; }
  toArray() { this.pull(); return this.chunks; }
  map(f) { return Readable.from(this.toArray().map((chunk) => f(chunk))); }
  filter(f) { return Readable.from(this.toArray().filter((chunk) => f(chunk))); }
  flatMap(f) { return Readable.from(this.toArray().flatMap((chunk) => f(chunk))); }
  forEach(f) { for (const chunk of this.toArray()) f(chunk); }
  reduce(f, start) { return this.toArray().reduce(f, start); }
}
class Readable extends Stream {
  static from(list) { const made = new Readable(); if (typeof list === "string") made.chunks.push(list); else { made.source = list; for (const one of list) made.chunks.push(one); } return made; }
  static fromWeb(stream) { return stream; }
}
class Writable extends Stream {}
class Duplex extends Stream { static from(list) { return Readable.from(list); } }
class Transform extends Stream {}
class PassThrough extends Stream {}
function pipeline(...parts) {
  const [first, ...others] = typeof parts[0] === "function" || typeof parts[0].pipe === "function" ? parts : Array.isArray(parts[0]) ? parts[0] : parts;
  let from = typeof first === "function" ? Readable.from(first()) : first;
  for (const part of others) {
    if (typeof part !== "function") { if (part && part.signal === undefined) from = (from.pipe ? from : Readable.from(from)).pipe(part); }
    else from = part(from) ?? from;
  }
  return from;
}
`;
