import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { marked } from "marked";

const SOURCE = "content";
const TARGET = "public";

function split(text) {
  const match = /^---\n([\s\S]*?)\n---\n/.exec(text);
  if (match === null) return { data: {}, body: text };
  const data = Object.fromEntries(match[1].split("\n").map((line) => line.split(/:\s*/, 2)));
  return { data, body: text.slice(match[0].length) };
}

async function page(layout, file) {
  const { data, body } = split(await readFile(path.join(SOURCE, file), "utf8"));
  const html = layout.replace("{{title}}", data.title ?? file).replace("{{body}}", () => marked.parse(body));
  const target = path.join(TARGET, file.replace(/\.md$/, ".html"));
  await mkdir(path.dirname(target), { recursive: true });
  await writeFile(target, html);
  return { url: `/${path.relative(TARGET, target)}`, title: data.title };
}

const layout = await readFile("layout.html", "utf8");
const files = (await readdir(SOURCE, { recursive: true })).filter((name) => name.endsWith(".md"));
const pages = await Promise.all(files.map((file) => page(layout, file)));
await cp("assets", path.join(TARGET, "assets"), { recursive: true });
await writeFile(path.join(TARGET, "index.json"), JSON.stringify(pages, null, 2));
console.log(`${pages.length} pages`);
