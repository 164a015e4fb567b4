/** Evaluators for the fields and forms of a page: which of them hold a secret, and what is typed into them. */
import type { Label } from "../effects.ts";
import { isString, mergeLabels } from "../values.ts";
import type { Builtin } from "./builtin.ts";
import { callCallbacks } from "./callbacks.ts";
import { makeHolder } from "./holders.ts";
import { FIELD, TYPED, TYPED_SECRET } from "./page-forms.ts";
import type { Run } from "./run.ts";

const NONE: readonly Label[] = [];
const SECRET = /^(secret\.password|pci\.|pii\.(ssn|bank_account))/;
const namesSecret = (run: Run, text: string): boolean =>
  (text.match(/[\w-]+/g) ?? []).some((word) => run.sensitivity.ofName(word).some((label) => SECRET.test(label)));

/** `document.querySelector("input[type=password]")`, `document.getElementById("cvv")`. */
export const pageField: Builtin = (run, state, { callee, args }) => {
  const [selector] = args.positional;
  callCallbacks(run, state, args);
  const secret = selector !== undefined && isString(selector) && namesSecret(run, String(selector.value));
  return run.values.unknown("unmodelled", { path: `${callee.path}()`, labels: secret ? [FIELD] : NONE });
};

/** `new FormData(form)` holds what was typed into it. */
const formData: Builtin = (run, state, call) => {
  const [form] = call.args.positional;
  if (form === undefined || form.k === "ref") return makeHolder(run, state, call);
  const labels = mergeLabels(
    form.labels.filter((label) => !label.includes(":")),
    [TYPED],
    form.labels.includes(FIELD) ? [TYPED_SECRET] : NONE,
  );
  const typed = run.values.unknown("unmodelled", { path: "form", labels });
  return makeHolder(run, state, { ...call, args: { ...call.args, positional: [typed] } });
};

export const BUILTINS_FORMS: Readonly<Record<string, Builtin>> = { page_field: pageField, form_data: formData };
