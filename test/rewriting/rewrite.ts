/** The nouns of the rewriting suite. */
import type { EffectKind } from "../../analysis/effects.ts";
import type { Language } from "../../analysis/tree.ts";

export type Family = "python" | "javascript" | "shell";

/** A change of a program's text that keeps what it does. */
export type Rewrite = {
  readonly name: string;
  readonly family: Family;
  /** The text that means the same; the text itself where the rewrite does not apply. */
  readonly apply: (code: string, language: Language) => string;
  /** Effects that the rewrite itself has, and that the program did not have before: a thread, evaluated text. */
  readonly adds?: readonly EffectKind[];
  /** Hides the whole program in a payload: `code.hidden` is reported whatever it does, so innocent twins are exempt and a decision may become stricter. */
  readonly hides?: true;
  /** Texts come out of codes or an encoding: where the program runs such a text, the rewrite hides it. */
  readonly encodes?: true;
};

export const familyOf = (language: Language): Family => (language === "typescript" ? "javascript" : language);
