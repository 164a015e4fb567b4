/** Shape of the JavaScript cases: what is decided, the effect that must be among those found (kind, target class, label), the code. */
export type JavaScriptCases = Readonly<
  Record<string, readonly (readonly [decision: "ALLOW" | "BLOCK" | "REQUIRES_APPROVAL", effect: string, code: string])[]>
>;
