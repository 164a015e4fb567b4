// ruleid: prototype-written
target.__proto__ = source;
// ruleid: prototype-written
target["__proto__"] = source;
// ruleid: prototype-written
target.__proto__.isAdmin = true;
// ok: prototype-written
target.prototype = source;
// ok: prototype-written
const plain = Object.create(null);
