/** Pure library functions on constants: decoded values are labelled, so that running them is known as hidden code. */

import { JAVASCRIPT_CODECS, PYTHON_CODECS } from "../pure/codecs.ts";
import type { Pure } from "../pure/pure-value.ts";
import type { State } from "../state.ts";
import { mergeLabels, type Value, viaLabel } from "../values.ts";
import type { BuiltinCall } from "./builtin.ts";
import { listValue } from "./containers.ts";
import { asWritten } from "./json-own.ts";
import { hooked, replaced, revived } from "./json-reviver.ts";
import { jsonText } from "./json-text.ts";
import { deepLabels } from "./labels.ts";
import { fromPure, toPure } from "./purity.ts";
import { ADDRESSED, addressed } from "./recipients.ts";
import { inJs, type Run } from "./run.ts";

const DECODERS =
  /b64|b32|b16|b85|a85|decode|unhexlify|a2b|fromhex|decompress|inflate|unzip|gunzip|atob|unescape|fromCharCode|fromCodePoint|Buffer\.from|unquote|decipher|decrypt|fromBase64|fromHex/;

/** Options after which a result is not the one that comes without them. */
const CHANGED_BY: ReadonlySet<string> = new Set(
  "altchars newline sep safe signed parse_int parse_float object_pairs_hook quote quote_via doseq predicate prefix allow_fragments".split(
    " ",
  ),
);

/** What they give is a tuple. */
const TUPLES: ReadonlySet<string> = new Set(["struct.unpack", "os.path.splitext"]);

export function pureCall(run: Run, state: State, given: BuiltinCall): Value | undefined {
  const call = given.callee.path === "globalThis.JSON.stringify" ? written(run, state, given) : given;
  const result = computed(run, state, call);
  const hook = inJs(run) ? undefined : call.args.keywords.get("object_hook");
  if (hook !== undefined && result?.k === "ref" && call.callee.path === "json.loads") return hooked(run, state, result, hook);
  const [, revive] = call.args.positional;
  return revive?.k === "closure" && result !== undefined && call.callee.path === "globalThis.JSON.parse"
    ? revived(run, state, result, revive)
    : result;
}

/** `JSON.stringify(value)` of what the value says that it is. */
function written(run: Run, state: State, call: BuiltinCall): BuiltinCall {
  const [value, replacer, ...more] = call.args.positional;
  if (value === undefined) return call;
  const own = asWritten(run, state, value);
  const made = replacer?.k === "closure" ? replaced(run, state, own, replacer) : own;
  const options = replacer?.k === "closure" ? [run.values.none, ...more] : replacer === undefined ? [] : [replacer, ...more];
  return { ...call, args: { ...call.args, positional: [made, ...options] } };
}

function computed(run: Run, state: State, { callee, args }: BuiltinCall): Value | undefined {
  const table = inJs(run) ? JAVASCRIPT_CODECS : PYTHON_CODECS;
  const codec = table[callee.path];
  const first = args.positional[0] ?? args.rest ?? undefined;
  const given = [...args.positional, ...args.keywords.values(), ...(args.rest === null ? [] : [args.rest])];
  const decoded = DECODERS.test(callee.path);
  const labels = mergeLabels(...given.map((v) => deepLabels(state, v)), decoded ? [viaLabel("decoded")] : []);
  const pure: (Pure | undefined)[] = args.rest === null ? args.positional.map((v) => toPure(run, state, v)) : [undefined];
  if (!inJs(run) && args.keywords.has("encoding")) pure[1] = toPure(run, state, args.keywords.get("encoding"));
  if (callee.path === "globalThis.JSON.parse" && first?.k !== "const") return unknownLike(run, first, labels);
  if (callee.path === "globalThis.JSON.stringify" || callee.path === "json.dumps") {
    const text =
      first === undefined ? undefined : jsonText(run, state, first, { keywords: args.keywords, positional: args.positional.slice(1) });
    return text ?? unknownLike(run, first, labels);
  }
  const changed = !inJs(run) && [...args.keywords.keys()].some((name) => CHANGED_BY.has(name));
  const result =
    changed || codec === undefined || pure.some((p, i) => p === undefined && i === 0) ? undefined : codec(pure[0], ...pure.slice(1));
  if (result === undefined) return unknownLike(run, first, labels);
  if (TUPLES.has(callee.path) && Array.isArray(result))
    return listValue(
      run,
      state,
      result.map((field) => fromPure(run, state, field, labels)),
      "tuple",
    );
  // A number of somebody is one however it is written.
  const said = decoded && typeof result === "string" ? run.sensitivity.ofLiteral(result) : [];
  return fromPure(run, state, result, said.length === 0 ? labels : mergeLabels(labels, said));
}

/** As external as its input. */
function unknownLike(run: Run, input: Value | undefined, labels: readonly string[]): Value {
  if (input?.k === "union")
    return unknownLike(
      run,
      input.of.find((v) => v.k === "unknown" || v.k === "str"),
      labels,
    );
  const to = input?.k === "str" ? addressed(input.parts) : undefined;
  if (to !== undefined) return run.values.unknown(to.cause, { labels, path: `${ADDRESSED}${to.path ?? ""}` });
  const hole = input?.k === "str" ? input.parts.find((p) => typeof p !== "string") : undefined;
  const cause = input?.k === "unknown" ? input.cause : typeof hole === "object" ? hole.cause : "local";
  return run.values.unknown(cause, { labels, path: input?.k === "unknown" ? input.path : typeof hole === "object" ? hole.path : null });
}
