/** Money that moves through the interfaces of banks and payment services, by where a request goes, or as a request says. */
import type { State } from "../state.ts";
import { classifyHost } from "../targets.ts";
import { isString, textOf, type Value } from "../values.ts";
import { holds, isHeldBack, isRequested, isUnasked } from "./asking.ts";
import type { Builtin } from "./builtin.ts";
import type { CallArgs } from "./call-args.ts";
import { emit } from "./effect-sink.ts";
import type { Called, Run } from "./run.ts";
import { REPAID } from "./secret-patterns.ts";

/** Where services take orders to pay somebody: what customers pay in goes elsewhere, and sandboxes pay nobody. */
const PAYS =
  /^https:\/\/(api\.stripe\.com\/v1\/(transfers|payouts|refunds)|api(-m)?\.paypal\.com\/v\d\/payments\/(payouts|captures\/[^/]+\/refund)|api\.(transfer)?wise\.com\/v\d\/(profiles\/[^/]+\/)?transfers|production\.plaid\.com\/(transfer\/create|payment_initiation\/payment\/create)|api\.dwolla\.com\/(transfers|mass-payments)|(api|backend)\.mercury\.com\/api\/v\d\/account\/[^/]+\/(transactions|request-send-money)|api\.coinbase\.com\/v\d\/accounts\/[^/]+\/transactions|api\.kraken\.com\/0\/private\/Withdraw|api\.binance\.com\/sapi\/v\d\/capital\/withdraw|api\.razorpay\.com\/v\d\/payouts|api\.paystack\.co\/transfer|api\.flutterwave\.com\/v\d\/transfers|api\.circle\.com\/v\d\/(\w+\/)?(transfers|payouts)|app\.moderntreasury\.com\/api\/payment_orders|api\.revolut\.com\/\S*\/(pay|transfer)|b2b\.revolut\.com\/\S*\/(pay|transfer))\b/;

/** `axios.post("https://api-m.paypal.com/v1/payments/payouts", { .. })`. */
export function reportPayment(run: Run, state: State, url: Value, api: string): void {
  const target = textOf(url);
  if (!PAYS.test(target)) return;
  emit(run, state, { kind: "money.transfer", target, classes: [], args: { subject: api }, labels: [], basis: "api", api });
}

/** What others call the orders that they take, and whom they are told to pay. */
const ORDERS = /\/(wires?|wire[-_]transfers?|payouts?|bank[-_]transfers?|transfers?|disbursements?|withdrawals?)([/?#]|$)/i;

/** `POST .../wires {"credit_iban": "DE89..", "amount": 1}`: an order to pay somebody whom the program itself names. */
export function reportWire(run: Run, state: State, url: Value | null, said: readonly Value[], api: string): void {
  if (url === null || !ORDERS.test(textOf(url)) || classifyHost(url).includes("host.loopback")) return;
  if (!said.some((value) => namesAccount(state, value))) return;
  const found = { target: textOf(url), classes: [], args: { subject: api }, labels: [] };
  emit(run, state, { kind: "money.transfer", ...found, basis: "name", api });
}

function namesAccount(state: State, value: Value, depth = 0): boolean {
  if (isString(value) || value.k === "str") return ACCOUNT.test(textOf(value)) || (depth === 0 && ACCOUNT_IN_TEXT.test(textOf(value)));
  if (value.k !== "ref" || depth > 2) return false;
  const { props, items } = state.read(value.addr);
  return [...props.values(), ...(items ?? [])].some((held) => namesAccount(state, held, depth + 1));
}
const ACCOUNT_IN_TEXT = /"[A-Z]{2}\d{2}[A-Z0-9]{11,30}"/;

/** Addresses of wallets and numbers of accounts. */
const ACCOUNT =
  /^(bc1[a-z0-9]{25,60}|[13][1-9A-HJ-NP-Za-km-z]{25,34}|0x[0-9a-fA-F]{40}|T[1-9A-HJ-NP-Za-km-z]{33}|[LM][1-9A-HJ-NP-Za-km-z]{26,33}|[A-Z]{2}\d{2}[A-Z0-9]{11,30})$/;

/** Whoever copies an address for somebody does not look at what is there. */
const READS = /clip.*\.(paste|readText|readSync|read|clipboard_get|GetClipboardData)$|\.(paste|clipboard_get)$/i;
const looksThere = ({ callee }: Called): boolean => (callee.k === "api" || callee.k === "unknown") && READS.test(callee.path ?? "");

const isOwnAccount = (run: Run, text: Value): boolean => isString(text) && ACCOUNT.test(String(text.value)) && run.calls.some(looksThere);

export const BUILTINS_PAYMENTS: Readonly<Record<string, Builtin>> = {
  /** An account of the program's own in the place of the one that somebody copied, to pay to. */
  clipboard_write: (run, state, { callee, args }) => {
    const [text] = args.positional;
    if (text === undefined || !(text.labels.includes(REPAID) || isOwnAccount(run, text))) return undefined;
    const found = { target: textOf(text), classes: [], args: { subject: callee.path }, labels: [] };
    emit(run, state, { kind: "money.transfer", ...found, basis: "api", api: callee.path });
    return undefined;
  },
};

/** What a model, a page or a mail says; what the service itself says of its payments is no order. */
const TELLS: ReadonlySet<string> = new Set(["network", "input"]);
const OWN = /^stripe\b/;

/** `stripe.refunds.create({ amount: req.body.amount })`: what goes out as a request says, where nothing asks who requests it. */
export function reportOrdered(run: Run, state: State, api: string, args: CallArgs): void {
  const asked =
    run.values.requested && args.positional.some((value) => isRequested(state, value)) && isUnasked(run, state, args.positional);
  const told =
    !isHeldBack(run) &&
    args.positional.some((value) => holds(state, value, ({ cause, path }) => TELLS.has(cause) && !OWN.test(path ?? "")));
  if (!asked && !told) return;
  const facts = told ? { subject: api } : { subject: api, unasked: true };
  emit(run, state, { kind: "money.transfer", target: api, classes: [], args: facts, labels: [], basis: "api", api });
}
