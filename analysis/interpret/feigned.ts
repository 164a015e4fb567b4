/**
 * Messages in somebody else's name: who they are from and what they claim to be allowed stands in the program that sends them.
 * It is the text of the message that is read, as its values make it, whether it was an object or put together: a receiver gets
 * nothing else. What is not the program's own is a hole in it, and matches nothing; the program's source is not looked at.
 */
import type { State } from "../state.ts";
import { textOf, type Value } from "../values.ts";
import { jsonText } from "./json-text.ts";
import type { Run } from "./run.ts";

/** Those whom others obey. */
const SENDER =
  /["'](?:from|sender|source|author|issuer|issued_?by|from_?agent|sender_?id|agent(?:_?id)?|origin)["']\s*:\s*["'](orchestrator|supervisor|coordinator|controller|admin(?:istrator)?|root|manager|human|operator|ceo|cfo|cto|security|planner|master|overseer|governor)(?:[-_]?(?:agent|bot|team|\d+))?["']/i;
const CLAIMS =
  /["'](?:approved|authorized|human_?approved|pre_?approved|is_?approved)["']\s*:\s*(?:true|True)|["'](?:role|authority|clearance|privilege)["']\s*:\s*["'](?:admin(?:istrator)?|root|superuser|owner)["']|["']approved_?by["']\s*:\s*["']\w/i;

/** Says that it is from somebody in charge and that something is allowed, and nothing of it comes from anywhere else. */
export function feignedFacts(run: Run, state: State, sent: readonly Value[]): { feigned?: true } {
  for (const value of sent) {
    // What is packed into a message as a text of its own has its quotes escaped.
    const text = textOf((value.k === "ref" ? jsonText(run, state, value) : undefined) ?? value).replaceAll("\\", "");
    if (SENDER.test(text) && CLAIMS.test(text)) return { feigned: true };
  }
  return {};
}
