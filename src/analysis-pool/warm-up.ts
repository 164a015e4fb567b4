/** Small ordinary programs that a new worker analyses before its first task, so that no task pays for compilation. */
import type { Task } from "./protocol.ts";

/** Rounds through the programs before a worker says that it is ready: from the third on they take no longer than ordinary tasks. */
export const FIRST_ROUNDS = 2;
/** Rounds after that, as long as no task has come, until everything that is hot is compiled to the end. */
export const IDLE_ROUNDS = 18;
/** Idle for so long, in ms: by then the rest of the server has started. */
export const IDLE_FROM_MS = 3_000;
/** Between two programs while idle, in ms. */
export const IDLE_PAUSE_MS = 20;

export const WARM_UP_PROGRAMS: readonly Task[] = [
  {
    language: "python",
    code: `import json, os
from pathlib import Path

class Report:
    def __init__(self, title: str, *rows, **options):
        self.title = title
        self.rows = [row for row in rows if row is not None]

    def total(self, key="amount"):
        result = 0
        for row in self.rows:
            try:
                result += float(row[key]) * 1.5
            except (KeyError, ValueError) as error:
                print(f"skipped {row!r}: {error}")
        return result

def load(path):
    with open(path, encoding="utf-8") as source:
        data = json.load(source)
    return Report("sales", *data.get("rows", []), limit=10)

if __name__ == "__main__":
    report = load(Path("data") / "rows.json")
    if report.total() > 100 and not os.environ.get("QUIET"):
        print(report.title.upper(), {"total": report.total()}, sep="\\n")
`,
  },
  {
    language: "javascript",
    code: `import { readFile } from "node:fs/promises";
const LIMIT = 10;
export class Report {
  #rows = [];
  constructor(title, ...rows) { this.title = title; this.#rows = rows.filter((row) => row != null); }
  get total() { return this.#rows.reduce((sum, { amount = 0 }) => sum + amount * 1.5, 0); }
}
async function load(path) {
  const { rows = [], ...rest } = JSON.parse(await readFile(path, "utf8"));
  for (const row of rows) if (row.amount > LIMIT && !rest.quiet) console.log(\`large \${row.id}: \${row.amount}\`);
  try { return new Report(rest.title ?? "sales", ...rows); } catch (error) { console.error(error?.message); throw error; }
}
load("rows.json").then((report) => console.log(report.total));
`,
  },
  {
    language: "typescript",
    code: `type Row = { id: string; amount?: number };
interface Options { limit: number }
enum Level { Low, High = "high" }
export async function summarise(rows: Row[], { limit = 10 }: Partial<Options> = {}): Promise<Map<string, number>> {
  const out = new Map<string, number>();
  for (const row of rows as readonly Row[]) out.set(row.id, (out.get(row.id) ?? 0) + (row.amount! || limit));
  return out;
}
summarise([{ id: "a", amount: 1 }], { limit: 3 }).then((sums) => console.log([...sums].length, Level.High));
`,
  },
];
