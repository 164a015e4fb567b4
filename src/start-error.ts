/** The server could not start for a reason outside of it; the message says what to do. */
export class StartError extends Error {
  readonly code: "address_in_use" | "address_unavailable" | "rules_broken" | "packages_broken" | "tls_broken";

  constructor(code: StartError["code"], message: string, cause: unknown) {
    super(message, { cause });
    this.name = "StartError";
    this.code = code;
  }
}
