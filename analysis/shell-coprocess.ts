/** `coproc NAME { ... }`: a program beside this one, whose input anybody may write and whose output anybody may read. */
import { joined, NO_OUTPUT } from "./shell-expand.ts";
import { NORMAL, type Shell, type Status } from "./shell-state.ts";
import type { Pipeline } from "./shell-syntax.ts";

/** Numbers that a shell gives to the two ends. */
const [READ, WRITE] = ["63", "60"];

export function runCoprocess(shell: Shell, pipeline: Pipeline, name: string): Status {
  const input = { output: { ...NO_OUTPUT, cause: "unknown.input" as const }, at: 0 };
  const own: Shell = { ...shell, input, printed: [], variables: new Map(shell.variables), frame: { ...shell.frame } };
  shell.run.list(own, [{ ...pipeline, coprocess: null, background: true }]);
  shell.descriptors.set(READ, { output: joined(own.printed), at: 0 });
  shell.arrays.set(
    name,
    new Map([
      ["0", READ],
      ["1", WRITE],
    ]),
  );
  return NORMAL;
}
