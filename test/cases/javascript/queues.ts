/** Commands that are put together first and run later: lists of lists, through rest, spread and destructuring, in any loop. */
import type { JavaScriptCases } from "../javascript-case.ts";

export const QUEUES: JavaScriptCases = {
  "queues of commands": [
    [
      "REQUIRES_APPROVAL",
      "infra.change",
      "const { execFileSync } = require('child_process'); const remote = process.argv[2] || 'origin';\nconst git = (...args) => execFileSync('git', args, { encoding: 'utf8' }).trim(); const queue = []; const then = (...args) => queue.push(args);\nconst main = git('rev-parse', '--abbrev-ref', 'HEAD');\nthen('checkout', '--orphan', 'fresh'); then('add', '-A'); then('commit', '-m', 'Start'); then('branch', '-D', main); then('branch', '-m', main); then('push', '--force', remote, main);\nfor (const line of git('ls-remote', '--heads', remote).split('\\n')) { const ref = line.split('\\t')[1]; if (!ref) continue; then('push', remote, '--delete', ref); }\nthen('reflog', 'expire', '--expire=now', '--all'); then('gc', '--prune=now', '--aggressive');\nfor (const args of queue) { console.log('git', args.join(' ')); git(...args); }",
    ],
    [
      "ALLOW",
      "",
      "const { execFileSync } = require('child_process'); const remote = process.argv[2] || 'origin';\nconst git = (...args) => execFileSync('git', args, { encoding: 'utf8' }).trim(); const queue = []; const then = (...args) => queue.push(args);\nconst main = git('rev-parse', '--abbrev-ref', 'HEAD');\nthen('checkout', '-b', 'release'); then('add', '-A'); then('commit', '-m', 'Release'); then('tag', 'v1'); then('push', remote, main);\nfor (const line of git('branch', '--merged').split('\\n')) { const ref = line.trim(); if (!ref) continue; then('branch', '-d', ref); }\nthen('fetch', '--prune'); then('status');\nfor (const args of queue) { console.log('git', args.join(' ')); git(...args); }",
    ],
    [
      "REQUIRES_APPROVAL",
      "infra.change",
      "const { execFileSync } = require('child_process');\nclass Plan { #steps = []; step(...a) { this.#steps.push(a); return this; } run() { this.#steps.forEach((s) => execFileSync(s[0], s.slice(1))); } }\nconst plan = new Plan(); for (const branch of process.argv.slice(2)) plan.step('git', 'push', 'origin', '--delete', branch);\nplan.step('git', 'push', '-f', 'origin', 'main').run();",
    ],
    [
      "ALLOW",
      "",
      "const { execFileSync } = require('child_process');\nclass Plan { #steps = []; step(...a) { this.#steps.push(a); return this; } run() { this.#steps.forEach((s) => execFileSync(s[0], s.slice(1))); } }\nconst plan = new Plan(); for (const branch of process.argv.slice(2)) plan.step('git', 'push', 'origin', branch);\nplan.step('git', 'push', 'origin', 'main').run();",
    ],
    [
      "BLOCK",
      "process.exec command.destructive",
      "const { execFileSync } = require('child_process'); const todo = []; for (const f of process.argv.slice(2)) todo.push(['echo', f]);\ntodo.push(['rm', '-rf', '/']); for (const [command, ...args] of todo) execFileSync(command, args);",
    ],
    [
      "ALLOW",
      "",
      "const { execFileSync } = require('child_process'); const todo = []; for (const f of process.argv.slice(2)) todo.push(['echo', f]);\ntodo.push(['rm', '-rf', 'dist']); for (const [command, ...args] of todo) execFileSync(command, args);",
    ],
    [
      "REQUIRES_APPROVAL",
      "infra.change",
      "import { execFile } from 'node:child_process'; import { promisify } from 'node:util'; const run = promisify(execFile);\nconst jobs = []; const add = (cmd, ...args) => jobs.push({ cmd, args }); for (const tag of process.argv.slice(2)) add('git', 'tag', tag);\nadd('git', 'push', '--mirror', '--force', 'origin'); for await (const { cmd, args } of jobs) await run(cmd, args);",
    ],
    [
      "ALLOW",
      "",
      "import { execFile } from 'node:child_process'; import { promisify } from 'node:util'; const run = promisify(execFile);\nconst jobs = []; const add = (cmd, ...args) => jobs.push({ cmd, args }); for (const tag of process.argv.slice(2)) add('git', 'tag', tag);\nadd('git', 'push', '--tags', 'origin'); for await (const { cmd, args } of jobs) await run(cmd, args);",
    ],
    [
      "REQUIRES_APPROVAL",
      "net.send",
      "const net = require('net'); const doors = []; for (const host of ['192.168.1.', '10.0.0.']) for (let i = 1; i < 255; i++) doors.push([host + i, 22]);\nfor (const [host, port] of doors) net.connect({ host, port });",
    ],
  ],
};
