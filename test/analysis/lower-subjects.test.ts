/** What a condition is said to be about, and whether each of its branches tests one thing. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Language } from "../../analysis/tree.ts";
import { functionsOf, lowerSource } from "./lower-source.ts";

type Case = { readonly language: Language; readonly source: string; readonly about: readonly string[] };

const CASES: readonly Case[] = [
  { language: "python", source: "if user.is_authorized: f()", about: ["user.is_authorized user"] },
  { language: "python", source: "if not is_authorized(user, account.owner): f()", about: ["is_authorized user account.owner account"] },
  { language: "python", source: "if auth.check(user).ok == 1: f()", about: ["auth.check auth user"] },
  { language: "python", source: "if session['user'] and len(roles) > 0: f()", about: ["session.user session", "roles"] },
  { language: "python", source: "if a or not (b and c): f()", about: ["a", "b", "c"] },
  { language: "python", source: "if 0 < x <= limit: f()", about: ["x", "x limit"] },
  { language: "python", source: "f() if ok else g()", about: ["ok"] },
  { language: "python", source: "while (n := it.next()) and any(r.ok for r in n): f()", about: ["n it.next it", "r.ok r n"] },
  { language: "python", source: "ok and f()", about: ["ok"] },
  { language: "python", source: "if (lambda q: q)(x): f()", about: ["x"] },
  { language: "javascript", source: "if (this.allowed && !user.banned) f()", about: ["this.allowed this", "user.banned user"] },
  { language: "javascript", source: "if ((log(), ok)) f()", about: ["ok"] },
  { language: "javascript", source: "if (a ? b : c) f()", about: ["a", "b", "c"] },
  { language: "javascript", source: "x = a ?? b; const {p = q} = r; ((s = t) => s)()", about: [] },
  { language: "typescript", source: "if ((user as Admin).root!) f()", about: ["user.root user"] },
];

for (const one of CASES) {
  test(`conditions of ${one.source}`, () => {
    const ends = functionsOf(lowerSource(one.source, one.language)).flatMap((fn) => fn.blocks.map((block) => block.end));
    const found = ends.flatMap((end) =>
      end.op === "Branch" && end.subjects.length > 0 ? [{ at: end.at.start, about: end.subjects.join(" ") }] : [],
    );
    assert.deepEqual(
      found.toSorted((a, b) => a.at - b.at).map((branch) => branch.about),
      one.about,
    );
  });
}
