const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escape = (text) => String(text).replace(/[&<>"]/g, (c) => ESCAPES[c]);

function table(rows, { columns = Object.keys(rows[0] ?? {}), caption = "" } = {}) {
  const head = columns.map((name) => `<th scope="col">${escape(name)}</th>`).join("");
  const body = rows.map((row) => `<tr>${columns.map((name) => `<td>${escape(row[name] ?? "")}</td>`).join("")}</tr>`);
  return [
    "<table>",
    caption === "" ? null : `<caption>${escape(caption)}</caption>`,
    `<thead><tr>${head}</tr></thead>`,
    `<tbody>${body.join("\n")}</tbody>`,
    "</table>",
  ]
    .filter((line) => line !== null)
    .join("\n");
}

const people = [
  { name: "Ada <Lovelace>", born: 1815, field: "mathematics" },
  { name: "Grace Hopper", born: 1906, field: "computing" },
  { name: "Emmy Noether", born: 1882, field: "algebra" },
];
const old = people.filter((p) => p.born < 1900).toSorted((a, b) => a.born - b.born);
console.log(table(old, { columns: ["name", "born"], caption: "Born before 1900" }));
