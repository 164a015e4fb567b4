import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";

const LINK = /\[([^\]]+)\]\((https:\/\/[^)\s]+)\)/g;

async function linksIn(file) {
  const text = await readFile(file, "utf8");
  return [...text.matchAll(LINK)].map(([, title, url]) => ({ file, title, url }));
}

async function status(url) {
  try {
    const response = await fetch(url, { method: "HEAD", signal: AbortSignal.timeout(5000) });
    return response.status;
  } catch (error) {
    return error.name;
  }
}

async function main(files) {
  const links = (await Promise.all(files.map(linksIn))).flat();
  const seen = new Map();
  for (const link of links) {
    if (!seen.has(link.url)) seen.set(link.url, await status(link.url));
  }
  const broken = links.filter((link) => seen.get(link.url) !== 200);
  await writeFile(path.join("out", "broken-links.json"), JSON.stringify(broken, null, 2));
  console.log(`${links.length} links, ${broken.length} broken`);
}

await main(["README.md", "docs/guide.md"]);
