/** The differential check: predicted against observed, for each generated program. */
import { programOf } from "../analysis/interpret/analyze-source.ts";
import { type Generated, generate } from "./generate.ts";
import { isDynamic, unpredicted } from "./predicted.ts";
import { type Ran, runForReal } from "./run.ts";

export type Report = {
  readonly programs: number;
  readonly idioms: number;
  readonly events: number;
  /** Programs that are reported as dynamic. */
  readonly dynamic: readonly string[];
  /** What was observed, neither predicted nor reported as dynamic. */
  readonly missed: readonly string[];
  /** Programs that did not do what the program does that they are a rewriting of, or nothing at all. */
  readonly broken: readonly string[];
};

export async function checkSoundness(programs: readonly Generated[] = generate()): Promise<Report> {
  const ran = await runForReal(programs);
  const byId = new Map(ran.map((one) => [one.program.id, one]));
  const facts = ran.map((one) => ({ one, program: programOf(one.program.code, one.program.language) }));
  return {
    programs: ran.length,
    idioms: ran.filter(({ program }) => program.idiom).length,
    events: ran.reduce((sum, { events }) => sum + events.length, 0),
    dynamic: facts.filter(({ program }) => isDynamic(program)).map(({ one }) => one.program.id),
    missed: facts.flatMap(({ one, program }) =>
      isDynamic(program)
        ? []
        : unpredicted(one, program).map((event) => `${one.program.id}: ${event.kind} ${event.target}\n${one.program.code}`),
    ),
    broken: ran.flatMap((one) => brokenBy(one, one.program.of === undefined ? undefined : byId.get(one.program.of))),
  };
}

const did = ({ events }: Ran): string => [...new Set(events.map(({ kind, target }) => `${kind} ${target}`))].sort().join(", ");

function brokenBy(one: Ran, original: Ran | undefined): string[] {
  const wanted = original === undefined ? null : did(original);
  if (one.events.length > 0 && (wanted === null || wanted === did(one))) return [];
  return [
    `${one.program.id}: did ${did(one) || "nothing"}${wanted === null ? "" : `, the original ${wanted}`} (${one.failure})\n${one.program.code}`,
  ];
}
