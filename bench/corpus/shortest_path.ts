type Graph = Readonly<Record<string, Readonly<Record<string, number>>>>;

function shortestPath(graph: Graph, from: string, to: string): { cost: number; path: string[] } | null {
  const cost = new Map<string, number>([[from, 0]]);
  const previous = new Map<string, string>();
  const open = new Set(Object.keys(graph));
  while (open.size > 0) {
    let best: string | null = null;
    for (const node of open) {
      if (cost.has(node) && (best === null || cost.get(node)! < cost.get(best)!)) best = node;
    }
    if (best === null) return null;
    if (best === to) break;
    open.delete(best);
    for (const [next, weight] of Object.entries(graph[best] ?? {})) {
      const candidate = cost.get(best)! + weight;
      if (candidate < (cost.get(next) ?? Infinity)) {
        cost.set(next, candidate);
        previous.set(next, best);
      }
    }
  }
  const path = [to];
  while (path[0] !== from) path.unshift(previous.get(path[0]!)!);
  return { cost: cost.get(to)!, path };
}

const roads: Graph = { a: { b: 7, c: 3 }, b: { d: 2 }, c: { b: 1, d: 8 }, d: {} };
console.log(shortestPath(roads, "a", "d"));
