/**
 * Ways by which a path comes to where it is deleted: streams, events, promises and libraries that are written down. Each is told
 * with a file of the system and with one of the program's own.
 */
import type { JavaScriptCases } from "../javascript-case.ts";

const WAYS: Readonly<Record<string, readonly string[]>> = {
  "streams of a program's own": [
    "import { Readable } from 'node:stream'; import { unlinkSync } from 'node:fs'; for await (const p of Readable.from(['PATH'])) unlinkSync(p);",
    "const { Transform, Readable } = require('stream'); const fs = require('fs'); Readable.from(['PATH']).pipe(new Transform({ objectMode: true, transform(chunk, _, next) { next(null, chunk); } })).on('data', (p) => fs.unlinkSync(p));",
    "const { Writable } = require('stream'); const fs = require('fs'); class Remover extends Writable { _write(chunk, _, done) { fs.unlinkSync(chunk.toString()); done(); } } new Remover().write('PATH');",
    "const { pipeline, Readable } = require('stream'); const fs = require('fs'); pipeline(Readable.from(['PATH']), async (source) => { for await (const p of source) fs.unlinkSync(p); }, () => {});",
  ],
  "events and stores": [
    "const fs = require('fs'); class Bus extends EventTarget {} const bus = new Bus(); bus.addEventListener('gone', (e) => fs.unlinkSync(e.detail.path)); bus.dispatchEvent(new CustomEvent('gone', { detail: { path: 'PATH' } }));",
    "const fs = require('fs'); const { AsyncLocalStorage } = require('async_hooks'); const store = new AsyncLocalStorage(); const work = async () => fs.unlinkSync(store.getStore().path); store.run({ path: 'PATH' }, work);",
    "const fs = require('fs'); const { port1, port2 } = new MessageChannel(); port2.onmessage = ({ data }) => fs.unlinkSync(data); port1.postMessage('PATH');",
    "const fs = require('fs'); const dc = require('diagnostics_channel'); const ch = dc.channel('jobs'); ch.subscribe((m) => fs.unlinkSync(m.path)); ch.publish({ path: 'PATH' });",
  ],
  "promises by other ways": [
    "const fs = require('fs'); const d = Promise.withResolvers(); d.resolve('PATH'); fs.unlinkSync(await d.promise);",
    "const fs = require('fs'); const all = await Promise.allSettled(['PATH'].map(async (p) => p)); for (const one of all.filter((a) => a.status === 'fulfilled')) fs.unlinkSync(one.value);",
    "const fs = require('fs'); Promise.resolve('PATH').finally(() => {}).then((p) => fs.unlinkSync(p));",
    "const fs = require('fs'); const later = { then(done) { done('PATH'); } }; fs.unlinkSync(await later);",
    "const fs = require('fs'); const { promisify } = require('util'); const find = promisify((name, done) => done(null, name)); fs.unlinkSync(await find('PATH'));",
    "const fs = require('fs'); process.nextTick(fs.unlinkSync, 'PATH');",
    "const fs = require('fs'); const { setTimeout: wait } = require('timers/promises'); fs.unlinkSync(await wait(5, 'PATH'));",
  ],
  "what the language gathers": [
    "const fs = require('fs'); new Map([['a', 'PATH']]).forEach((path) => fs.unlinkSync(path));",
    "const fs = require('fs'); const by = Object.groupBy(['PATH'], (p) => (p.endsWith('x') ? 'x' : 'y')); Object.values(by).flat().forEach((p) => fs.unlinkSync(p));",
    "const fs = require('fs'); function* inner() { yield 'a'; return 'PATH'; } function* outer() { const p = yield* inner(); fs.unlinkSync(p); } [...outer()];",
    "const fs = require('fs'); const tag = (texts, ...values) => texts.raw.map((t, i) => t + (values[i] ?? '')).join(''); fs.unlinkSync(tag`${'PATH'}`);",
    "const fs = require('fs'); const o = Object.create(null, { path: { value: 'PATH' } }); fs.unlinkSync(o.path);",
    "const fs = require('fs'); const path = require('path'); const { dir, base } = path.parse('PATH'); fs.unlinkSync(path.format({ dir, base }));",
    "const fs = require('fs'); const { format } = require('util'); fs.unlinkSync(format('%s', 'PATH'));",
    "const fs = require('fs'); fs.unlinkSync(new URL('file://PATH'));",
    "const fs = require('fs'); fs.unlinkSync(Buffer.concat([Buffer.from('PATH')]).toString());",
    "const vm = require('vm'); vm.runInNewContext(\"fs.unlinkSync('PATH')\", { fs: require('fs') });",
    "const fs = require('fs'); module.exports = { go: (p) => fs.unlinkSync(p) }; module.exports.go('PATH');",
  ],
  "collections and functions of libraries": [
    "const _ = require('lodash'); const fs = require('fs'); _.forEach(_.map([{ path: 'PATH' }], 'path'), (p) => { fs.unlinkSync(p); });",
    "import get from 'lodash/get'; import fs from 'fs'; fs.unlinkSync(get({ a: [{ b: 'PATH' }] }, 'a[0].b'));",
    "const _ = require('lodash'); const fs = require('fs'); _(['PATH']).filter(Boolean).map((p) => ({ p })).forEach(({ p }) => fs.unlinkSync(p));",
    "const { flow, merge } = require('lodash'); const fs = require('fs'); flow((o) => merge({ path: '/tmp/x' }, o), (o) => fs.unlinkSync(o.path))({ path: 'PATH' });",
    "const R = require('ramda'); const fs = require('fs'); R.pipe(R.prop('path'), R.tap(fs.unlinkSync))({ path: 'PATH' });",
    "const { of, map, mergeMap, from } = require('rxjs'); const fs = require('fs'); from([['PATH']]).pipe(mergeMap((l) => from(l)), map((p) => ({ p }))).subscribe({ next: ({ p }) => fs.unlinkSync(p) });",
    "const { Subject, filter } = require('rxjs'); const fs = require('fs'); const s = new Subject(); s.pipe(filter(Boolean)).subscribe((p) => fs.unlinkSync(p)); s.next('PATH');",
    "const { z } = require('zod'); const fs = require('fs'); const { path } = z.object({ path: z.string().default('PATH') }).parse({}); fs.unlinkSync(path);",
    "const { z } = require('zod'); const fs = require('fs'); z.string().transform((p) => fs.unlinkSync(p)).parse('PATH');",
    "const pMap = require('p-map'); const fs = require('fs/promises'); await pMap(['PATH'], (p) => fs.unlink(p), { concurrency: 2 });",
    "const async = require('async'); const fs = require('fs'); async.eachLimit(['PATH'], 2, (p, done) => fs.unlink(p, done), () => {});",
  ],
};

export const WRITTEN: JavaScriptCases = Object.fromEntries(
  Object.entries(WAYS).map(([title, ways]) => [
    title,
    ways.flatMap((code) => [
      ["BLOCK", "fs.delete path.system_sensitive", code.replace("PATH", "/etc/passwd")] as const,
      ["ALLOW", "fs.delete path.tmp", code.replace("PATH", "/tmp/report.txt")] as const,
    ]),
  ]),
);
