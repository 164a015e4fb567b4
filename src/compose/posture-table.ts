/** The posture table as Markdown, for the documentation and `agentguard rules posture`. */
import type { EntryAction, Invariant, InvariantSet } from "../../layers/2-semantic-guard/invariant.ts";

const COLUMNS: readonly (readonly [action: EntryAction, title: string])[] = [
  ["pass", "asks in `strict`, else passes"],
  ["require_approval", "asks"],
  ["block", "blocks"],
];

/** One line for each row; an entry stands in the column of what it says first. */
export function postureTable({ rows, invariants }: InvariantSet): string {
  const cells = (row: string, action: EntryAction): string => {
    const found = invariants.filter((each) => each.cell?.row === row && actionOf(each) === action);
    return found.map(({ id, cell }) => `${cell?.text} (\`${id}\`)`).join("; ");
  };
  const lines = rows.map(({ name, passes }) => [name, passes, ...COLUMNS.map(([action]) => cells(name, action))]);
  const table = [["effect", "passes", ...COLUMNS.map(([, title]) => title)], Array(COLUMNS.length + 2).fill("---"), ...lines];
  return table.map((line) => `| ${line.join(" | ")} |\n`).join("");
}

const actionOf = ({ statements }: Invariant): EntryAction | undefined => statements[0]?.action;
