import { readFileSync } from "node:fs";

type Change = { kind: "same" | "added" | "removed"; text: string };

function table(a: readonly string[], b: readonly string[]): number[][] {
  const lengths = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      lengths[i]![j] = a[i] === b[j] ? lengths[i + 1]![j + 1]! + 1 : Math.max(lengths[i + 1]![j]!, lengths[i]![j + 1]!);
    }
  }
  return lengths;
}

export function diff(a: readonly string[], b: readonly string[]): Change[] {
  const lengths = table(a, b);
  const changes: Change[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) changes.push({ kind: "same", text: a[i++]! }), j++;
    else if (lengths[i + 1]![j]! >= lengths[i]![j + 1]!) changes.push({ kind: "removed", text: a[i++]! });
    else changes.push({ kind: "added", text: b[j++]! });
  }
  return changes.concat(a.slice(i).map((text) => ({ kind: "removed", text })), b.slice(j).map((text) => ({ kind: "added", text })));
}

const [before, after] = ["old.txt", "new.txt"].map((file) => readFileSync(file, "utf8").split("\n"));
const marks = { same: " ", added: "+", removed: "-" };
for (const { kind, text } of diff(before!, after!)) console.log(`${marks[kind]} ${text}`);
