/** What types tell: parameters of imported classes, handlers by what they are given. Each with an innocent one beside it. */
import type { JavaScriptCases } from "../javascript-case.ts";

export const TYPES: JavaScriptCases = {
  "parameters of imported classes": [
    [
      "REQUIRES_APPROVAL",
      "db.read unknown.network",
      "import OpenAI from 'openai'; import { Pool } from 'pg';\nclass Agent { readonly #ai = new OpenAI(); constructor(private readonly pool: Pool) {}\n async ask(q: string) { const r = await this.#ai.chat.completions.create({ model: 'x', messages: [{ role: 'user', content: q }] }); return this.pool.query(r.choices[0]!.message.content!); } }\nexport { Agent };",
    ],
    [
      "REQUIRES_APPROVAL",
      "db.read",
      "import type OpenAI from 'openai'; import { type Pool } from 'pg';\nexport async function ask(ai: OpenAI, pool: Pool, q: string) { const r = await ai.chat.completions.create({ model: 'x', messages: [{ role: 'user', content: q }] }); return pool.query(r.choices[0]!.message.content!); }",
    ],
    [
      "ALLOW",
      "db.write",
      "import type OpenAI from 'openai'; import { type Pool } from 'pg';\nexport async function sum(ai: OpenAI, pool: Pool, q: string) { const r = await ai.chat.completions.create({ model: 'x', messages: [{ role: 'user', content: q }] }); return pool.query('UPDATE articles SET summary = $1 WHERE id = $2', [r.choices[0]!.message.content!, q]); }",
    ],
    [
      "REQUIRES_APPROVAL",
      "net.fetch host.unknown",
      "import { HttpService } from '@nestjs/axios'; import { Controller, Get, Query } from '@nestjs/common';\n@Controller() export class Preview { constructor(private readonly http: HttpService) {} @Get('preview') show(@Query('url') url: string) { return this.http.get(url); } }",
    ],
    [
      "ALLOW",
      "net.fetch host.public",
      "import { HttpService } from '@nestjs/axios'; import { Controller, Get, Query } from '@nestjs/common';\n@Controller() export class Rates { constructor(private readonly http: HttpService) {} @Get('rate') show(@Query('of') of: string) { return this.http.axiosRef.get(`https://api.example.com/rates/${encodeURIComponent(of)}`); } }",
    ],
  ],
  "names of types are no names of values": [
    [
      "BLOCK",
      "code.eval",
      "import type { eval } from 'language'; const given = await (await fetch('https://example.com')).text(); eval(given);",
    ],
  ],
  "handlers by what they are given": [
    [
      "REQUIRES_APPROVAL",
      "process.exec unknown.input",
      "'use server'; import { execSync } from 'node:child_process';\nexport async function lookup(_before: unknown, form: FormData) { return { out: execSync(`whois ${form.get('domain')}`, { encoding: 'utf8' }) }; }",
    ],
    [
      "ALLOW",
      "process.exec",
      "'use server'; import { execFileSync } from 'node:child_process';\nexport async function lookup(_before: unknown, form: FormData) { return { out: execFileSync('whois', ['--', String(form.get('domain'))], { encoding: 'utf8' }) }; }",
    ],
    [
      "REQUIRES_APPROVAL",
      "fs.read path.workspace",
      "import { readFile } from 'node:fs/promises'; import path from 'node:path';\nexport async function GET(_request: Request, { params }: { params: Promise<{ file: string[] }> }) { const { file } = await params; return new Response(await readFile(path.join(process.cwd(), 'uploads', ...file))); }",
    ],
    [
      "ALLOW",
      "fs.read path.workspace",
      "import { readFile } from 'node:fs/promises'; import path from 'node:path'; const DOCS = { intro: 'intro.md' } as const;\nexport async function GET(_request: Request, { params }: { params: Promise<{ doc: string }> }) { const { doc } = await params; const name = DOCS[doc as keyof typeof DOCS]; return new Response(await readFile(path.join(process.cwd(), 'docs', name))); }",
    ],
  ],
  "helpers that are given what came over the network": [
    [
      "BLOCK",
      "process.exec unknown.network",
      "import { execSync } from 'node:child_process';\nfunction perform(action: { command: string }) { return execSync(action.command); }\nexport async function step() { const answer = await fetch('https://example.com/next'); return perform(await answer.json()); }",
    ],
    [
      "ALLOW",
      "process.exec",
      "import { execSync } from 'node:child_process';\nfunction perform(action: { command: string }) { return execSync(action.command); }\nexport async function step() { await fetch('https://example.com/next'); return perform({ command: 'npm test' }); }",
    ],
  ],
};
