/** What somebody requests: in the text of statements, in formats that hold functions; what was checked, and numbers, pass. */
import type { JavaScriptCases } from "../javascript-case.ts";

export const REQUESTS: JavaScriptCases = {
  "what a request says in the text of a statement": [
    [
      "ALLOW",
      "",
      "const app = require('express')(); const db = require('better-sqlite3')('a.db'); const COLUMNS = ['id', 'name'];\napp.get('/u', (req, res) => { let sort = req.query.sort; if (!COLUMNS.includes(sort)) sort = 'id'; res.json(db.prepare(`SELECT * FROM users ORDER BY ${sort}`).all()); });",
    ],
    [
      "REQUIRES_APPROVAL",
      "db.read",
      "const http = require('http'); const mysql = require('mysql2'); const db = mysql.createPool({});\nconst routes = { '/find': (q) => \"SELECT id FROM users WHERE name LIKE '%\" + q.get('term') + \"%'\", '/drop': (q) => 'DELETE FROM users WHERE id = ' + q.get('id') };\nhttp.createServer((req, res) => { const url = new URL(req.url, 'http://localhost'); const build = routes[url.pathname]; if (!build) return res.end(); db.query(build(url.searchParams), (e, rows) => res.end(JSON.stringify(rows))); }).listen(3000);",
    ],
    [
      "ALLOW",
      "",
      "const http = require('http'); const mysql = require('mysql2'); const db = mysql.createPool({});\nconst routes = { '/find': (q) => ['SELECT id FROM users WHERE name LIKE ?', ['%' + q.get('term') + '%']], '/drop': (q) => ['DELETE FROM users WHERE id = ?', [q.get('id')]] };\nhttp.createServer((req, res) => { const url = new URL(req.url, 'http://localhost'); const build = routes[url.pathname]; if (!build) return res.end(); const [sql, args] = build(url.searchParams); db.query(sql, args, (e, rows) => res.end(JSON.stringify(rows))); }).listen(3000);",
    ],
    [
      "REQUIRES_APPROVAL",
      "db.read",
      "const app = require('express')(); const { Pool } = require('pg'); const pool = new Pool();\napp.get('/u', async (req, res) => { const r = await pool.query(`SELECT * FROM users WHERE name = '${req.query.name}'`); res.json(r.rows); });",
    ],
    [
      "ALLOW",
      "",
      "const app = require('express')(); const { Pool } = require('pg'); const pool = new Pool();\napp.get('/u', async (req, res) => { const r = await pool.query('SELECT * FROM users WHERE name = $1', [req.query.name]); res.json(r.rows); });",
    ],
    [
      "ALLOW",
      "",
      "const app = require('express')(); const { Pool } = require('pg'); const pool = new Pool();\napp.get('/u', async (req, res) => { const id = Number(req.params.id); const n = parseInt(req.query.n, 10) || 20; res.json(await pool.query(`SELECT * FROM users WHERE id = ${id} LIMIT ${Math.min(n, 99)} OFFSET ${(+req.query.page - 1) * n}`)); });",
    ],
    [
      "ALLOW",
      "",
      "const app = require('express')(); const { Pool } = require('pg'); const pool = new Pool(); const COLUMNS = new Set(['name', 'id']);\napp.get('/u', async (req, res) => { const sort = COLUMNS.has(req.query.sort) ? req.query.sort : 'id'; res.json(await pool.query(`SELECT * FROM users ORDER BY ${sort}`)); });",
    ],
    [
      "ALLOW",
      "",
      "const app = require('express')(); const { Pool } = require('pg'); const pool = new Pool(); const COLUMNS = { name: 'u.name', id: 'u.id' };\napp.get('/u', async (req, res) => { const column = COLUMNS[req.query.sort]; if (!column) return res.status(400).end(); res.json(await pool.query(`SELECT * FROM users ORDER BY ${column} ${req.query.dir === 'desc' ? 'DESC' : 'ASC'}`)); });",
    ],
    [
      "ALLOW",
      "",
      "const app = require('express')(); const { Pool } = require('pg'); const pool = new Pool();\nfunction column(name) { if (!['id', 'name'].includes(name)) throw new Error('no such column'); return name; }\napp.get('/l', async (req, res) => res.json(await pool.query(`SELECT * FROM t ORDER BY ${column(req.query.by)}`)));",
    ],
    [
      "REQUIRES_APPROVAL",
      "db.read",
      "const app = require('express')(); const { Pool } = require('pg'); const pool = new Pool();\nfunction column(name) { if (!['id', 'name'].includes(name)) console.warn('no such column'); return name; }\napp.get('/l', async (req, res) => res.json(await pool.query(`SELECT * FROM t ORDER BY ${column(req.query.by)}`)));",
    ],
    [
      "ALLOW",
      "",
      "const app = require('express')(); const { Pool } = require('pg'); const pool = new Pool();\napp.get('/u', async (req, res) => { if (!/^\\d+$/.test(req.query.id)) return res.status(400).end(); res.json(await pool.query(`SELECT * FROM users WHERE id = ${req.query.id}`)); });",
    ],
    [
      "REQUIRES_APPROVAL",
      "db.read",
      "const app = require('express')(); const { Pool } = require('pg'); const pool = new Pool();\napp.get('/u', async (req, res) => { if (!/\\d+/.test(req.query.id)) return res.status(400).end(); res.json(await pool.query(`SELECT * FROM users WHERE id = ${req.query.id}`)); });",
    ],
    [
      "ALLOW",
      "",
      "const app = require('express')(); const { Pool } = require('pg'); const pool = new Pool();\napp.get('/u', async (req, res) => { switch (req.query.by) { case 'name': case 'age': break; default: return res.end(); } res.json(await pool.query(`SELECT * FROM users ORDER BY ${req.query.by}`)); });",
    ],
    [
      "ALLOW",
      "",
      "const app = require('express')(); const mysql = require('mysql2/promise'); const pool = mysql.createPool({});\napp.get('/u', async (req, res) => { const ids = req.query.ids.split(','); res.json(await pool.query(`SELECT * FROM users WHERE id IN (${ids.map(() => '?').join(',')})`, ids)); });",
    ],
    [
      "REQUIRES_APPROVAL",
      "db.read",
      "const app = require('express')(); const mysql = require('mysql2/promise'); const pool = mysql.createPool({});\napp.get('/u', async (req, res) => { const ids = req.query.ids.split(','); res.json(await pool.query(`SELECT * FROM users WHERE id IN (${ids.map((id) => `'${id}'`).join(',')})`)); });",
    ],
    [
      "ALLOW",
      "",
      "const app = require('express')(); const { Pool } = require('pg'); const pool = new Pool(); const ALLOWED = ['name', 'price'];\napp.patch('/items/:id', async (req, res) => { const keys = Object.keys(req.body).filter((k) => ALLOWED.includes(k)); await pool.query(`UPDATE items SET ${keys.map((k, i) => `${k} = $${i + 2}`).join(', ')} WHERE id = $1`, [req.params.id, ...keys.map((k) => req.body[k])]); res.end(); });",
    ],
    [
      "REQUIRES_APPROVAL",
      "db.write",
      "const app = require('express')(); const { Pool } = require('pg'); const pool = new Pool();\napp.patch('/items/:id', async (req, res) => { const keys = Object.keys(req.body); await pool.query(`UPDATE items SET ${keys.map((k, i) => `${k} = $${i + 2}`).join(', ')} WHERE id = $1`, [req.params.id, ...keys.map((k) => req.body[k])]); res.end(); });",
    ],
    [
      "REQUIRES_APPROVAL",
      "db.read",
      "class People { #db; constructor(db) { this.#db = db; } find(by) { return this.#db.query('SELECT * FROM people WHERE ' + Object.entries(by).map(([k, v]) => `${k} = '${v}'`).join(' AND ')); } }\nconst app = require('express')(); const { Pool } = require('pg'); const people = new People(new Pool());\napp.get('/people', async (req, res) => res.json((await people.find(req.query)).rows));",
    ],
    [
      "ALLOW",
      "",
      "class People { #db; constructor(db) { this.#db = db; } find(by) { const keys = ['name', 'town'].filter((k) => by[k]); return this.#db.query('SELECT * FROM people WHERE ' + keys.map((k, i) => `${k} = $${i + 1}`).join(' AND '), keys.map((k) => by[k])); } }\nconst app = require('express')(); const { Pool } = require('pg'); const people = new People(new Pool());\napp.get('/people', async (req, res) => res.json((await people.find(req.query)).rows));",
    ],
    [
      "REQUIRES_APPROVAL",
      "db.read",
      "const router = require('express').Router(); const db = require('./db');\nasync function search(req, res) { const sql = ['SELECT * FROM a', req.query.q ? `WHERE t LIKE '%${req.query.q}%'` : '', 'LIMIT 10'].filter(Boolean).join(' '); res.json(await db.query(sql)); }\nrouter.get('/search', search);",
    ],
    [
      "ALLOW",
      "",
      "const router = require('express').Router(); const db = require('./db');\nasync function search(req, res) { const sql = ['SELECT * FROM a', req.query.q ? 'WHERE t LIKE $1' : '', 'LIMIT 10'].filter(Boolean).join(' '); res.json(await db.query(sql, [req.query.q])); }\nrouter.get('/search', search);",
    ],
    [
      "ALLOW",
      "",
      "const app = require('express')(); const { Pool } = require('pg'); const pool = new Pool();\napp.get('/me', require('./auth'), async (req, res) => res.json(await pool.query(`SELECT * FROM users WHERE id = ${req.user.id}`)));",
    ],
  ],
  "servers of every kind hand on what somebody requests": [
    [
      "REQUIRES_APPROVAL",
      "db.read",
      "import Fastify from 'fastify'; import Database from 'better-sqlite3'; const db = new Database('a.db'); const f = Fastify();\nf.get('/x', async (request) => { const { sort = 'id' } = request.query; return db.prepare('SELECT * FROM items ORDER BY ' + sort).all(); });",
    ],
    [
      "ALLOW",
      "",
      "import Fastify from 'fastify'; import Database from 'better-sqlite3'; const db = new Database('a.db'); const f = Fastify();\nf.get('/x', async (request) => db.prepare('SELECT * FROM items WHERE id = ?').get(request.query.id));",
    ],
    [
      "REQUIRES_APPROVAL",
      "db.read",
      "import Koa from 'koa'; import Router from '@koa/router'; import mysql from 'mysql2/promise'; const pool = mysql.createPool({}); const router = new Router();\nrouter.post('/login', async (ctx) => { const { user, pass } = ctx.request.body; const [rows] = await pool.query(\"SELECT * FROM users WHERE user='\" + user + \"' AND pass='\" + pass + \"'\"); ctx.body = rows.length > 0; });",
    ],
    [
      "ALLOW",
      "",
      "import Koa from 'koa'; import Router from '@koa/router'; import mysql from 'mysql2/promise'; const pool = mysql.createPool({}); const router = new Router();\nrouter.post('/login', async (ctx) => { const { user, pass } = ctx.request.body; const [rows] = await pool.query('SELECT * FROM users WHERE user=? AND pass=?', [user, pass]); ctx.body = rows.length > 0; });",
    ],
    [
      "REQUIRES_APPROVAL",
      "db.read",
      "import { db } from '@/lib/db';\nexport async function GET(request) { const { searchParams } = new URL(request.url); return Response.json(await db.query(`SELECT * FROM posts WHERE title LIKE '%${searchParams.get('q')}%'`)); }",
    ],
    [
      "ALLOW",
      "",
      "import { sql } from '@vercel/postgres';\nexport async function GET(request) { const { searchParams } = new URL(request.url); return Response.json(await sql`SELECT * FROM posts WHERE title LIKE ${searchParams.get('q')}`); }",
    ],
    [
      "REQUIRES_APPROVAL",
      "db.read",
      "const { Client } = require('pg');\nexports.handler = async (event) => { const c = new Client(); const id = event.queryStringParameters.id; const r = await c.query(\"SELECT * FROM orders WHERE id = '\" + id + \"'\"); return { statusCode: 200, body: JSON.stringify(r.rows) }; };",
    ],
    [
      "ALLOW",
      "",
      "const { Client } = require('pg');\nexports.handler = async (event) => { const c = new Client(); const id = Number(event.queryStringParameters.id); const r = await c.query('SELECT * FROM orders WHERE id = ' + id); return { statusCode: 200, body: JSON.stringify(r.rows) }; };",
    ],
    [
      "REQUIRES_APPROVAL",
      "db.read",
      "import { Hono } from 'hono'; import { Database } from 'bun:sqlite'; const app = new Hono(); const db = new Database('x');\napp.get('/s', (c) => c.json(db.query(`SELECT * FROM t WHERE n = '${c.req.query('n')}'`).all()));",
    ],
    [
      "REQUIRES_APPROVAL",
      "db.read",
      "const http = require('http'), qs = require('querystring'); const sqlite3 = require('sqlite3'); const db = new sqlite3.Database('a');\nhttp.createServer((req, res) => { let body = ''; req.on('data', (c) => { body += c; }); req.on('end', () => { const form = qs.parse(body); db.all(`SELECT * FROM users WHERE u = '${form.user}'`, (e, rows) => res.end(JSON.stringify(rows))); }); }).listen(1);",
    ],
    [
      "REQUIRES_APPROVAL",
      "db.read",
      "const { ApolloServer } = require('@apollo/server'); const { Pool } = require('pg'); const pool = new Pool();\nnew ApolloServer({ typeDefs: '', resolvers: { Query: { users: (_, args) => pool.query(`SELECT * FROM users WHERE name = '${args.name}'`) } } });",
    ],
    [
      "ALLOW",
      "",
      "const { ApolloServer } = require('@apollo/server'); const { Pool } = require('pg'); const pool = new Pool();\nnew ApolloServer({ typeDefs: '', resolvers: { Query: { users: (_, args) => pool.query('SELECT * FROM users WHERE name = $1', [args.name]) } } });",
    ],
    [
      "REQUIRES_APPROVAL",
      "db.read",
      "const WebSocket = require('ws'); const { Pool } = require('pg'); const pool = new Pool();\nnew WebSocket.Server({ port: 1 }).on('connection', (ws) => ws.on('message', async (m) => { const { id } = JSON.parse(m); ws.send(JSON.stringify(await pool.query('SELECT * FROM t WHERE id = ' + id))); }));",
    ],
    [
      "REQUIRES_APPROVAL",
      "db.read",
      "Deno.serve(async (req) => { const id = new URL(req.url).searchParams.get('id'); const { Client } = await import('npm:pg'); return Response.json(await new Client().query(`SELECT * FROM t WHERE id = ${id}`)); });",
    ],
    [
      "REQUIRES_APPROVAL",
      "db.read",
      "const Hapi = require('@hapi/hapi'); const { Pool } = require('pg'); const pool = new Pool(); const server = Hapi.server({ port: 1 });\nserver.route({ method: 'GET', path: '/u/{id}', handler: async (request) => (await pool.query('SELECT * FROM u WHERE id = ' + request.params.id)).rows });",
    ],
    [
      "ALLOW",
      "",
      "const { Pool } = require('pg'); const pool = new Pool(); const [, , table] = process.argv;\npool.query(`SELECT count(*) FROM ${table}`).then((r) => console.log(r.rows));",
    ],
  ],
  "formats that hold functions, of what a request says": [
    [
      "REQUIRES_APPROVAL",
      "code.deserialize",
      "const { unserialize } = require('node-serialize'); const app = require('express')();\nconst decode = (v) => Buffer.from(v, 'base64').toString('utf8');\napp.use((req, res, next) => { req.profile = req.cookies.p ? unserialize(decode(req.cookies.p)) : {}; next(); });",
    ],
    [
      "ALLOW",
      "",
      "const app = require('express')();\nconst decode = (v) => Buffer.from(v, 'base64').toString('utf8');\napp.use((req, res, next) => { req.profile = req.cookies.p ? JSON.parse(decode(req.cookies.p)) : {}; next(); });",
    ],
    [
      "REQUIRES_APPROVAL",
      "code.deserialize",
      "const { createServer } = require('node:http'); const { unserialize } = require('node-serialize');\ncreateServer((req, res) => { const m = /session=([^;]+)/.exec(req.headers.cookie ?? ''); const s = m ? unserialize(Buffer.from(decodeURIComponent(m[1]), 'base64').toString()) : {}; res.end(JSON.stringify(s)); }).listen(1);",
    ],
    [
      "REQUIRES_APPROVAL",
      "code.deserialize",
      "const s = require('node-serialize'); const { parse } = require('cookie'); const app = require('express')();\napp.get('/', (req, res) => { const c = parse(req.headers.cookie || ''); res.json(s.unserialize(c.cart)); });",
    ],
    [
      "ALLOW",
      "",
      "const s = require('node-serialize'); const fs = require('fs'); console.log(Object.keys(s.unserialize(fs.readFileSync('state.txt', 'utf8'))));",
    ],
    [
      "REQUIRES_APPROVAL",
      "code.deserialize",
      "const http = require('http');\nhttp.createServer((req, res) => { const chunks = []; req.on('data', (c) => chunks.push(c)); req.on('end', () => { const m = require('funcster').deepDeserialize(JSON.parse(Buffer.concat(chunks).toString())); res.end(String(m.run())); }); }).listen(80);",
    ],
    [
      "REQUIRES_APPROVAL",
      "code.deserialize",
      "import { createServer } from 'node:http'; import serialijse from 'serialijse';\ncreateServer(async (req, res) => { let raw = ''; for await (const c of req) raw += c; res.end(String(serialijse.deserialize(raw).name)); }).listen(1);",
    ],
    [
      "REQUIRES_APPROVAL",
      "code.deserialize",
      "import Fastify from 'fastify'; import cryo from 'cryo'; Fastify().post('/x', async (request) => cryo.parse(request.body.state));",
    ],
    [
      "REQUIRES_APPROVAL",
      "code.deserialize",
      "import Koa from 'koa'; import ser from 'serialize-to-js'; new Koa().use(async (ctx) => { ctx.body = ser.deserialize(ctx.cookies.get('s')); });",
    ],
    [
      "REQUIRES_APPROVAL",
      "code.deserialize",
      "const yaml = require('js-yaml'); const app = require('express')();\napp.post('/c', (req, res) => res.json(yaml.load(req.body, { schema: yaml.DEFAULT_SCHEMA.extend(require('js-yaml-js-types').all) })));",
    ],
    [
      "REQUIRES_APPROVAL",
      "code.deserialize",
      "const yaml = require('js-yaml'); const app = require('express')();\napp.post('/c', (req, res) => res.json(yaml.load(req.body, { schema: yaml.DEFAULT_FULL_SCHEMA })));",
    ],
    [
      "ALLOW",
      "",
      "const yaml = require('js-yaml'); const app = require('express')();\napp.post('/c', (req, res) => res.json(yaml.load(req.body, { schema: yaml.JSON_SCHEMA })));",
    ],
    [
      "ALLOW",
      "",
      "const yaml = require('js-yaml'); const fs = require('fs'); module.exports = yaml.load(fs.readFileSync('config.yml', 'utf8'), { schema: yaml.DEFAULT_FULL_SCHEMA });",
    ],
    [
      "REQUIRES_APPROVAL",
      "code.deserialize",
      "const v8 = require('v8'); const app = require('express')(); app.post('/s', (req, res) => res.json(v8.deserialize(req.body)));",
    ],
    ["ALLOW", "", "const v8 = require('v8'); const fs = require('fs'); console.log(v8.deserialize(fs.readFileSync('cache.bin')).size);"],
  ],
};
