/** What the user can put right: printed as one line (and a help line), exit 2, no stack. */
export class CliError extends Error {
  readonly code = "cli";
  readonly help: string | null;

  constructor(message: string, help: string | null = null) {
    super(message);
    this.name = "CliError";
    this.help = help;
  }
}

/** 0 clean, 1 the answer is no, 2 there is no answer: wrong usage or an internal error. */
export type ExitCode = 0 | 1 | 2;
