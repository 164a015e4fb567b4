/**
 * fixme: a case whose expectation is right and whose result today is wrong. Such a case is never skipped: it must go on being
 * wrong, so that the fix takes it off the list.
 */
import assert from "node:assert/strict";
import { test } from "node:test";

/** A test of the case, or of its still being wrong when `fixme` names it. */
export function specify(name: string, check: () => void, fixme: ReadonlySet<string> = new Set()): void {
  if (!fixme.has(name)) test(name, check);
  else test(`fixme: ${name}`, () => assert.throws(check, assert.AssertionError, `\`${name}\` is right today: take it off the fixme list`));
}
