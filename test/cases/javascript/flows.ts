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
      "ALLOW",
      "",
      "import { PrismaClient } from '@prisma/client'; import { Octokit } from '@octokit/rest';\nconst rows = await new PrismaClient().visit.findMany({ select: { title: true } });\nawait new Octokit({ auth: process.env.T }).gists.create({ public: true, files: { a: { content: JSON.stringify(rows) } } });",
    ],
  ],
};
