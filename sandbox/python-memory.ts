/** How much WebAssembly memory an interpreter may have. */

/** What it holds before a program runs, in MiB; a program's limit counts from there. */
const INTERPRETER_MB = 32;
const PAGES_PER_MB = 16;

/** 64 KiB pages for a program that is granted so many MiB. */
export function pagesOf(memoryMb: number): number {
  return (INTERPRETER_MB + memoryMb) * PAGES_PER_MB;
}
