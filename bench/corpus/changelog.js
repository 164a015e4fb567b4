const { execFileSync } = require("node:child_process");
const fs = require("node:fs");

const TITLES = { feat: "New", fix: "Mended", perf: "Faster", docs: "Documents" };

function commits(since) {
  const range = since ? `${since}..HEAD` : "HEAD";
  const log = execFileSync("git", ["log", "--pretty=%h%x09%s", range], { encoding: "utf8" });
  return log
    .split("\n")
    .filter(Boolean)
    .map((line) => line.split("\t"))
    .map(([hash, subject]) => ({ hash, ...(/^(?<type>\w+)(\((?<scope>.+)\))?!?: (?<text>.+)$/.exec(subject)?.groups ?? { text: subject }) }));
}

function render(list, version) {
  const sections = Object.entries(TITLES).map(([type, title]) => {
    const lines = list.filter((c) => c.type === type).map((c) => `- ${c.scope ? `**${c.scope}**: ` : ""}${c.text} (${c.hash})`);
    return lines.length === 0 ? "" : `### ${title}\n\n${lines.join("\n")}\n`;
  });
  return `## ${version}\n\n${sections.filter(Boolean).join("\n")}`;
}

const [version = "next", since] = process.argv.slice(2);
const text = render(commits(since), version);
const old = fs.existsSync("CHANGELOG.md") ? fs.readFileSync("CHANGELOG.md", "utf8") : "";
fs.writeFileSync("CHANGELOG.md", `${text}\n${old}`);
