// ruleid: predictable-secret-js
const token = Math.random().toString(36).slice(2);
// ruleid: predictable-secret-js
let resetToken = "r" + Math.floor(Math.random() * 1e9);
// ruleid: predictable-secret-js
this.sessionId = `s${Math.random()}`;
// ok: predictable-secret-js
const delay = Math.random() * 100;
// ok: predictable-secret-js
const token = crypto.randomUUID();
