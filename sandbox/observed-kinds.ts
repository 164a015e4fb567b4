/** What something observed means in the words of analysis: loading a module that can only do one thing is a try at that thing. */
import type { ObservedEffect } from "./types.ts";

const FAMILIES: readonly (readonly [modules: readonly string[], kinds: readonly string[]])[] = [
  [
    ["child_process", "cluster", "worker_threads"],
    ["process.exec", "process.spawn", "process.signal"],
  ],
  [
    ["fs", "fs/promises"],
    ["fs.read", "fs.write", "fs.delete", "fs.delete_tree"],
  ],
  [
    ["net", "http", "https", "http2", "tls", "dgram", "dns", "dns/promises"],
    ["net.fetch", "net.send", "net.listen"],
  ],
  [
    ["vm", "inspector", "module", "v8"],
    ["code.eval", "code.load"],
  ],
];
const KINDS = new Map(FAMILIES.flatMap(([modules, kinds]) => modules.map((name) => [name, kinds] as const)));
const RELATED: Readonly<Record<string, readonly string[]>> = {
  "fs.delete": ["fs.delete", "fs.delete_tree"],
  "fs.delete_tree": ["fs.delete", "fs.delete_tree"],
  "process.exec": ["process.exec", "process.spawn"],
  "process.spawn": ["process.exec", "process.spawn"],
  "net.fetch": ["net.fetch", "net.send"],
  "net.send": ["net.fetch", "net.send"],
};

/** The same with the kinds that count as one of them: for who can only look into a list. */
export function withRelated(kinds: readonly string[]): readonly string[] {
  const related = Object.keys(RELATED).filter((kind) => RELATED[kind]!.some((each) => kinds.includes(each)));
  return [...new Set([...kinds, ...related])];
}

/** Whether a run that may show `kinds` (null: any) may show this. */
export function isExpected(effect: Pick<ObservedEffect, "kind" | "target">, kinds: readonly string[] | null): boolean {
  return kinds === null || (kindsOf(effect)?.some((kind) => kinds.includes(kind)) ?? true);
}

/** The effect kinds of which at least one must have been predicted; null when there is nothing to predict. */
export function kindsOf({ kind, target }: Pick<ObservedEffect, "kind" | "target">): readonly string[] | null {
  if (kind === "import") return KINDS.get(target.replace(/^node:/, "")) ?? null;
  return RELATED[kind] ?? [kind];
}
