/**
 * Texts that tell an agent to work against those whom it works for: to keep something from them, to forget its rules, to leave out
 * their checks, to hand over their secrets (prompt injection, OWASP LLM01; tool poisoning, ASI02). Only what stands where agents take their
 * orders from is asked: a memory, the description of a tool.
 */
import type { FunctionIr } from "../ir.ts";
import type { State } from "../state.ts";
import { isString, type Value } from "../values.ts";
import { emit } from "./effect-sink.ts";
import type { Run } from "./run.ts";

const HIDES =
  /\b(do not|don't|never|without|must not|shall not)\b[^.!?]{0,24}\b(mention|tell|inform|reveal|disclose|show|notify|alert|let)(ing|ting)?\b[^.!?]{0,60}\b(user|customer|human|operator|anyone|anybody|owner|security|admin\w*|reviewer|auditor|them|this)s?\b/i;
const OVERRIDES =
  /\b(ignore|disregard|forget|override)\b[^.!?]{0,30}\b(previous|prior|earlier|above|other|your|all)\b[^.!?]{0,30}\b(instruction|rule|guideline|polic(y|ie)|prompt|restriction)s?\b/i;
const WAIVES =
  /\b(needs?|requires?)\s+no\s+(\w+\s+)?(verification|approval|confirmation|review|check)s?\b|\b(without|skip|bypass)\s+(\w+\s+){0,2}(verification|approval|confirmation|review|asking)\b/i;
const HANDS_OVER =
  /\b(read|send|upload|include|pass|forward|append|post|attach|copy|provide)\b[^!?]{0,80}(\.ssh\b|id_(rsa|ed25519)|\.env\b|mcp\.json|\.aws\b|api[ _-]?keys?\b|credentials?\b|passwords?\b|private keys?\b|environment variables)/i;

/** A description says what a tool does; nobody who calls it need be told to keep silent, to forget rules, or to bring along keys. */
const poisons = (text: string): boolean => HIDES.test(text) || OVERRIDES.test(text) || (DEMANDS.test(text) && HANDS_OVER.test(text));
/** Addressed to whoever reads it: a tool that reads keys says that it does, not that somebody must before. */
const DEMANDS = /\b(before|first|must|always|otherwise|or (it|the tool) (will|fails)|important|required?)\b/i;

/** A tool that agents are offered, by its name, and what they are told of it. */
export function reportDescription(run: Run, state: State, name: string, text: string): void {
  if (!poisons(text.replace(/\s+/g, " "))) return;
  emit(run, state, { kind: "db.write", target: name, classes: [], args: { tells: true }, labels: [], basis: "api", api: name });
}

/** `@mcp.tool()`: agents read the text that stands first in the function. */
export function reportDocumented(run: Run, state: State, tool: { decorator: string; fn: FunctionIr; source: string }): void {
  if (!OFFERS.test(tool.decorator)) return;
  const { at, name } = tool.fn;
  const stated = DOCUMENTED.exec(tool.source.slice(at.start, at.end))?.[2] ?? "";
  reportDescription(run, state, name, `${tool.decorator} ${stated}`);
}
const OFFERS = /^(\w+\.)*(tool|function_tool|kernel_function|register_tool|tool_plain)(\(|$)/;
const DOCUMENTED = /:[ \t]*(?:#[^\n]*)?\n\s*[rRuU]?("""|'''|"|')([\s\S]*?)\1/;

/** What an agent is to remember may be a rule; not one that waives a check. */
const misleads = (text: string): boolean => HIDES.test(text) || OVERRIDES.test(text) || WAIVES.test(text) || HANDS_OVER.test(text);

/** A text that stands in the program, somewhere in what is given, misleads who believes it. */
export const holdsMisleading = (state: State, given: readonly Value[]): boolean =>
  given.some((value) => heldTexts(state, value).some(misleads));

const DEEPEST = 5;

/** Texts that stand in the program: what is given, or what that holds. */
export function heldTexts(state: State, value: Value, depth = 0): string[] {
  if (value.k !== "ref") return isString(value) ? [String(value.value)] : [];
  const { type, items, props } = state.read(value.addr);
  if (depth > DEEPEST || type === "frame" || type === "class") return [];
  return [...(items ?? []), ...props.values()].flatMap((held) => heldTexts(state, held, depth + 1));
}
