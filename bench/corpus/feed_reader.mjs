import { readFile, writeFile } from "node:fs/promises";
import { XMLParser } from "fast-xml-parser";

const parser = new XMLParser({ ignoreAttributes: false });

async function articles(url) {
  const response = await fetch(url, { headers: { accept: "application/rss+xml" } });
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  const { rss } = parser.parse(await response.text());
  return [rss.channel.item].flat().map(({ title, link, pubDate }) => ({ title, link, at: new Date(pubDate).toISOString() }));
}

async function seenBefore(file) {
  try {
    return new Set(JSON.parse(await readFile(file, "utf8")));
  } catch (error) {
    if (error.code === "ENOENT") return new Set();
    throw error;
  }
}

const feeds = ["https://example.com/news.xml", "https://example.org/blog/feed.xml"];
const seen = await seenBefore("seen.json");
const found = (await Promise.allSettled(feeds.map(articles))).flatMap((result) => (result.status === "fulfilled" ? result.value : []));
const fresh = found.filter(({ link }) => !seen.has(link)).sort((a, b) => b.at.localeCompare(a.at));
for (const { at, title, link } of fresh) console.log(`${at.slice(0, 10)}  ${title}\n            ${link}`);
await writeFile("seen.json", JSON.stringify([...seen, ...fresh.map(({ link }) => link)]));
