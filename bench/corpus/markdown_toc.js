const slug = (title) =>
  title
    .toLowerCase()
    .replace(/[^\w\s-]/g, "")
    .trim()
    .replace(/\s+/g, "-");

function headings(markdown) {
  let fenced = false;
  const found = [];
  for (const line of markdown.split("\n")) {
    if (line.startsWith("```")) fenced = !fenced;
    const match = fenced ? null : /^(#{2,4})\s+(.*)$/.exec(line);
    if (match) found.push({ depth: match[1].length - 2, title: match[2] });
  }
  return found;
}

function tableOfContents(markdown) {
  const used = new Map();
  return headings(markdown)
    .map(({ depth, title }) => {
      const base = slug(title);
      const count = used.get(base) ?? 0;
      used.set(base, count + 1);
      return `${"  ".repeat(depth)}- [${title}](#${count === 0 ? base : `${base}-${count}`})`;
    })
    .join("\n");
}

console.log(tableOfContents("# Guide\n## Install\n### From source\n## Use\n### From source\n"));
