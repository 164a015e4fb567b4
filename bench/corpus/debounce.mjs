export function debounce(action, wait = 200) {
  let timer = null;
  const debounced = (...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      timer = null;
      action(...args);
    }, wait);
  };
  debounced.cancel = () => clearTimeout(timer);
  debounced.pending = () => timer !== null;
  return debounced;
}

export function throttle(action, wait = 200) {
  let last = Number.NEGATIVE_INFINITY;
  return (...args) => {
    const now = performance.now();
    if (now - last < wait) return undefined;
    last = now;
    return action(...args);
  };
}

const search = debounce((text) => console.log(`searching for ${text}`), 50);
for (const text of ["a", "ag", "age", "agent"]) search(text);
setTimeout(() => console.log(search.pending() ? "waiting" : "done"), 100);

const report = throttle(() => console.log("position"), 10);
for (let i = 0; i < 100; i++) report();
