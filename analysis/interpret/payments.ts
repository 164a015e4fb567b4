/** Money that moves through the interfaces of banks and payment services, by where a request goes, or as a request says. */
import type { State } from "../state.ts";
import { textOf, type Value } from "../values.ts";
import { holdsRequest, isUnasked } from "./asking.ts";
import type { CallArgs } from "./call-args.ts";
import { emit } from "./effect-sink.ts";
import type { Run } from "./run.ts";

/** Where services take orders to pay somebody: what customers pay in goes elsewhere, and sandboxes pay nobody. */
const PAYS =
  /^https:\/\/(api\.stripe\.com\/v1\/(transfers|payouts|refunds)|api(-m)?\.paypal\.com\/v\d\/payments\/(payouts|captures\/[^/]+\/refund)|api\.(transfer)?wise\.com\/v\d\/(profiles\/[^/]+\/)?transfers|production\.plaid\.com\/(transfer\/create|payment_initiation\/payment\/create)|api\.dwolla\.com\/(transfers|mass-payments)|(api|backend)\.mercury\.com\/api\/v\d\/account\/[^/]+\/(transactions|request-send-money)|api\.coinbase\.com\/v\d\/accounts\/[^/]+\/transactions|api\.kraken\.com\/0\/private\/Withdraw|api\.binance\.com\/sapi\/v\d\/capital\/withdraw|api\.razorpay\.com\/v\d\/payouts|api\.paystack\.co\/transfer|api\.flutterwave\.com\/v\d\/transfers|api\.circle\.com\/v\d\/(\w+\/)?(transfers|payouts)|app\.moderntreasury\.com\/api\/payment_orders|api\.revolut\.com\/\S*\/(pay|transfer)|b2b\.revolut\.com\/\S*\/(pay|transfer))\b/;

/** `axios.post("https://api-m.paypal.com/v1/payments/payouts", { .. })`. */
export function reportPayment(run: Run, state: State, url: Value, api: string): void {
  const target = textOf(url);
  if (!PAYS.test(target)) return;
  emit(run, state, { kind: "money.transfer", target, classes: [], args: { subject: api }, labels: [], basis: "api", api });
}

/** `stripe.refunds.create({ amount: req.body.amount })`: what goes out as a request says, where nothing asks who requests it. */
export function reportOrdered(run: Run, state: State, api: string, args: CallArgs): void {
  if (!run.values.requested || !args.positional.some((value) => holdsRequest(run, state, value)) || !isUnasked(run)) return;
  emit(run, state, { kind: "money.transfer", target: api, classes: [], args: { subject: api }, labels: [], basis: "api", api });
}
