/** What calls functions with what it is told: events of the web, stores that follow calls, channels, ports between threads. */
export const NODE_EVENTS = `
class Event { constructor(type, options) { this.type = type; Object.assign(this, options); } preventDefault() {} stopPropagation() {} }
class CustomEvent extends Event { constructor(type, options) { super(type); this.detail = options?.detail; } }
class MessageEvent extends Event { constructor(type, options) { super(type); this.data = options?.data; } }
class EventTarget {
  constructor() { this.kept = []; }
  addEventListener(type, f) { (this.kept ??= []).push([type, f]); }
  removeEventListener() {}
  dispatchEvent(event) { event.target = this; for (const [type, f] of this.kept ?? []) if (type === event.type) (typeof f === "function" ? f.call(this, event) : f.handleEvent(event)); return true; }
}
class AsyncLocalStorage {
  run(store, f, ...given) { this.store = store; return f(...given); }
  enterWith(store) { this.store = store; }
  getStore() { return this.store; }
  exit(f, ...given) { return f(...given); }
  disable() {}
}
class _Channel {
  constructor() { this.kept = []; }
  subscribe(f) { this.kept.push(f); }
  unsubscribe() {}
  publish(message) { for (const f of this.kept) f(message); }
}
const _channels = {};
function channel(name) { return (_channels[name] ??= new _Channel()); }
function subscribe(name, f) { channel(name).subscribe(f); }
class _Port {
  constructor() { this.kept = []; this.sent = []; }
  get onmessage() { return this.heard; }
  set onmessage(f) { this.heard = f; for (const data of this.sent) f({ data }); }
  on(type, f) { if (type === "message") { this.kept.push(f); for (const data of this.sent) f(data); } return this; }
  once(type, f) { return this.on(type, f); }
  addEventListener(type, f) { if (type === "message") { this.kept.push((data) => f({ data })); for (const data of this.sent) f({ data }); } }
  hear(data) { this.sent.push(data); if (this.heard) this.heard({ data }); for (const f of this.kept) f(data); }
  postMessage(data) { this.other.hear(data); }
  send(data) { this.other.hear(data); return true; }
  removeListener() { return this; } off() { return this; } removeAllListeners() { return this; }
  async terminate() { return 0; }
  start() {} close() {} unref() {} ref() {} kill() { return true; } disconnect() {}
}
class MessageChannel { constructor() { this.port1 = new _Port(); this.port2 = new _Port(); this.port1.other = this.port2; this.port2.other = this.port1; } }
const _named = {};
class BroadcastChannel extends _Port { constructor(name) { super(); this.all = _named[name] ??= []; this.all.push(this); } postMessage(data) { for (const one of this.all) if (one !== this) one.hear(data); } }
`;
