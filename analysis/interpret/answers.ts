/** What a handler answers with: what a database keeps about people, told to whoever asks where nothing asks who they are (CWE-862). */
import type { Label } from "../effects.ts";
import type { State } from "../state.ts";
import type { Value } from "../values.ts";
import { holds, identifiesNobody } from "./asking.ts";
import type { Builtin } from "./builtin.ts";
import type { CallArgs } from "./call-args.ts";
import { emit } from "./effect-sink.ts";
import { deepLabels } from "./labels.ts";
import type { Run } from "./run.ts";
import { writtenMember } from "./written-libraries.ts";

const ANSWERS = /^(json|jsonp|send|end|write)$/;
/** `res`, `reply.code(200)`, `ctx`, whatever a route is given, and the platform's own `Response`. */
const RESPONSE =
  /(^|\.)(res|resp|response|reply|ctx|c|request)(\.(status|code|type|set|header|headers)\([.<]*\))*$|^globalThis\.Response$|\.NextResponse$/;
/** What no answer to everybody holds; an address or a name may well. */
const SEVERE = /^(pii\.(ssn|government_id|bank_account)|pci\.|phi\.|secret\.(password|private_key))/;
const isKept = (label: Label): boolean => SEVERE.test(label);

/** `Response.json(rows)`. */
const answer: Builtin = (run, state, { callee, args }) => {
  const cut = callee.path.lastIndexOf(".");
  reportAnswer(run, state, { name: callee.path.slice(cut + 1), receiver: callee.path.slice(0, cut) }, args);
  const written = writtenMember(run, state, callee.path);
  return written === null ? undefined : run.call(state, written, args);
};
export const BUILTINS_ANSWERS: Readonly<Record<string, Builtin>> = { answer };

export function reportAnswer(run: Run, state: State, called: { name: string; receiver: string }, args: CallArgs): void {
  if (!ANSWERS.test(called.name) || !RESPONSE.test(called.receiver)) return;
  const given = args.positional.filter((value: Value) =>
    holds(state, value, ({ cause, labels }) => cause !== "request" && cause !== "parameter" && labels.some(isKept)),
  );
  const labels = given.flatMap((value) => deepLabels(state, value)).filter(isKept);
  if (labels.length === 0 || !identifiesNobody(run, state, args.positional)) return;
  const api = `${called.receiver}.${called.name}`;
  emit(run, state, { kind: "net.send", target: "{whoever asks}", classes: [], args: {}, labels, basis: "api", api });
}
