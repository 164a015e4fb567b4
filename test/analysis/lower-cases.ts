/** A table of sources and the IR that they become. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { printFunction } from "../../analysis/print-ir.ts";
import type { Language } from "../../analysis/tree.ts";
import { dedent, lowerSource } from "./lower-source.ts";

export type Case = {
  readonly name: string;
  readonly language: Language;
  readonly source: string;
  /** Which functions are shown; the module alone by default. */
  readonly functions?: readonly number[];
  readonly ir: string;
};

export function checkCases(cases: readonly Case[]): void {
  for (const one of cases) {
    test(one.name, () => {
      const ir = lowerSource(dedent(one.source), one.language);
      const shown = (one.functions ?? [0]).map((id) => printFunction(ir.get(id)).replace(/^fn 0 module <module>\(\) /, ""));
      assert.equal(shown.join("\n"), dedent(one.ir));
    });
  }
}
