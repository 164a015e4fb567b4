/** The rules of the filter in the words of the OCI runtime specification (config-linux.md, seccomp), which the runtime compiles. */
import type { FilterArchitecture } from "./compile-filter.ts";
import type { Rule } from "./filter-rules.ts";
import { PROGRAM_RULES } from "./program-rules.ts";

type Argument = { readonly index: number; readonly value: number; readonly valueTwo: number; readonly op: "SCMP_CMP_MASKED_EQ" };
type Entry = {
  readonly names: readonly string[];
  readonly action: "SCMP_ACT_ALLOW" | "SCMP_ACT_ERRNO";
  readonly errnoRet?: number;
  readonly args?: readonly Argument[];
};

const ARCHITECTURES: Readonly<Record<FilterArchitecture, string>> = { x64: "SCMP_ARCH_X86_64", arm64: "SCMP_ARCH_AARCH64" };
/** The kernel reads no more of the arguments that are compared. */
const LOW_WORD = 0xffffffff;

/** What is not listed is refused with EPERM; another architecture ends the process. */
export function ociFilter(architecture: FilterArchitecture): object {
  return {
    defaultAction: "SCMP_ACT_ERRNO",
    architectures: [ARCHITECTURES[architecture]],
    syscalls: PROGRAM_RULES.flatMap(entriesOf),
  };
}

/** Conditions on one call stand in entries of their own: those within one entry must all hold. */
function entriesOf(rule: Rule): Entry[] {
  const names = rule.calls;
  if (rule.then === "allow") return [{ names, action: "SCMP_ACT_ALLOW" }];
  if (rule.then === "refuse") return [{ names, action: "SCMP_ACT_ERRNO", errnoRet: rule.errno }];
  const compared =
    rule.then === "allowIfBits" ? [[rule.mask, rule.value] as const] : rule.values.map((value) => [LOW_WORD, value] as const);
  return compared.map(([mask, value]) => ({
    names,
    action: "SCMP_ACT_ALLOW",
    args: [{ index: rule.argument, value: mask, valueTwo: value, op: "SCMP_CMP_MASKED_EQ" }],
  }));
}
