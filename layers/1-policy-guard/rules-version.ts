/** What an approval and every record name as the rules that they were made under. */
import { createHash } from "node:crypto";
import type { RuleFile } from "../../analysis/rule-file.ts";

/** SHA-256, lower-case hex, of the files in order of path; line ends do not matter. */
export function rulesVersion(files: readonly RuleFile[]): string {
  const contents = files.map((file) => [file.path.replaceAll("\\", "/"), file.text.replace(/\r\n?/g, "\n")] as const);
  contents.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return createHash("sha256").update(JSON.stringify(contents)).digest("hex");
}
