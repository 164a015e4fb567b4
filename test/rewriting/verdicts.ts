/** Compares what a program and its rewritten text are judged to be. */
import type { Effect, EffectKind, TargetClass } from "../../analysis/effects.ts";
import type { Language } from "../../analysis/tree.ts";
import { treeOf } from "../analysis/test-parser.ts";
import type { Judge, Judged } from "../cases/judge.ts";
import type { Subject } from "./programs.ts";
import { familyOf, type Rewrite } from "./rewrite.ts";

/** How strict a decision is. */
const STRICTNESS: Readonly<Record<string, number>> = { ALLOW: 0, REQUIRES_APPROVAL: 1, BLOCK: 2 };
/** Which library function has no model is not what the program does. */
const IGNORED: ReadonlySet<EffectKind> = new Set(["call.unmodelled"]);
/** Running text is the same effect, whether it was hidden or not, where the rewrite hides it. */
const RUN: ReadonlySet<EffectKind> = new Set(["code.eval", "code.hidden"]);
/** What the commands are that a shell rewrite needs by itself: echo, printf, base64, bash. */
const CARRIERS: ReadonlySet<TargetClass> = new Set(["command.inspect", "command.interpreter"]);

type Meaning = Map<EffectKind, Set<TargetClass>>;

/** Kinds with the classes of all their targets. */
function meaning(judged: Judged, language: Language): Meaning {
  const out: Meaning = new Map();
  for (const { kind, targetClasses } of judged.full) {
    if (IGNORED.has(kind)) continue;
    const own = language === "shell" ? targetClasses.filter((name) => !CARRIERS.has(name)) : targetClasses;
    if (language === "shell" && kind === "process.exec" && own.length === 0) continue;
    out.set(kind, new Set([...(out.get(kind) ?? []), ...own]));
  }
  return out;
}

/** Whether the chain hides the program, or a text that the program runs. */
export const isHiding = (chain: readonly Rewrite[], judged: Judged): boolean =>
  chain.some(
    (rewrite, i) =>
      rewrite.hides === true || (rewrite.encodes === true && (judged.full.some(runsText) || chain.slice(0, i).some(makesText))),
  );

const makesText = ({ adds }: Rewrite): boolean => adds?.includes("code.eval") === true;

const runsText = ({ kind, targetClasses }: Effect): boolean =>
  RUN.has(kind) || kind === "code.load" || (kind === "process.exec" && targetClasses.includes("command.interpreter"));

/** A rewrite made a text that is none of the language: a fault of the rewrite. */
export class BrokenText extends Error {
  override readonly name = "BrokenText";
}

/** Applies rewrites in order. Null when one has nothing to change, or the text it makes is none of the language. */
export function chained(subject: Subject, chain: readonly Rewrite[]): string | null {
  let code = subject.code;
  for (const rewrite of chain) {
    if (rewrite.family !== familyOf(subject.language) || code.length > 20_000) return null;
    const next = rewrite.apply(code, subject.language);
    if (next === code) return null;
    code = next;
  }
  const broken = treeOf(code, subject.language).diagnostics.find((d) => d.kind === "syntax");
  if (broken !== undefined)
    throw new BrokenText(`${chain.map((r) => r.name).join(", ")} of ${subject.id} is no program: ${broken.message}\n${code}`);
  return code;
}

/** What is different after rewriting a risky program; [] when nothing is. */
export function changes(judge: Judge, before: { subject: Subject; judged: Judged }, code: string, chain: readonly Rewrite[]): string[] {
  const { subject, judged } = before;
  const after = judge({ code, language: subject.language, context: subject.context });
  const hidden = isHiding(chain, judged);
  const kept = hidden ? (STRICTNESS[after.decision] ?? 0) >= (STRICTNESS[judged.decision] ?? 0) : after.decision === judged.decision;
  const was = meaning(judged, subject.language);
  const is = meaning(after, subject.language);
  const added = new Set<EffectKind>(chain.flatMap((rewrite) => rewrite.adds ?? []));
  if (hidden) for (const kind of RUN) added.add(kind);
  return [
    ...(kept ? [] : [`${judged.decision} became ${after.decision}`]),
    ...lost(was, is, hidden),
    ...invented(was, is, hidden ? null : added),
  ];
}

const without = (a: ReadonlySet<TargetClass>, b: ReadonlySet<TargetClass>): TargetClass[] => [...a].filter((each) => !b.has(each));

function lost(was: Meaning, is: Meaning, hidden: boolean): string[] {
  return [...was].flatMap(([kind, classes]) => {
    const now = is.get(kind);
    if (now === undefined) return hidden && RUN.has(kind) && [...RUN].some((each) => is.has(each)) ? [] : [`lost ${kind}`];
    const gone = RUN.has(kind) && hidden ? [] : without(classes, now).filter((name) => !hidden || name !== "command.unknown");
    return gone.length === 0 ? [] : [`lost ${kind} <${gone.join(" ")}>`];
  });
}

/** `added` null: the chain hides the program, and more may be seen in it than in plain text. */
function invented(was: Meaning, is: Meaning, added: ReadonlySet<EffectKind> | null): string[] {
  if (added === null) return [];
  return [...is].flatMap(([kind, classes]) => {
    const before = was.get(kind);
    if (before === undefined) return added.has(kind) ? [] : [`new ${kind} <${[...classes].join(" ")}>`];
    const more = added.has(kind) ? [] : without(classes, before);
    return more.length === 0 ? [] : [`new ${kind} <${more.join(" ")}>`];
  });
}

/** The decision on a rewritten twin when it is no longer ALLOW. */
export function flagged(judge: Judge, subject: Subject, code: string): string[] {
  const after = judge({ code, language: subject.language, context: subject.context });
  return after.decision === "ALLOW" ? [] : [`ALLOW became ${after.decision}: ${after.violations.join("; ").slice(0, 300)}`];
}
