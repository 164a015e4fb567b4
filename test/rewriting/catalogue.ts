/** Every rewrite, in the order of the tables. */
import { JAVASCRIPT_CALLS } from "./javascript-calls.ts";
import { JAVASCRIPT_STATEMENTS } from "./javascript-statements.ts";
import { JAVASCRIPT_TEXTS } from "./javascript-texts.ts";
import { PYTHON_CALLS } from "./python-calls.ts";
import { PYTHON_NAMES } from "./python-names.ts";
import { PYTHON_STATEMENTS } from "./python-statements.ts";
import { PYTHON_TEXTS } from "./python-texts.ts";
import type { Rewrite } from "./rewrite.ts";
import { SHELL_REWRITES } from "./shell-rewrites.ts";

export const REWRITES: readonly Rewrite[] = [
  ...PYTHON_CALLS,
  ...PYTHON_NAMES,
  ...PYTHON_TEXTS,
  ...PYTHON_STATEMENTS,
  ...JAVASCRIPT_CALLS,
  ...JAVASCRIPT_TEXTS,
  ...JAVASCRIPT_STATEMENTS,
  ...SHELL_REWRITES,
];
