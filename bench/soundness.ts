/**
 * `npm run bench -- --soundness`: runs every generated harmless program for real and compares what it did with what was
 * predicted; writes bench/results/soundness.md. Exits 1 when something was missed, or too much is reported as dynamic.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkSoundness } from "../test/soundness/check.ts";

const DYNAMIC = 0.05;

/** Prints and writes the figures; says what is above its bound. */
export async function benchSoundness(): Promise<string[]> {
  const { programs, idioms, events, dynamic, missed, broken } = await checkSoundness();
  const list = (title: string, items: readonly string[]): string[] => [
    "",
    `## ${title}`,
    "",
    ...(items.length === 0 ? ["None."] : items.map((item) => `- ${item.replaceAll("\n", " ; ")}`)),
  ]; // prettier-ignore
  const text = [
    "# Predicted effects against observed ones",
    "",
    "| programs | with aliases, callbacks, classes, exceptions, patches | effects observed | missed | reported as dynamic |",
    "|---:|---:|---:|---:|---:|",
    `| ${programs} | ${idioms} | ${events} | ${missed.length} | ${dynamic.length} |`,
    ...list("Observed, neither predicted nor reported as dynamic", missed),
    ...list("Reported as dynamic", dynamic),
    ...list("Did not do what they were made for", broken),
    "",
  ].join("\n");
  const directory = join(import.meta.dirname, "results");
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, "soundness.md"), text);
  process.stdout.write(`${text}\nwritten to bench/results/soundness.md\n`);
  return [
    ...missed.map((each) => `missed: ${each}`),
    ...broken.map((each) => `broken: ${each}`),
    ...(dynamic.length <= DYNAMIC * programs ? [] : [`${dynamic.length} of ${programs} programs are reported as dynamic`]),
  ];
}
