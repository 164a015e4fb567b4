/** Programs of any length, the same on every machine: modules full of the functions that real ones are made of. */
import type { Language } from "../analysis/tree.ts";

type Shape = (n: number) => readonly string[];

const PYTHON: readonly Shape[] = [
  (n) => [
    `def load_orders_${n}(path, since):`,
    `    with open(path, encoding="utf-8") as handle:`,
    `        rows = [json.loads(line) for line in handle if line.strip()]`,
    `    return [row for row in rows if row["created"] >= since and row["shard"] == ${n}]`,
    "",
    "",
  ],
  (n) => [
    `class Ledger${n}:`,
    "    def __init__(self, opening=0):",
    "        self.entries = []",
    "        self.opening = opening",
    "",
    "    def add(self, label, amount):",
    "        if amount == 0:",
    `            raise ValueError(f"entry {label} of ledger ${n} is empty")`,
    `        self.entries.append({"label": label, "amount": amount})`,
    "        return self",
    "",
    "    def total(self):",
    `        return self.opening + sum(entry["amount"] for entry in self.entries)`,
    "",
    "",
  ],
  (n) => [
    `def normalise_${n}(record, defaults=None):`,
    "    result = dict(defaults or {})",
    "    for key, value in record.items():",
    "        name = key.strip().lower().replace(' ', '_')",
    "        if isinstance(value, str):",
    "            value = value.strip()",
    "        elif isinstance(value, (list, tuple)):",
    "            value = [str(item) for item in value]",
    "        if value not in (None, ''):",
    "            result[name] = value",
    "    return result",
    "",
    "",
  ],
  (n) => [
    `def report_${n}(groups, width=${20 + (n % 30)}):`,
    "    lines = []",
    "    for name, values in sorted(groups.items()):",
    "        try:",
    "            mean = sum(values) / len(values)",
    "        except ZeroDivisionError:",
    "            mean = 0.0",
    "        lines.append(f'{name:<{width}} {len(values):>5} {mean:>10.2f}')",
    "    print('\\n'.join(lines))",
    "    return len(lines)",
    "",
    "",
  ],
];

const TYPESCRIPT: readonly Shape[] = [
  (n) => [
    `export async function loadOrders${n}(path: string, since: string): Promise<Order[]> {`,
    `  const text = await readFile(path, "utf8");`,
    `  const rows = text.split("\\n").filter((line) => line.trim() !== "").map((line) => JSON.parse(line) as Order);`,
    `  return rows.filter((row) => row.created >= since && row.shard === ${n});`,
    "}",
    "",
  ],
  (n) => [
    `class Ledger${n} {`,
    "  readonly #entries: { label: string; amount: number }[] = [];",
    "",
    "  constructor(private readonly opening = 0) {}",
    "",
    "  add(label: string, amount: number): this {",
    `    if (amount === 0) throw new RangeError(\`entry \${label} of ledger ${n} is empty\`);`,
    "    this.#entries.push({ label, amount });",
    "    return this;",
    "  }",
    "",
    "  total(): number {",
    "    return this.#entries.reduce((sum, entry) => sum + entry.amount, this.opening);",
    "  }",
    "}",
    "",
  ],
  (n) => [
    `function normalise${n}(record: Record<string, unknown>, defaults: Record<string, unknown> = {}): Record<string, unknown> {`,
    "  const result = { ...defaults };",
    "  for (const [key, value] of Object.entries(record)) {",
    `    const name = key.trim().toLowerCase().replaceAll(" ", "_");`,
    `    if (typeof value === "string") result[name] = value.trim();`,
    "    else if (Array.isArray(value)) result[name] = value.map(String);",
    "    else if (value !== null && value !== undefined) result[name] = value;",
    "  }",
    "  return result;",
    "}",
    "",
  ],
  (n) => [
    `function report${n}(groups: ReadonlyMap<string, readonly number[]>, width = ${20 + (n % 30)}): number {`,
    "  const lines: string[] = [];",
    "  for (const [name, values] of [...groups].sort(([a], [b]) => a.localeCompare(b))) {",
    "    const mean = values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;",
    "    lines.push(`${name.padEnd(width)} ${String(values.length).padStart(5)} ${mean.toFixed(2).padStart(10)}`);",
    "  }",
    `  console.log(lines.join("\\n"));`,
    "  return lines.length;",
    "}",
    "",
  ],
];

const START = {
  python: ["import json", "", ""],
  typescript: [`import { readFile } from "node:fs/promises";`, "", "type Order = { created: string; shard: number };", ""],
};
const SHAPES = { python: PYTHON, typescript: TYPESCRIPT };

/** One line each, about as dense as the functions are: a file's length then says how much there is in it. */
const CONSTANT = {
  python: (n: number) => `WEIGHT_${n} = SCALE * ${n}`,
  typescript: (n: number) => `const weight${n}: number = SCALE * ${n};`,
};

/** A valid module of exactly `lines` lines: the shapes in turn, then those that still fit, then constants. `from`: the first function's number. */
export function largeProgram(language: Extract<Language, "python" | "typescript">, lines: number, from = 0): string {
  const out: string[] = [...START[language]];
  const shapes = SHAPES[language];
  for (let n = 0, refused = 0; refused < shapes.length; n++) {
    const next = shapes[n % shapes.length]!(from + n);
    const fits = out.length + next.length <= lines;
    if (fits) out.push(...next);
    refused = fits ? 0 : refused + 1;
  }
  while (out.length < lines) out.push(CONSTANT[language](out.length + 1));
  return `${out.join("\n")}\n`;
}
