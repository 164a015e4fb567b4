export class Graph<T> {
  readonly #edges = new Map<T, Map<T, number>>();

  connect(from: T, to: T, weight = 1): this {
    for (const node of [from, to]) if (!this.#edges.has(node)) this.#edges.set(node, new Map());
    this.#edges.get(from)!.set(to, weight);
    return this;
  }

  *topological(): Generator<T> {
    const incoming = new Map([...this.#edges.keys()].map((node) => [node, 0]));
    for (const targets of this.#edges.values()) for (const to of targets.keys()) incoming.set(to, incoming.get(to)! + 1);
    const ready = [...incoming].filter(([, count]) => count === 0).map(([node]) => node);
    let done = 0;
    for (let node = ready.shift(); node !== undefined; node = ready.shift()) {
      yield node;
      done++;
      for (const to of this.#edges.get(node)!.keys()) {
        incoming.set(to, incoming.get(to)! - 1);
        if (incoming.get(to) === 0) ready.push(to);
      }
    }
    if (done < this.#edges.size) throw new Error("the graph has a cycle");
  }
}

const build = new Graph<string>().connect("compile", "test").connect("test", "package").connect("lint", "package").connect("package", "publish");
console.log([...build.topological()].join(" -> "));
