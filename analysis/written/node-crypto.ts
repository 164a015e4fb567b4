/** What opens what was encrypted, of Node and of the web: everything that was given so far is opened, and what is new of it is given back. */
export const NODE_CRYPTO = `
const _written = require("written");
class _Decipher {
  constructor(algorithm, key, iv) { this.algorithm = algorithm; this.key = key; this.iv = iv; this.given = Buffer.from(""); this.done = 0; this.padded = true; }
  setAutoPadding(on) { this.padded = on ?? true; return this; }
  setAuthTag() { return this; }
  setAAD() { return this; }
  update(data, from, to) {
    this.given = Buffer.concat([this.given, typeof data === "string" ? Buffer.from(data, from) : data]);
    const all = _written.deciphered(this.algorithm, this.key, this.iv, this.given, this.padded);
    const more = all.slice(this.done);
    this.done = all.length;
    return to ? more.toString(to) : more;
  }
  final(to) { return to ? "" : Buffer.from(""); }
}
function createDecipheriv(algorithm, key, iv) { return new _Decipher(algorithm, key, iv); }
`;
export const WEB_CRYPTO = `
const _written = require("written");
function importKey(format, raw, algorithm) { return { raw }; }
function decrypt(how, key, data) { return _written.deciphered("aes-256-" + how.name.slice(4).toLowerCase(), key.raw, how.iv ?? how.counter, data, true); }
`;
