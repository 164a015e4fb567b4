/** Harmless programs: every action with some carriers, and each of them rewritten once more. The same ones every time. */

import { JAVASCRIPT_CALLS } from "../rewriting/javascript-calls.ts";
import { JAVASCRIPT_TEXTS } from "../rewriting/javascript-texts.ts";
import { PYTHON_CALLS } from "../rewriting/python-calls.ts";
import { PYTHON_STATEMENTS } from "../rewriting/python-statements.ts";
import { PYTHON_TEXTS } from "../rewriting/python-texts.ts";
import type { Rewrite } from "../rewriting/rewrite.ts";
import { choice } from "../rewriting/tree-edits.ts";
import { type Action, type Carrier, NODE_ACTIONS, NODE_CARRIERS, PYTHON_ACTIONS, PYTHON_CARRIERS } from "./actions.ts";

export type Generated = {
  readonly id: string;
  readonly language: "python" | "javascript";
  readonly code: string;
  readonly files: readonly string[];
  readonly idiom: boolean;
  /** The program that it is a rewriting of: it must do the same. */
  readonly of?: string;
};

/** Carriers tried with each action. */
const EACH = 3;

/** Rewrites that add threads or processes of their own would be seen; those that hide are judged elsewhere. */
const open = (all: readonly Rewrite[]): readonly Rewrite[] =>
  all.filter((rewrite) => rewrite.hides !== true && (rewrite.adds ?? []).length === 0 && rewrite.name !== "py __del__");

export function generate(): readonly Generated[] {
  return [
    ...family("python", {
      actions: PYTHON_ACTIONS,
      carriers: PYTHON_CARRIERS,
      rewrites: open([...PYTHON_CALLS, ...PYTHON_TEXTS, ...PYTHON_STATEMENTS]),
    }),
    ...family("javascript", { actions: NODE_ACTIONS, carriers: NODE_CARRIERS, rewrites: open([...JAVASCRIPT_CALLS, ...JAVASCRIPT_TEXTS]) }),
  ]; // prettier-ignore
}

type Parts = { readonly actions: readonly Action[]; readonly carriers: readonly Carrier[]; readonly rewrites: readonly Rewrite[] };

function family(language: Generated["language"], { actions, carriers, rewrites }: Parts): Generated[] {
  return actions.flatMap((action, n) =>
    Array.from({ length: EACH }, (_, i) => carriers[(n * EACH + i * 11) % carriers.length] as Carrier).flatMap((carrier): Generated[] => {
      const id = `${language}: ${action.name} by ${carrier.name}`;
      const base = { id, language, code: carrier.write(action), files: action.files, idiom: carrier.idiom === true };
      const rewrite = rewrites[choice(id, rewrites.length)] as Rewrite;
      const code = rewrite.apply(base.code, language);
      return code === base.code ? [base] : [base, { ...base, id: `${id}, ${rewrite.name}`, code, of: id }];
    }),
  );
}
