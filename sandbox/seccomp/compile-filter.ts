/**
 * An allow-list of system calls as a classic BPF program (seccomp(2), linux/filter.h), for the architecture of this
 * process. What is not listed is refused with EPERM; another architecture or calling convention ends the process.
 */
import { type Rule, WORKER_RULES } from "./filter-rules.ts";
import { PROGRAM_RULES } from "./program-rules.ts";
import { SYSCALLS } from "./syscalls.ts";

/** AUDIT_ARCH_* of linux/audit.h, and the place of the architecture in the table of numbers. */
const ARCHITECTURES = {
  x64: { audit: 0xc000003e, column: 0 },
  arm64: { audit: 0xc00000b7, column: 1 },
} as const;
export type FilterArchitecture = keyof typeof ARCHITECTURES;

/** linux/bpf_common.h: load a word at a fixed offset; compare and jump; and with a constant; return a constant. */
const LOAD = 0x20;
const JUMP_EQUAL = 0x15;
const JUMP_GREATER_OR_EQUAL = 0x35;
const AND = 0x54;
const RETURN = 0x06;

/** linux/seccomp.h: what a filter may answer. An errno stands in the low 16 bits. */
const KILL_PROCESS = 0x80000000;
const ALLOW = 0x7fff0000;
const ERRNO = 0x00050000;
const EPERM = 1;

/** struct seccomp_data: the number, the architecture, an instruction pointer, then six 64-bit arguments (low word first). */
const NUMBER_AT = 0;
const ARCHITECTURE_AT = 4;
const argumentAt = (index: number) => 16 + 8 * index;
/** Numbers from here on belong to the x32 calling convention of x86_64. */
const X32_BIT = 0x40000000;
/** BPF_MAXINSNS: the kernel takes no longer program. */
const MAX_INSTRUCTIONS = 4096;

type Instruction = { readonly code: number; readonly ifTrue: number; readonly ifFalse: number; readonly value: number };

const load = (at: number): Instruction => ({ code: LOAD, ifTrue: 0, ifFalse: 0, value: at });
const answer = (value: number): Instruction => ({ code: RETURN, ifTrue: 0, ifFalse: 0, value });
const equal = (value: number, ifTrue: number, ifFalse: number): Instruction => ({ code: JUMP_EQUAL, ifTrue, ifFalse, value });

/** Whether a filter can be made for this machine's architecture. */
export function hasFilter(architecture: string): architecture is FilterArchitecture {
  return architecture in ARCHITECTURES;
}

/** The filter of worker processes, as the bytes of `struct sock_filter[]` that bubblewrap reads from a descriptor. */
export function workerFilter(architecture: FilterArchitecture): Buffer {
  return assemble(compile(WORKER_RULES, architecture));
}

/** The filter of programs in processes of their own, in the same form. */
export function programFilter(architecture: FilterArchitecture): Buffer {
  return assemble(compile(PROGRAM_RULES, architecture));
}

function compile(rules: readonly Rule[], architecture: FilterArchitecture): Instruction[] {
  const { audit, column } = ARCHITECTURES[architecture];
  const program = [load(ARCHITECTURE_AT), equal(audit, 1, 0), answer(KILL_PROCESS), load(NUMBER_AT)];
  // seen on x86_64 only; elsewhere no number is that large
  program.push({ code: JUMP_GREATER_OR_EQUAL, ifTrue: 0, ifFalse: 1, value: X32_BIT }, answer(KILL_PROCESS));
  for (const rule of rules) {
    for (const name of rule.calls) {
      const number = SYSCALLS[name][column];
      if (number === null) continue;
      const body = bodyOf(rule);
      program.push(equal(number, 0, body.length), ...body);
    }
  }
  return [...program, answer(ERRNO | EPERM)];
}

/** What happens once the number matches. It always ends in an answer, so the accumulator need not be restored. */
function bodyOf(rule: Rule): Instruction[] {
  if (rule.then === "refuse") return [answer(ERRNO | rule.errno)];
  if (rule.then === "allow") return [answer(ALLOW)];
  const refused = answer(ERRNO | EPERM);
  const test = rule.then === "allowIfOneOf" ? oneOf(rule.argument, rule.values) : withBits(rule.argument, rule.mask, rule.value);
  return [...test, refused];
}

function oneOf(argument: number, values: readonly number[]): Instruction[] {
  return [load(argumentAt(argument)), ...values.flatMap((value) => [equal(value, 0, 1), answer(ALLOW)])];
}

function withBits(argument: number, mask: number, value: number): Instruction[] {
  return [load(argumentAt(argument)), { code: AND, ifTrue: 0, ifFalse: 0, value: mask }, equal(value, 0, 1), answer(ALLOW)];
}

function assemble(program: readonly Instruction[]): Buffer {
  if (program.length > MAX_INSTRUCTIONS) throw new Error(`a filter of ${program.length} instructions is too long for the kernel`);
  const bytes = Buffer.alloc(program.length * 8);
  for (const [at, { code, ifTrue, ifFalse, value }] of program.entries()) {
    bytes.writeUInt16LE(code, at * 8);
    bytes.writeUInt8(ifTrue, at * 8 + 2);
    bytes.writeUInt8(ifFalse, at * 8 + 3);
    bytes.writeUInt32LE(value >>> 0, at * 8 + 4);
  }
  return bytes;
}
