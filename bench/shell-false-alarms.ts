/**
 * `node bench/shell-false-alarms.ts [--list KIND] DIR...`: judges every shell script below the directories, whole and cut into
 * its functions, and prints how many pass, ask and are blocked, and by which finding. `--list block|ask|RULE` names them.
 */
import { closeSync, openSync, readdirSync, readFileSync, readSync } from "node:fs";
import { basename, join } from "node:path";
import { createJudge, type Judged } from "../test/cases/judge.ts";

const LARGEST = 200_000;
const SHEBANG = /^#!\s*\S*\/(?:env\s+(?:-S\s+)?)?(?:ba|da|k|z)?sh\b/;
const NOT_SHELL = /\.(py|js|ts|pl|rb|tcl|exe|so|gz|xz|png|svg|json|md|html|mo|a|o|h)$/;

type Unit = { readonly path: string; readonly name: string | null; readonly code: string };

function scriptsBelow(directory: string): string[] {
  const out: string[] = [];
  const waiting = [directory];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop())
    for (const entry of entriesOf(at)) {
      const path = join(at, entry.name);
      if (entry.isDirectory()) waiting.push(path);
      else if (entry.isFile() && isShellScript(path)) out.push(path);
    }
  return out.sort();
}

function entriesOf(directory: string) {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch {
    return [];
  }
}

function isShellScript(path: string): boolean {
  if (NOT_SHELL.test(path)) return false;
  const head = firstBytes(path);
  return head !== "" && !head.includes("\0") && (SHEBANG.test(head) || (/\.(ba|da)?sh$/.test(path) && !head.startsWith("#!")));
}

function firstBytes(path: string): string {
  try {
    const file = openSync(path, "r");
    const bytes = Buffer.alloc(128);
    const length = readSync(file, bytes, 0, 128, 0);
    closeSync(file);
    return bytes.toString("utf8", 0, length);
  } catch {
    return "";
  }
}

/** A function's text: from its header to the closing brace at the same indentation. */
function functionsOf(path: string, code: string): Unit[] {
  const header = /^([ \t]*)(?:function[ \t]+([\w:.-]+)(?:[ \t]*\([ \t]*\))?|([\w:.-]+)[ \t]*\([ \t]*\))\s*\{[^}\n]*$/gm;
  const units: Unit[] = [];
  for (const found of code.matchAll(header)) {
    const close = new RegExp(`^${found[1]}\\}`, "m").exec(code.slice(found.index));
    if (close === null) continue;
    units.push({ path, name: found[2] ?? found[3] ?? "", code: code.slice(found.index, found.index + close.index + close[0].length) });
  }
  return units;
}

function unitsOf(path: string): Unit[] {
  const code = readFileSync(path, "utf8");
  if (code.length > LARGEST) return [];
  return [{ path, name: null, code }, ...functionsOf(path, code)];
}

const REASONS = new Set(["block", "require_approval"]);

function reasonsOf(judged: Judged): string[] {
  const found = judged.decided.verdicts.flatMap((verdict) => [
    ...(verdict.outcome === "error" ? [`error: ${verdict.error.reasonCode}`] : []),
    ...verdict.findings
      .filter((finding) => REASONS.has(finding.action))
      .map((finding) => `${finding.ruleId} (${finding.action})\t${finding.location.line}: ${finding.message}`),
  ]);
  return [...new Set(found)];
}

const args = process.argv.slice(2);
const list = args[0] === "--list" ? (args.splice(0, 2)[1] ?? null) : null;
const judge = await createJudge();
const rows = new Map<string, { units: number; BLOCK: number; REQUIRES_APPROVAL: number; ALLOW: number }>();
const reasons = new Map<string, number>();
const seen = new Set<string>();
for (const unit of args.flatMap(scriptsBelow).flatMap(unitsOf)) {
  if (seen.has(unit.code)) continue;
  seen.add(unit.code);
  const judged = judge({ code: unit.code, language: "shell" });
  const kind = unit.name === null ? "files" : "functions";
  const row = rows.get(kind) ?? { units: 0, BLOCK: 0, REQUIRES_APPROVAL: 0, ALLOW: 0 };
  row.units++;
  row[judged.decision as "ALLOW"]++;
  rows.set(kind, row);
  const why = reasonsOf(judged);
  for (const reason of new Set(why.map((text) => text.split("\t")[0] as string))) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  const wanted = list === null ? [] : why.filter((text) => list === "all" || text.includes(`(${list})`) || text.includes(list));
  if (wanted.length > 0) console.log(`${judged.decision} ${unit.path} ${unit.name ?? basename(unit.path)}\n    ${wanted.join("\n    ")}`);
}
const percent = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(1)} %`;
console.log("\n| cut into | units | pass | ask | blocked |\n|---|---|---|---|---|");
for (const [kind, row] of rows)
  console.log(
    `| ${kind} | ${row.units} | ${percent(row.ALLOW, row.units)} | ${percent(row.REQUIRES_APPROVAL, row.units)} | ${percent(row.BLOCK, row.units)} |`,
  );
console.log("\n| finding | units |\n|---|---|");
for (const [reason, count] of [...reasons].sort((a, b) => b[1] - a[1])) console.log(`| ${reason} | ${count} |`);
