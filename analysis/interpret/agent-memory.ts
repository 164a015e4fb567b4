/**
 * What an agent keeps for good: pages and requests that nobody has looked at, put where the agent takes what it knows and what it is
 * told from (memory poisoning).
 */
import type { State } from "../state.ts";
import { isString, partsOf, textOf, type Value } from "../values.ts";
import type { CallArgs } from "./call-args.ts";
import { memberOf } from "./effect-conditions.ts";
import { emit } from "./effect-sink.ts";
import { heldTexts, holdsMisleading } from "./instructions.ts";
import { rememberedVariable, setVariable } from "./remembered.ts";
import { modelsOf, type Run } from "./run.ts";

const STORES =
  /pinecone|chroma|weaviate|qdrant|milvus|mem0|letta|\bzep|langchain|llama_?index|lancedb|pgvector|[vV]ector_?[sS]tore|upstash/;
const KEEPS: ReadonlySet<string> = new Set(
  "upsert add addDocuments add_documents addTexts add_texts insert insertMany fromDocuments from_documents fromTexts from_texts create insertObject upsert_records saveContext save_context".split(
    " ",
  ),
);
const OPENS: ReadonlySet<string> = new Set(
  "index Index collection getCollection get_collection getOrCreateCollection get_or_create_collection createCollection create_collection namespace".split(
    " ",
  ),
);
/** Where the state keeps the name of the store that was opened last: no variable has this name. */
const OPENED = "#store";

/** What an agent is told, by the name of where it is kept. */
const TELLS = /system_?prompt|instructions?\b|persona\b|directives?\b/i;
const MEMORY =
  /\b(agents?|long_?term|core|shared|global|bot)[\w:-]*memor(y|ies)\b|\bmemor(y|ies)[\w:-]*(agent|long_?term|core|shared|global)/i;
/** Entries of a register that say what an agent is and may do: its tools, its rights, where it answers. */
const GOVERNS =
  /(^|[:/._-])(tools?|allowed_?tools|capabilit(y|ies)|permissions?|roles?|goals?|objectives?|polic(y|ies)|rules|constraints|safety|guard_?rails?|prompt|config|settings|registry|endpoint|url|trusted|trust_?level|model)$/i;
/** Keys under which agents are kept: `agent:planner:tools`, `agents:registry`. What one did, thinks now or waits for is its own affair. */
const OF_AGENTS = /^([\w-]+[:/.])*(ai_?)?(agents?|assistants?|bots?|swarm|crew)[:/.]/i;
const DEEPEST = 5;

/** Something of it is a page or what somebody requests; what a language model answered is not. */
function isUnvetted(run: Run, state: State, value: Value, depth = 0): boolean {
  if (value.k === "union") return value.of.some((member) => isUnvetted(run, state, member, depth));
  if (value.k !== "ref")
    return partsOf(value).some(
      (part) =>
        typeof part !== "string" &&
        (part.cause === "request" ||
          PAGES.test(part.path ?? "") ||
          (part.cause === "network" && !modelsOf(run).answers(part.path ?? "openai.") && !FRAMED.test(part.path ?? ""))),
    );
  const { type, items, props, rest } = state.read(value.addr);
  if (depth > DEEPEST || type === "frame" || type === "class") return false;
  return [...(items ?? []), ...props.values(), ...(rest === null ? [] : [rest])].some((inner) => isUnvetted(run, state, inner, depth + 1));
}
const PAGES = /document_loaders[./]web|WebBaseLoader|WebLoader|AsyncHtmlLoader|RecursiveUrl/;
const FRAMED = /^(openai|anthropic|@anthropic-ai|langchain|@langchain)/;

/** `{ role: "system" }`, `{ trust: "system" }`, `{ verified: true }`: it says of itself that it is to be believed. */
function isTrusted(state: State, value: Value, depth = 0): boolean {
  if (value.k !== "ref" || depth > DEEPEST) return false;
  const { type, items, props, rest } = state.read(value.addr);
  if (type === "frame" || type === "class") return false;
  const said = ["role", "trust", "trust_level", "trustLevel", "authority", "priority", "source"].some((name) => {
    const held = memberOf(state, value, name);
    return held !== undefined && isString(held) && /^(system|developer|trusted|verified|high|admin)$/i.test(String(held.value));
  });
  const sworn = ["trusted", "verified", "approved"].some((name) => {
    const held = memberOf(state, value, name);
    return held?.k === "const" && held.value === true;
  });
  return (
    said || sworn || [...(items ?? []), ...props.values(), ...(rest === null ? [] : [rest])].some((v) => isTrusted(state, v, depth + 1))
  );
}

const found = (run: Run, state: State, api: string, target: string): void =>
  emit(run, state, { kind: "db.write", target, classes: [], args: { believed: true }, labels: [], basis: "api", api });

/** A memory that was there before; one that the program makes is its own. */
const KEPT_THERE = /\b(get_?[cC]ollection|[iI]ndex|namespace)\(/;
/** What these keep is what an agent remembers. */
const LASTS = /(^|[^a-z])(memor(y|ies)|long_?term|facts|preferences)([^a-z]|$)/i;
const REMEMBERS = /\b(mem0|letta|zep\w*)\b/;
/** A text that stands in the program: words, not a name. */
const isSentence = (text: string): boolean => /\s\S+\s/.test(text);

/** `store.upsert([{ metadata: { role: "system", text: page } }])`. */
export function reportMemory(run: Run, state: State, called: { name: string; receiver: string }, args: CallArgs): void {
  const { name, receiver } = called;
  if (OPENS.has(name) && STORES.test(receiver)) {
    const [first] = args.positional;
    const given = first === undefined ? args.keywords.get("name") : (memberOf(state, first, "name") ?? first);
    if (given !== undefined) setVariable(state, OPENED, given);
  }
  if (!KEEPS.has(name) || !STORES.test(receiver)) return;
  const given = [...args.positional, ...args.keywords.values()];
  const opened = rememberedVariable(state, OPENED);
  const store = opened === undefined ? "" : textOf(opened);
  if (!given.some((value) => isUnvetted(run, state, value))) {
    const own = given.some((value) => heldTexts(state, value).some(isSentence));
    const sworn = (REMEMBERS.test(receiver) || LASTS.test(store)) && given.some((value) => isTrusted(state, value));
    if (own && (sworn || holdsMisleading(state, given) || (KEPT_THERE.test(receiver) && (MEMORY.test(store) || TELLS.test(store)))))
      told(run, state, `${receiver}.${name}`, store === "" ? receiver : store);
    return;
  }
  if (given.some((value) => isTrusted(state, value)) || MEMORY.test(store) || TELLS.test(store))
    found(run, state, `${receiver}.${name}`, store === "" ? receiver : store);
}

/** The program itself says what an agent is from now on: with a text that stands in it. */
function governs(state: State, key: string, field: string, args: CallArgs): boolean {
  if (!OF_AGENTS.test(key) && !(TELLS.test(key) && /agent|assistant|bot/i.test(key))) return false;
  const given = args.positional[field === "" ? 1 : 2];
  const mapped = args.keywords.get("mapping") ?? (given?.k === "ref" ? given : undefined);
  const fields = mapped?.k === "ref" ? [...state.read(mapped.addr).props.keys()].map((name) => name.slice(2)) : [field];
  const own = given !== undefined && (isString(given) || given.k === "str" || given.k === "ref");
  if (!own && mapped === undefined) return false;
  return [key, ...fields].some((name) => TELLS.test(name) || GOVERNS.test(name));
}

const told = (run: Run, state: State, api: string, target: string): void =>
  emit(run, state, { kind: "db.write", target, classes: [], args: { tells: true }, labels: [], basis: "name", api });

const SAYS_SYSTEM = /"role"\s*:\s*"(system|developer)"/;

/** `set("agent:system_prompt", page)`, `rpush("agent:memory", page)`. */
export function reportKept(run: Run, state: State, api: string, args: CallArgs): void {
  const [key, ...values] = args.positional;
  if (key === undefined || !(isString(key) || key.k === "str")) return;
  const name = textOf(key);
  const field = values.length > 1 && values[0] !== undefined && isString(values[0]) ? String(values[0].value) : "";
  if (!values.some((value) => isUnvetted(run, state, value))) {
    const kept = MEMORY.test(name) && values.some((value) => heldTexts(state, value).some(isSentence));
    if (kept || governs(state, name, field, args)) told(run, state, api, name);
    return;
  }
  if (values.some((value) => value.k === "str" && SAYS_SYSTEM.test(textOf(value)))) found(run, state, api, name);
  else if (TELLS.test(name) || TELLS.test(field) || MEMORY.test(name)) found(run, state, api, name);
}
