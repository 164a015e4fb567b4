class Emitter {
  #listeners = new Map();

  on(event, listener) {
    const list = this.#listeners.get(event) ?? [];
    list.push(listener);
    this.#listeners.set(event, list);
    return () => this.off(event, listener);
  }

  off(event, listener) {
    const list = this.#listeners.get(event);
    if (!list) return;
    const index = list.indexOf(listener);
    if (index >= 0) list.splice(index, 1);
  }

  emit(event, ...args) {
    for (const listener of [...(this.#listeners.get(event) ?? [])]) listener(...args);
  }
}

const store = new Emitter();
const seen = [];
const stop = store.on("change", (key, value) => seen.push(`${key}=${value}`));
store.emit("change", "colour", "green");
store.emit("change", "size", 12);
stop();
store.emit("change", "ignored", true);
console.log(seen.join(", "));
