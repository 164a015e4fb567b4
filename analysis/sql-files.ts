/**
 * Files that a statement makes the database read or write: `COPY t FROM '/etc/passwd'`, `SELECT load_file('..')`, `INTO OUTFILE '..'`,
 * `ATTACH DATABASE '..'`, `SELECT * FROM read_text('..')`. Only what looks like a path counts.
 */
import { type SqlToken, sqlStatements, sqlTokens } from "./sql-tokens.ts";

export type SqlFile = { readonly kind: "fs.read" | "fs.write"; readonly path: string };

const PATH = /^(\/|~\/|\.{1,2}\/|[A-Za-z]:\\)[^\s'"]|^[\w-][\w./-]*\.\w{1,8}$/;
const READS =
  /^(pg_read_file|pg_read_binary_file|pg_ls_dir|pg_stat_file|load_file|lo_import|bfilename|openrowset|read_(text|blob|csv|csv_auto|json|json_auto|ndjson|parquet)|(parquet|json|csv)_scan|sniff_csv|file)$/;
const WRITES = /^(lo_export|writefile|pg_file_write)$/;
/** Words that a path follows, by the verb of the statement; what stands before `from` in an expression is no list of files. */
const FOLLOWS: Readonly<Record<string, Readonly<Record<string, SqlFile["kind"]>>>> = {
  copy: { from: "fs.read", to: "fs.write" },
  bulk: { from: "fs.read" },
  load: { infile: "fs.read" },
  select: { outfile: "fs.write", dumpfile: "fs.write", from: "fs.read" },
  attach: { attach: "fs.write", database: "fs.write", exists: "fs.write" },
  vacuum: { into: "fs.write" },
  backup: { "=": "fs.write" },
  export: { database: "fs.write" },
};

const word = (token: SqlToken | undefined): string => token?.text.toLowerCase() ?? "";

export function sqlFiles(text: string): readonly SqlFile[] {
  if (!text.includes("'")) return [];
  return sqlStatements(sqlTokens(text, true)).flatMap(filesOf);
}

function filesOf(tokens: readonly SqlToken[]): SqlFile[] {
  const verb = word(tokens[0]);
  return tokens.flatMap((token, i): SqlFile[] => {
    if (token.kind !== "string" || !PATH.test(token.text)) return [];
    const before = word(tokens[i - 1]);
    const called = tokens.findLast((t, at) => at < i && t.kind === "word" && t.depth < token.depth && word(tokens[at + 1]) === "(");
    const kind =
      FOLLOWS[verb]?.[before] ??
      (called !== undefined && READS.test(word(called))
        ? "fs.read"
        : called !== undefined && WRITES.test(word(called))
          ? "fs.write"
          : undefined);
    return kind === undefined ? [] : [{ kind, path: token.text }];
  });
}
