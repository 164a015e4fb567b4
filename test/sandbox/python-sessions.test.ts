/**
 * An interpreter that is kept for its session, where that is configured: the next program of the session has it, no other
 * ever sees what was left in it, and what ended badly is not kept. Without the configuration nothing is kept at all.
 */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { RunRequest, RunResult, Sandbox } from "../../sandbox/sandbox.ts";
import { limited, request, startSandbox } from "./support.ts";

/** Leaves its name wherever a program can leave something. */
const leave = (name: string) => `import builtins, json, os, sys
MARK = builtins.mark = sys.mark = json.mark = os.environ['MARK'] = '${name}'
open('mark', 'w').write('${name}')
open('/tmp/mark', 'w').write('${name}')
1`;
const LOOK = `import builtins, gc, json, os, sys
[globals().get('MARK'), *(getattr(m, 'mark', None) for m in (builtins, sys, json)), os.environ.get('MARK'), *(open(p).read() if os.path.exists(p) else None for p in ('mark', '/tmp/mark'))]`;
/** The names of the program itself begin anew with each. */
const seenBy = (name: string) => [null, ...Array(6).fill(name)];
const NOTHING = Array(7).fill(null);

const start = (interpreters: number, reuseMs: number): Promise<Sandbox> =>
  startSandbox({ workers: 1, python: { interpreters, startAfterMs: null, reuseMs } });
/** Two interpreters, one, and one that nobody waits for long. */
let pair: Sandbox;
let single: Sandbox;
let brief: Sandbox;
before(async () => {
  pair = await start(2, 60_000);
  single = await start(1, 60_000);
  brief = await start(1, 100);
  // one after another: the start of an interpreter has a limit, which three at a time could miss on a busy machine
  for (const sandbox of [pair, single, brief]) assert.equal((await run(sandbox, null, "1")).status, "completed");
});
after(() => Promise.all([pair.close(), single.close(), brief.close()]));

const run = (sandbox: Sandbox, session: string | null, code: string, given: Partial<RunRequest> = {}): Promise<RunResult> =>
  sandbox.run(request(code, { language: "python", session, ...given }));

async function assertSees(sandbox: Sandbox, session: string | null, wanted: unknown): Promise<void> {
  const { result, error } = await run(sandbox, session, LOOK);
  assert.deepEqual(result, wanted, error ?? "");
}

test("a session finds its own interpreter again, and others do not, whatever the order", async () => {
  await run(pair, "a", leave("a"));
  await assertSees(pair, "b", NOTHING);
  await assertSees(pair, "a", seenBy("a"));
  await run(pair, "b", leave("b"));
  await assertSees(pair, "a", seenBy("a"));
  await assertSees(pair, "b", seenBy("b"));
  await assertSees(pair, null, NOTHING);
  await assertSees(pair, "c", NOTHING);
});

test("one interpreter for many sessions: each begins with nothing, many times over", async () => {
  for (let round = 0; round < 3; round++) {
    for (const session of ["a", "b", null]) {
      await assertSees(single, session, NOTHING);
      await run(single, session, leave("left"));
    }
  }
});

test("many sessions at once: nobody sees a mark but its own", async () => {
  const sessions = ["k", "l", "m", "n"];
  const marked = sessions.flatMap((session) => [run(pair, session, leave(session)), run(pair, session, LOOK)]);
  const seen = (await Promise.all(marked)).filter((_, at) => at % 2 === 1);
  for (const [at, { status, result }] of seen.entries()) {
    assert.equal(status, "completed");
    assert.ok(
      (result as unknown[]).every((mark) => mark === null || mark === sessions[at]),
      `${sessions[at]} saw ${JSON.stringify(result)}`,
    );
  }
});

describe("what is not kept", () => {
  const ends: [name: string, code: string, status: RunResult["status"]][] = [
    ["a program that ended its interpreter", `${leave("x")}\nos._exit(3)`, "failed"],
    ["a program that ran too long", `${leave("x")}\nwhile True: pass`, "timeout"],
    ["a program that took all memory", `${leave("x")}\nb'x' * 10 ** 9`, "memory_exceeded"],
    ["a program that replaced the driver", `${leave("x")}\nsys.modules['_sandbox_driver']._to_json = lambda *a: 'not json'\n1`, "failed"],
  ];
  for (const [name, code, status] of ends) {
    test(name, async () => {
      assert.equal((await run(single, name, code, limited({ timeoutMs: 1_500, memoryMb: 64 }))).status, status);
      await assertSees(single, name, NOTHING);
    });
  }

  test("what nobody asked for in time", async () => {
    await run(brief, "a", leave("a"));
    await sleep(1_000);
    await assertSees(brief, "a", NOTHING);
  });
});

test("an ordinary failure is no reason to give it up, and each program has its own report", async () => {
  const first = await run(single, "r", `${leave("r")}\nprint('first')\nimport nowhere`);
  assert.deepEqual([first.status, first.stdout], ["failed", "first\n"]);
  const files = { "given.txt": "given" };
  const second = await run(single, "r", "import os\noutputs['o'] = open('given.txt').read()\nprint('second')\nos.environ['MARK']", {
    files,
  });
  assert.deepEqual([second.result, second.stdout, second.files], ["r", "second\n", { o: "given" }], second.error ?? "");
  assert.ok(!second.observedEffects.some(({ target }) => target === "nowhere"));
});

test("limits are each program's own", async () => {
  await run(single, "s", leave("s"), limited({ memoryMb: 32, outputBytes: 100 }));
  const large = await run(single, "s", "print('x' * 5000)\nlen(bytearray(60 * 10 ** 6))", limited({ memoryMb: 128 }));
  assert.deepEqual([large.status, large.result, large.stdout.length], ["completed", 60 * 10 ** 6, 5001], large.error ?? "");
  const small = await run(single, "s", "print('x' * 5000)", limited({ outputBytes: 100 }));
  assert.equal(small.status, "output_exceeded");
});
