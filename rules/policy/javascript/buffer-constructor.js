// ruleid: buffer-constructor
const a = new Buffer(size);
// ruleid: buffer-constructor
const b = new Buffer(text, "utf8");
// ruleid: buffer-constructor
const c = Buffer.allocUnsafe(100);
// ok: buffer-constructor
const d = Buffer.from(text, "utf8");
// ok: buffer-constructor
const e = Buffer.alloc(100);
