/** Arithmetic checks on recognised literals: what a regular expression cannot tell. */
import validator from "validator";

export const LITERAL_CHECKS = ["ssn", "card", "iban", "varied", "not_placeholder"] as const;
export type LiteralCheck = (typeof LITERAL_CHECKS)[number];

const PLACEHOLDER = /your|placeholder|example|xxxx|\.\.\.|change|insert|replace|dummy|redacted|\*\*\*/i;
const SAMPLE_PASSWORDS = new Set([
  "password",
  "passwd",
  "pass",
  "pwd",
  "secret",
  "user",
  "username",
  "root",
  "admin",
  "guest",
  "test",
  "postgres",
]);

/** Whether a text that a recogniser's expression matched is the real thing. */
export function isLiteral(check: LiteralCheck, text: string): boolean {
  switch (check) {
    case "ssn":
      return isIssuableSsn(text);
    case "card":
      return isCardNumber(text);
    case "iban":
      return validator.isIBAN(text.replaceAll(" ", ""));
    case "varied":
      return new Set(text).size >= 7 && !PLACEHOLDER.test(text);
    case "not_placeholder":
      return !SAMPLE_PASSWORDS.has(text.toLowerCase()) && !PLACEHOLDER.test(text);
  }
}

/** Areas 000, 666 and 900-999, group 00 and serial 0000 are never issued (SSA, POMS RM 10201.035). */
function isIssuableSsn(text: string): boolean {
  const digits = text.replace(/\D/g, "");
  const area = digits.slice(0, 3);
  return (
    digits.length === 9 && area !== "000" && area !== "666" && area < "900" && digits.slice(3, 5) !== "00" && digits.slice(5) !== "0000"
  );
}

/** 13 to 19 digits that pass Luhn (ISO/IEC 7812-1), unbroken or in groups of one size and separator as cards print them. */
function isCardNumber(text: string): boolean {
  const groups = text.split(/[ -]/);
  const digits = groups.join("");
  if (digits.length < 13 || digits.length > 19 || new Set(digits).size === 1) return false;
  if (
    groups.length > 1 &&
    (new Set(text.replace(/[0-9]/g, "")).size > 1 || !groups.every((group) => group.length >= 3 && group.length <= 6))
  )
    return false;
  return validator.isLuhnNumber(digits);
}
