import { writeFileSync } from "node:fs";

type Issue = { number: number; title: string; labels: { name: string }[]; created_at: string; pull_request?: object };

const REPOSITORY = "nodejs/node";

async function page(number: number): Promise<Issue[]> {
  const url = `https://api.github.com/repos/${REPOSITORY}/issues?state=open&per_page=100&page=${number}`;
  const response = await fetch(url, { headers: { accept: "application/vnd.github+json" } });
  if (!response.ok) throw new Error(`answer ${response.status} for page ${number}`);
  return (await response.json()) as Issue[];
}

async function issues(limit: number): Promise<Issue[]> {
  const found: Issue[] = [];
  for (let number = 1; found.length < limit; number++) {
    const batch = await page(number);
    found.push(...batch.filter((issue) => issue.pull_request === undefined));
    if (batch.length < 100) break;
  }
  return found.slice(0, limit);
}

const open = await issues(250);
const byLabel = new Map<string, number>();
for (const label of open.flatMap((issue) => issue.labels)) byLabel.set(label.name, (byLabel.get(label.name) ?? 0) + 1);
const rows = [...byLabel].sort(([, a], [, b]) => b - a).map(([name, count]) => `${count}\t${name}`);
writeFileSync("out/labels.tsv", `${rows.join("\n")}\n`);
console.log(`${open.length} issues, ${rows.length} labels`);
