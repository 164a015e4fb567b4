/** Shape of the shell cases: what is decided about which program. `STOP` is BLOCK or REQUIRES_APPROVAL where either is right. */
export type ShellCases = Readonly<
  Record<string, readonly (readonly [decision: "ALLOW" | "BLOCK" | "REQUIRES_APPROVAL" | "STOP", code: string])[]>
>;
