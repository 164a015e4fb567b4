const app = require("express")();
const db = require("./db");

app.get("/user", async (req, res) => {
  const { name } = req.query;
  // ruleid: request-into-sql-js
  await db.query("SELECT * FROM users WHERE name = '" + name + "'");
  // ruleid: request-into-sql-js
  await db.query(`SELECT * FROM users WHERE name = '${name}'`);
  // ok: request-into-sql-js
  await db.query("SELECT * FROM users WHERE name = $1", [name]);
  // ok: request-into-sql-js
  await db.query(`SELECT * FROM users LIMIT ${Number(req.query.limit)}`);
  res.json(await sorted(req.params.column));
});

function sorted(column) {
  // ruleid: request-into-sql-js
  return db.query(`SELECT * FROM users ORDER BY ${column}`);
}

function count(table) {
  // ok: request-into-sql-js
  return db.query(`SELECT count(*) FROM ${table}`);
}

app.post("/search", function (request, response) {
  const words = request.body.words;
  // ruleid: request-into-sql-js
  db.raw("SELECT * FROM docs WHERE body LIKE '%" + words + "%'");
  // ok: request-into-sql-js
  response.json(db.raw("SELECT * FROM docs WHERE body LIKE ?", [words]));
});
