/**
 * Effects inferred from names: `transfer_money(...)`, `account.balance -= x`, `get_patient_data(...)`. Only for what is not the
 * program's own; the word lists are about what such functions and fields are called, in parts of snake_case and camelCase names.
 */
import type { EffectKind } from "../effects.ts";
import { memo } from "../memo.ts";

const QUANTITIES = new Set(
  "balance balances funds credit credits amount_due wallet equity holdings available_balance account_balance cash stake points inventory stock_level quantity_on_hand".split(
    " ",
  ),
);
const TRANSFER_VERBS = new Set("transfer wire send pay payout remit disburse withdraw debit move".split(" "));
const MONEY_NOUNS = new Set(
  "money funds fund payment payments cash payout wire balance transfer remittance salary usd eur dollars withdrawal".split(" "),
);
const READ_VERBS = new Set("get fetch load read find query retrieve lookup select pull view access export download list search".split(" "));
const WRITE_VERBS = new Set("update save write set store insert create add modify edit put patch amend".split(" "));
const DELETE_VERBS = new Set("delete remove purge erase wipe destroy drop clear truncate".split(" "));
const RECORD_NOUNS = new Set(
  "patient patients medical health ehr emr phi diagnosis diagnoses prescription prescriptions clinical".split(" "),
);
const INFRA_VERBS = new Set("scale deploy terminate provision rollback restart resize destroy reboot failover".split(" "));
const INFRA_NOUNS = new Set(
  "instances instance cluster clusters servers server deployment deployments service services replicas nodes node pods pod infrastructure stack environment production asg autoscaling vm vms fleet".split(
    " ",
  ),
);

/** What a program keeps while it runs: clearing all of these loses no data. */
const PROGRAM_NOUNS = new Set(
  "listener listeners handler handlers child children attribute attributes class classes element elements timer timers interval intervals timeout timeouts observer observers subscription subscriptions subscriber subscribers callback callbacks hook hooks filter filters marker markers layer layers overlay overlays selection selections style styles breakpoint breakpoints widget widgets cache caches cached mock mocks stub stubs spy spies toast toasts notification notifications alert alerts modal modals popup popups tooltip tooltips highlight highlights error errors warning warnings match matches whitespace whitespaces space spaces character characters occurrence occurrences range ranges handles figures axes plots bars tags comments duplicates".split(
    " ",
  ),
);

/** `getPatientData` -> get, patient, data. */
function splitName(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1_$2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((p) => p !== "");
}

/** A balance, a stock, credits: what is counted for somebody. */
export const isQuantity = (name: string): boolean => factsOf(name).quantity;

/** What calling something of this name would do, or null. */
export const effectOfCall = (name: string): EffectKind | null => factsOf(name).call;

/** Names of calls that raise when what they check does not hold. */
export const isCheckName = (name: string): boolean => factsOf(name).checks;

/** What a name says by itself. */
const factsOf = memo((name) => {
  const parts = splitName(name);
  return {
    quantity: QUANTITIES.has(parts.join("_")) || parts.includes("balance"),
    call: effectOfParts(parts),
    checks: CHECKS.test(parts[0] ?? ""),
  };
});

const CHECKS = /^(check|require|ensure|verify|assert|validate|authori[sz]e|authenticate|enforce|guard|must|demand|confirm)$/;

function effectOfParts(parts: readonly string[]): EffectKind | null {
  const verb = parts[0] ?? "";
  const rest = parts.slice(1);
  const any = (nouns: ReadonlySet<string>): boolean => rest.some((p) => nouns.has(p));
  if (
    (TRANSFER_VERBS.has(verb) && any(MONEY_NOUNS)) ||
    (verb === "make" && any(new Set(["payment", "transfer"]))) ||
    (verb === "wire" && rest.includes("transfer"))
  )
    return "money.transfer";
  if (any(RECORD_NOUNS)) {
    if (READ_VERBS.has(verb)) return "record.read";
    if (WRITE_VERBS.has(verb)) return "record.write";
    if (DELETE_VERBS.has(verb)) return "record.delete";
  }
  if (INFRA_VERBS.has(verb) && any(INFRA_NOUNS)) return "infra.change";
  if (DELETE_VERBS.has(verb) && rest[0] === "all" && rest.length > 1 && !any(PROGRAM_NOUNS)) return "db.delete_all";
  return null;
}
