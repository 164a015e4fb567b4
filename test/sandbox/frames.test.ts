/** The wire between the processes, and the reading of what a worker says: hostile bytes are refused, not believed. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { encodeFrame, FRAME, type Frame, frameReader, joinBody, splitBody } from "../../sandbox/frames.ts";
import { resultOf } from "../../sandbox/run-result.ts";
import type { RunStatus } from "../../sandbox/types.ts";
import { fc } from "../properties.ts";

const TAG = "ab".repeat(16);

describe("frames", () => {
  test("survive any cutting of the stream", () => {
    const bodies = fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 6 });
    fc.assert(
      fc.property(bodies, fc.integer({ min: 1, max: 50 }), (given, step) => {
        const stream = Buffer.concat(given.map((body) => encodeFrame(FRAME.stdout, TAG, body)));
        const seen: Frame[] = [];
        const read = frameReader(1_000, (frame) => seen.push(frame));
        for (let at = 0; at < stream.length; at += step) assert.ok(read(stream.subarray(at, at + step)));
        assert.deepEqual(
          seen.map((frame) => [frame.kind, frame.tag, [...frame.body]]),
          given.map((body) => [FRAME.stdout, TAG, [...body]]),
        );
      }),
    );
  });

  for (const [name, length] of Object.entries({ "longer than agreed": 1_000_000, "shorter than its own head": 3, negative: 0xffffffff })) {
    test(`${name} ends the stream`, () => {
      const seen: Frame[] = [];
      const read = frameReader(1_000, (frame) => seen.push(frame));
      const head = Buffer.alloc(4);
      head.writeUInt32BE(length);
      assert.equal(read(head), false);
      assert.equal(read(encodeFrame(FRAME.ready, TAG)), false);
      assert.deepEqual(seen, []);
    });
  }

  test("a head and a rest come apart again", () => {
    const { head, rest } = splitBody(joinBody({ a: "é" }, "rest"));
    assert.deepEqual([head, rest.toString()], [{ a: "é" }, "rest"]);
  });
});

describe("a worker's report", () => {
  const good = { reason: null, error: null, result: "[1]", heapBytes: 5, observedEffects: [], files: { a: "b" } };
  const read = (report: unknown, status: RunStatus = "completed") => {
    const meta = { status, reason: null, durationMs: 1, memoryPeakBytes: 0 };
    const bytes = Buffer.from(typeof report === "string" ? report : JSON.stringify(report));
    const { result, files, error, reason, ...rest } = resultOf(meta, bytes, { stdout: "", stderr: "" }, []);
    return { status: rest.status, result, files, reason, failed: error !== null };
  };
  const malformed = { status: "crashed", result: null, files: {}, reason: "protocol_violation", failed: true };
  const cases: [string, unknown, unknown][] = [
    ["as it should be", good, { status: "completed", result: [1], files: { a: "b" }, reason: null, failed: false }],
    ["empty", "", malformed],
    ["not JSON", "{", malformed],
    ["a list", [], malformed],
    ["a result that is no text", { ...good, result: { forged: 1 } }, malformed],
    ["a result that is no JSON", { ...good, result: "{" }, malformed],
    ["files that are no text", { ...good, files: { a: 1 } }, malformed],
    [
      "a reason of its own",
      { ...good, reason: "killed" },
      { status: "completed", result: [1], files: { a: "b" }, reason: null, failed: false },
    ],
  ];
  for (const [name, report, wanted] of cases) test(name, () => assert.deepEqual(read(report), wanted));

  test("of a run that did not complete has no result", () => {
    assert.deepEqual(read({ ...good, error: "e" }, "failed"), {
      status: "failed",
      result: null,
      files: { a: "b" },
      reason: null,
      failed: true,
    });
  });
});
