function memoise(action, { size = 100, key = (...args) => JSON.stringify(args) } = {}) {
  const known = new Map();
  const stats = { hits: 0, misses: 0 };
  const wrapped = (...args) => {
    const id = key(...args);
    if (known.has(id)) {
      stats.hits++;
      const value = known.get(id);
      known.delete(id);
      known.set(id, value);
      return value;
    }
    stats.misses++;
    const value = action(...args);
    known.set(id, value);
    if (known.size > size) known.delete(known.keys().next().value);
    return value;
  };
  return Object.assign(wrapped, { stats, clear: () => known.clear() });
}

const distance = memoise((a, b) => {
  if (a === "" || b === "") return a.length + b.length;
  const rest = a[0] === b[0] ? 0 : 1;
  return Math.min(distance(a.slice(1), b) + 1, distance(a, b.slice(1)) + 1, distance(a.slice(1), b.slice(1)) + rest);
}, { size: 1000 });

for (const [a, b] of [["kitten", "sitting"], ["flaw", "lawn"], ["intention", "execution"]]) console.log(a, b, distance(a, b));
console.log(distance.stats);
