/** Programs in JavaScript and TypeScript that attack the sandbox: containment.ts says what must hold. All of them with bubblewrap, where it works, and some without. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { assertContained, oneIn } from "./containment.ts";
import { HOSTILE_SUITES } from "./javascript-hostile-programs.ts";
import { CANARY, descendants, request, startSandbox } from "./support.ts";

const looking = {
  code: "[[1].map((n) => n + 1)[0], typeof globalThis.escaped, typeof ({}).escaped, (globalThis.own = 1)]",
  wants: [2, "undefined", "undefined", 1],
};
const ordinary = { javascript: looking, typescript: looking };

test("there are at least 60 hostile programs, each with a name of its own", () => {
  const names = Object.values(HOSTILE_SUITES).flatMap((cases) => cases.map(({ name }) => name));
  assert.ok(names.length >= 60, `${names.length}`);
  assert.equal(new Set(names).size, names.length);
});

for (const hideBubblewrap of [false, true]) {
  test(`hostile JavaScript, ${hideBubblewrap ? "without bubblewrap" : "with what this machine has"}`, (t) =>
    assertContained(t, { suites: oneIn(hideBubblewrap ? 5 : 1, HOSTILE_SUITES), ordinary, server: { hideBubblewrap } }));
}

test("no process below holds the parent's environment", async () => {
  const sandbox = await startSandbox();
  try {
    await sandbox.run(request("1"));
    const pids = descendants();
    assert.ok(pids.length >= 2, "a supervisor and its workers are expected");
    const environments = pids.map((pid) => readFileSync(`/proc/${pid}/environ`, "latin1"));
    assert.ok(!environments.join("\n").includes(CANARY));
  } finally {
    await sandbox.close();
  }
});

describe("the isolation that is named", () => {
  test("is never more than there is", async () => {
    const sandbox = await startSandbox({ bubblewrap: "off" });
    try {
      const { isolation } = await sandbox.run(request("1"));
      assert.deepEqual(
        [isolation, sandbox.status().isolation],
        [
          ["isolate", "process"],
          ["isolate", "process"],
        ],
      );
    } finally {
      await sandbox.close();
    }
  });
});
