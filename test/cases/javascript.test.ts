/** What calls of Node's modules and of libraries do: each model has its effect and target here, and innocent twins that pass. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ADDRESSES } from "./javascript/addresses.ts";
import { AGENTS } from "./javascript/agents.ts";
import { FLOWS } from "./javascript/flows.ts";
import { INTENTS } from "./javascript/intents.ts";
import { NODE } from "./javascript/node.ts";
import { OPENED } from "./javascript/opened.ts";
import { OPERATORS } from "./javascript/operators.ts";
import { PACKAGES } from "./javascript/packages.ts";
import { PAGES } from "./javascript/pages.ts";
import { QUEUES } from "./javascript/queues.ts";
import { RECORDS } from "./javascript/records.ts";
import { REQUESTS } from "./javascript/requests.ts";
import { RUNTIMES } from "./javascript/runtimes.ts";
import { TYPES } from "./javascript/types.ts";
import { UPLOADS } from "./javascript/uploads.ts";
import { VALUES } from "./javascript/values.ts";
import { WRITTEN } from "./javascript/written.ts";
import type { JavaScriptCases } from "./javascript-case.ts";
import { createJudge } from "./judge.ts";

const judge = await createJudge();

const UNTYPED: JavaScriptCases = {
  ...ADDRESSES,
  ...FLOWS,
  ...INTENTS,
  ...NODE,
  ...OPERATORS,
  ...PACKAGES,
  ...PAGES,
  ...QUEUES,
  ...REQUESTS,
  ...RUNTIMES,
  ...UPLOADS,
  ...WRITTEN,
};

check("javascript", UNTYPED);
check("typescript", { ...TYPES, ...RECORDS, ...AGENTS, ...VALUES, ...OPENED });

function check(language: "javascript" | "typescript", groups: JavaScriptCases): void {
  for (const [title, cases] of Object.entries(groups))
    describe(title, () => {
      for (const [decision, effect, code] of cases)
        test(`${decision}: ${code.replaceAll("\n", "\\n")}`, () => {
          const { decided, full, violations } = judge({ code, language });
          assert.equal(decided.decision, decision, violations.join("\n"));
          const [kind, ...facts] = effect.split(" ");
          const found = full.map((each) => [each.kind, ...each.targetClasses, ...each.labels]);
          if (effect !== "")
            assert.ok(
              found.some((each) => each[0] === kind && facts.every((fact) => each.includes(fact))),
              found.join("\n"),
            );
        });
    });
}
