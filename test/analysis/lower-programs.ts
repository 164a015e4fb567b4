/** Programs that together use most of what the languages have; the laws of lowering are checked over them. */
import type { Language } from "../../analysis/tree.ts";

type Program = { readonly name: string; readonly language: Language; readonly source: string };

export const PROGRAMS: readonly Program[] = [
  {
    name: "a Python service",
    language: "python",
    source: `
      from __future__ import annotations
      import asyncio, json as j, os.path
      from dataclasses import dataclass, field
      from typing import *

      LIMIT: int = 10
      cache: dict[str, list[int]]

      @dataclass(frozen=True)
      class Point(Base, metaclass=Meta):
          """A point."""
          x: int = 0
          y: list = field(default_factory=list)
          scale = [x * 2 for _ in range(LIMIT)]

          def __init__(self, x, /, y=LIMIT, *args, key=None, **kwargs):
              super().__init__(x, *args, key=key, **kwargs)
              self.x, (self.y, *rest) = x, y

          @property
          def norm(self): return (self.x ** 2 + sum(v for v in self.y)) ** 0.5

          @norm.setter
          def norm(self, value):
              global LIMIT
              LIMIT = value if value else self.norm

          class Inner:
              z = LIMIT
              def method(self): return Inner, LIMIT

      def outer(n):
          total = 0
          def inner(m=n, *, step=1):
              nonlocal total
              total += m * step
              return lambda k: total + k + n
          for i, (a, b) in enumerate(zip(n, n)):
              if i % 2: continue
              try:
                  inner(a, step=b)(i)
              except (ValueError, TypeError) as error:
                  raise RuntimeError(f"bad {error!r:>{LIMIT}}") from error
              except* OSError:
                  pass
              else:
                  break
              finally:
                  total -= 1
          else:
              return total
          while (chunk := n.read(LIMIT)) and not done(chunk):
              yield chunk
          else:
              yield from other(*n, **{**n, "k": 1})
          assert total >= 0 <= LIMIT < 100, "negative"
          del n[0], n.x, total

      async def main(*urls: str) -> None:
          async with session() as s, lock:
              results = [await s.get(u) async for u in urls if u and await ok(u)]
              async for r in results:
                  print(r, file=sys.stderr)
          table = {k: {w for w in v} for k, v in results.items() for _ in v[1:-1:2]}
          match table:
              case {"kind": "a" | "b" as kind, **rest} if rest: handle(kind)
              case [Point(x=0), [first, *_], *others]: handle(first, others)
              case -1 | 1.5 | None | True | "s" "t": pass
              case str(text) | bytes(text): handle(text)
              case os.path.sep: pass
              case _: return
          x = y = table[...] if not (urls or results) else urls and results or [*urls]
          x @= y; x[1:2], x[::3] = y, 1j
          with open(x) as f:
              return f.read()

      if __name__ == "__main__":
          asyncio.run(main())
    `,
  },
  {
    name: "a JavaScript module",
    language: "javascript",
    source: `
      import fs, { readFile as read } from "node:fs";
      import * as path from "node:path";
      import "./side-effect.js";
      export * from "./other.js";
      export { total as sum, Stack as default };
      export const [first, { second = first() } = {}] = pair(), other = 1;
      let total = 0;

      export class Stack extends mixin(Base) {
        #items = []; static count = 0; static #secret = total; ["computed" + total] = this.#items; plain;
        static { try { Stack.count = read?.length ?? 1; } catch { total++; } finally { let total = 1; use(total); } }
        constructor(items = [], ...rest) { super(...rest); this.#items = items; super.ready = new.target; }
        get size() { return this.#items.length; }
        set size(n) { this.#items.length = n; }
        static async *walk(from) { for await (const item of from) yield* item; }
        [Symbol.iterator]() { return this.#items[Symbol.iterator](); }
        has(x) { return #items in x && this.#items?.includes?.(x)?.[0]; }
      }

      function hoisted({ a, b: [c = a, , ...d] = [], ...e }, f = (g) => g + c, ...[h, i]) {
        label: for (var k = 0, n = arguments.length; k < n; k++) {
          for (const key in e) {
            if (key === "x") continue label;
            else if (key === "y") break label;
            switch (typeof e[key]) {
              case "string": case "number": { const key = 1; use(key); }
              default: let late = key; use(() => late);
              case void 0: break;
              case f(): continue label;
            }
          }
        }
        do { total -= 1; if (total < 0) return; } while (total--);
        try { return JSON.parse(c); } catch ({ message, ...info }) { throw new Error(message, info); } finally { done(); }
        function inner() { return inner && later; }
        var later = async () => { await Promise.all([inner(), ...d]); };
        block: { if (a) break block; use(b); }
      }

      const object = {
        total, method() { return super.method(); }, get v() { return this; }, set v(x) { this.w = x; },
        async *gen() { const got = yield; }, [path.sep]: tag\`a\${total}b\${other}\`, ...hoisted, "quoted-name": /x+/gi, 12n: 1_000,
      };
      ({ a: object.x, b: object["y"], ...object.z } = object);
      [total, other.x = 1, ...first] = [1, , 2];
      total ||= object.a?.b.c?.(1)?.[total] ?? (total &&= 2, delete object.a, 3);
      const self = function fact(n) { return n <= 1 ? 1 : n * fact(n - 1); }, Named = class K { static k = () => K; };
      for (let i = 0, j; ; i++, j = i) { setTimeout(() => i + j); if (i > 3) break; }
      for (total of [1]) for (object.p in { q: 1 }) ;
      export default async function () { const m = await import("./lazy.js"); return import.meta.url + m; }
    `,
  },
  {
    name: "a sloppy script",
    language: "javascript",
    source: `
      var a = 1, b;
      with (Math) { b = floor(a + PI); with (a) { var c = max(b, () => min(c)); } }
      if (a) { function maybe() { return a; } } else function other() { return b; }
      { let a = 2; { let a = 3; var d = a; } maybe(a, d); }
      undeclared = function () { return arguments[0] + this.x; };
      try { nothing(); } catch (e) { var e = 1; let f = e; }
      x: y: while (a) { while (b) { if (c) break x; continue y; } }
      a = b = c = d; a.b.c = a["b"] += b, c;
      debugger; ;
      eval("a"); new Function("return a")(); new a; new (a())(); new a.b.c(1);
    `,
  },
  {
    name: "a TypeScript component",
    language: "typescript",
    source: `
      import type { Only } from "types";
      import fs = require("fs");
      enum Level { Low = 1, High = Low << 1, Name = "n" }
      declare const outside: number;
      namespace Deep.Inner { export function f<T>(x: T): x is NonNullable<T> { return x as unknown as any; } export const g = f; }
      abstract class Service<T> extends Base<T> implements Only {
        private readonly cache = new Map<string, T>();
        declare typed: string;
        constructor(private url: string, public size = 1) { super(); }
        abstract run(): void;
        @log() handle(@inject() x: number, this_: string): asserts x { if (!x) throw new Error(this.url!); }
        static readonly level: Level = Level.High satisfies Level;
        overload(a: string): void; overload(a: number): void; overload(a: any) { return <any>a; }
      }
      function guard(this: Window, x?: string, ...rest: Array<[a: string, b?: number]>): x is string { return typeof x === "string" && rest!.length > 0; }
      let { a, b }: { a: string; b: number } = JSON.parse("{}"), c = a! as const;
      type Alias<T> = T extends infer U ? U : never; interface Shape { (x: number): string }
      export = Service;
    `,
  },
];
