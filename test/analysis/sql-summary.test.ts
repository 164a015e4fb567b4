/** SQL texts -> statements: what kind of change, of which table, and whether a condition limits it. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { looksLikeSql, summariseSql } from "../../analysis/sql-summary.ts";
import { fc } from "../properties.ts";
import { specify } from "./fixme.ts";

/** `kind table`, with `if` for a statement that a condition limits. */
const show = (sql: string): string[] =>
  summariseSql(sql).map((s) => [s.kind, s.table, s.conditional ? "if" : ""].filter((p) => p !== "").join(" "));

const CASES: readonly (readonly [sql: string, ...statements: string[]])[] = [
  // reading
  ["SELECT * FROM users", "db.read users if"],
  ["select 1", "db.read if"],
  ["SELECT id FROM users WHERE id = ?", "db.read users if"],
  ["WITH x AS (SELECT 1) SELECT * FROM x", "db.read x if"],
  ["EXPLAIN DELETE FROM users", "db.read users if"],
  // inserting and creating
  ["INSERT INTO users (a) VALUES (?)", "db.write users if"],
  ["INSERT OR REPLACE INTO users VALUES (1)", "db.write users if"],
  ["CREATE TABLE IF NOT EXISTS users (id INT)", "db.write users if"],
  ["REPLACE INTO users VALUES (1)", "db.write users if"],
  // deleting
  ["DELETE FROM users WHERE id = 1", "db.write users if"],
  ["DELETE FROM users WHERE id = ?", "db.write users if"],
  ["DELETE FROM users WHERE id = %s", "db.write users if"],
  ["DELETE FROM users WHERE id = :id", "db.write users if"],
  ["DELETE FROM users WHERE id = $1", "db.write users if"],
  ["DELETE FROM users WHERE id = {?}", "db.write users if"],
  ["DELETE FROM users WHERE id IN (?, ?)", "db.write users if"],
  ["DELETE FROM users WHERE created_at < now() - interval '1 day'", "db.write users if"],
  ["DELETE FROM users", "db.delete_all users"],
  ["delete from users;", "db.delete_all users"],
  ["DeLeTe\n\tFrOm  users", "db.delete_all users"],
  ['DELETE FROM "users"', "db.delete_all users"],
  ["DELETE FROM `shop`.`users`", "db.delete_all shop.users"],
  ["DELETE FROM [users]", "db.delete_all users"],
  ["DELETE FROM {?}", "db.delete_all {?}"],
  ["DELETE FROM users LIMIT 10", "db.write users if"],
  // conditions that limit nothing
  ["DELETE FROM users WHERE 1=1", "db.delete_all users"],
  ["DELETE FROM users WHERE 1 = 1", "db.delete_all users"],
  ["DELETE FROM users WHERE true", "db.delete_all users"],
  ["DELETE FROM users WHERE TRUE", "db.delete_all users"],
  ["DELETE FROM users WHERE 1", "db.delete_all users"],
  ["DELETE FROM users WHERE 'a'='a'", "db.delete_all users"],
  ["DELETE FROM users WHERE 2 > 1", "db.delete_all users"],
  ["DELETE FROM users WHERE 1 <> 0", "db.delete_all users"],
  ["DELETE FROM users WHERE (1=1)", "db.delete_all users"],
  ["DELETE FROM users WHERE id = 1 OR 1=1", "db.delete_all users"],
  ["DELETE FROM users WHERE 1=1 OR id = ?", "db.delete_all users"],
  ["DELETE FROM users WHERE id = id", "db.delete_all users"],
  ["DELETE FROM users WHERE users.id = users.id", "db.delete_all users"],
  ["DELETE FROM users WHERE NOT false", "db.delete_all users"],
  ["DELETE FROM users WHERE NOT (1=0)", "db.delete_all users"],
  ["DELETE FROM users WHERE 1=1 AND 2=2", "db.delete_all users"],
  ["DELETE FROM users WHERE id IS NOT NULL OR id IS NULL", "db.delete_all users"],
  ["DELETE FROM users WHERE name LIKE '%'", "db.delete_all users"],
  ["DELETE FROM users WHERE 1 IN (1)", "db.delete_all users"],
  // conditions that do
  ["DELETE FROM users WHERE 1=1 AND id = ?", "db.write users if"],
  ["DELETE FROM users WHERE 'a'='b'", "db.write users if"],
  ["DELETE FROM users WHERE 1=2", "db.write users if"],
  ["DELETE FROM users WHERE a = b", "db.write users if"],
  ["DELETE FROM users WHERE {?} = {?}", "db.write users if"],
  ["DELETE FROM users WHERE ? = ?", "db.write users if"],
  ["DELETE FROM users WHERE name LIKE 'a%'", "db.write users if"],
  // the same with update
  ["UPDATE users SET a = 1", "db.update_all users"],
  ["UPDATE users SET a = 1 WHERE 1=1", "db.update_all users"],
  ["UPDATE users SET a = 1 WHERE id = 2", "db.write users if"],
  ["update or ignore users set a = ?", "db.update_all users"],
  ["UPDATE users SET note = 'where id = 1'", "db.update_all users"],
  // dropping and the like
  ["DROP TABLE users", "db.drop users"],
  ["drop table if exists users cascade", "db.drop users"],
  ["DROP DATABASE shop", "db.drop shop"],
  ["DROP SCHEMA public CASCADE", "db.drop public"],
  ["DROP INDEX idx", "db.admin idx"],
  ["DROP VIEW v", "db.admin v"],
  ["TRUNCATE users", "db.drop users"],
  ["TRUNCATE TABLE users", "db.drop users"],
  ["ALTER TABLE users DROP COLUMN a", "db.drop users"],
  ["ALTER TABLE users ADD COLUMN a INT", "db.admin users"],
  ["GRANT ALL ON users TO bob", "db.admin"],
  ["REVOKE ALL ON users FROM bob", "db.admin bob"],
  // comments
  ["DELETE /* all */ FROM users", "db.delete_all users"],
  ["DELETE/**/FROM/**/users", "db.delete_all users"],
  ["DELETE FROM users -- WHERE id = 1", "db.delete_all users"],
  ["DELETE FROM users # WHERE id = 1", "db.delete_all users"],
  ["DELETE FROM users /* WHERE id = 1 */", "db.delete_all users"],
  ["/*!50000 DROP */ TABLE users", "db.drop users"],
  ["-- DROP TABLE users\nSELECT 1", "db.read if"],
  ["SELECT '/*', 1; DROP TABLE users; --*/'", "db.read if", "db.drop users"],
  // literals are data
  ["SELECT 'DROP TABLE users'", "db.read if"],
  ["INSERT INTO log VALUES ('; DROP TABLE users; --')", "db.write log if"],
  ["INSERT INTO log VALUES ('it''s; DELETE FROM users')", "db.write log if"],
  ["DELETE FROM users WHERE note = '; x'", "db.write users if"],
  // several statements
  ["SELECT 1; DROP TABLE users", "db.read if", "db.drop users"],
  ["BEGIN; DELETE FROM users; COMMIT", "db.read if", "db.delete_all users", "db.read if"],
  ["SELECT 1;;", "db.read if"],
  // common table expressions
  ["WITH old AS (SELECT id FROM users) DELETE FROM users WHERE id IN (SELECT id FROM old)", "db.write users if"],
  ["WITH x AS (SELECT 1) DELETE FROM users", "db.delete_all users"],
  ["WITH gone AS (DELETE FROM users RETURNING *) SELECT * FROM gone", "db.delete_all users"],
  ["WITH x AS (SELECT 1 WHERE 1=1) UPDATE users SET a = 1", "db.update_all users"],
  // a condition of something else
  ["DELETE FROM users USING orders", "db.delete_all users"],
  ["UPDATE users SET a = (SELECT b FROM c WHERE c.id = 1)", "db.update_all users"],
  // not SQL
  ["Select a file from the list", "db.read the if"],
  ["delete everything", ...[]],
  ["Drop me a line", ...[]],
  ["update available", ...[]],
  ["", ...[]],
  ["hello", ...[]],
];

describe("what a SQL text would do", () => {
  for (const [sql, ...statements] of CASES) specify(sql, () => assert.deepEqual(show(sql), statements));
});

describe("text that only looks like SQL", () => {
  const words: Readonly<Record<string, boolean>> = {
    "SELECT * FROM t": true,
    "  \n SELECT 1": true,
    "Select the best option": false,
    "Update your profile": false,
    "insert coin": false,
    "Delete from the list the items you do not need": true,
    "with love": false,
    "drop by": false,
    "grant me a wish": false,
  };
  for (const [text, expected] of Object.entries(words)) test(text, () => assert.equal(looksLikeSql(text), expected));
});

test("any text is summarised without an error", () => {
  const word = fc.constantFrom(
    "SELECT",
    "DELETE",
    "FROM",
    "WHERE",
    "DROP",
    "TABLE",
    "users",
    "'",
    '"',
    "/*",
    "*/",
    "--",
    ";",
    "(",
    ")",
    "=",
    "1",
    "OR",
    "{?}",
    "?",
    "\n",
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 30 }), (words) => {
      for (const statement of summariseSql(words.join(" "))) assert.equal(typeof statement.kind, "string");
    }),
    { numRuns: 500 },
  );
});

test("layout and case change nothing", () => {
  const statements = CASES.filter(([sql]) => /^(DELETE|UPDATE|DROP|TRUNCATE)/.test(sql) && !/['"`#]|--|\/\*/.test(sql)).map(([sql]) => sql);
  fc.assert(
    fc.property(fc.constantFrom(...statements), fc.constantFrom(" ", "\n", "\t ", " /* c */ "), fc.boolean(), (sql, blank, lower) => {
      const rewritten = sql.replace(/ /g, blank);
      assert.deepEqual(show(lower ? rewritten.toLowerCase() : rewritten), lower ? show(sql).map((s) => s.toLowerCase()) : show(sql));
    }),
  );
});
