/** How functions of ours become the text that an isolate compiles. */

/**
 * In parentheses V8 compiles a function with the script that holds it, and so keeps it in the compiled form; a declaration
 * it would compile anew in every isolate, at the first call.
 */
export function eagerly(functions: readonly ((...given: never[]) => unknown)[]): string {
  return functions.map((made) => `const ${made.name} = (${made});`).join("\n");
}
