/** What a whole measurement leaves behind: `bench/results/latency.md` with the tables and `latency.svg` with the medians. */
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import type { Throughput } from "./load-report.ts";
import { SIZES, type Size } from "./programs.ts";
import type { Summary } from "./sample.ts";

/** Stages in their order, each with its title. */
export type Stages = Readonly<Record<string, string>>;
export type StageTimes = Readonly<Record<Size, Readonly<Record<string, Summary>>>>;

const RESULTS = join(import.meta.dirname, "results");

export function writeReport(stages: Stages, times: StageTimes, throughput: readonly Throughput[]): void {
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(join(RESULTS, "latency.md"), tables(stages, times, throughput));
  writeFileSync(join(RESULTS, "latency.svg"), plot(stages, times));
}

const ms = (value: number): string => value.toPrecision(3);
const row = (cells: readonly (string | number)[]): string => `| ${cells.join(" | ")} |`;

function tables(stages: Stages, times: StageTimes, throughput: readonly Throughput[]): string {
  const latency = SIZES.flatMap((size) =>
    Object.entries(stages).map(([stage, title]) => {
      const { count, p50, p95, p99, perSecond } = times[size][stage]!;
      const ratio = p50 / times[size].parse!.p50;
      return row([size, title, count, ms(p50), ms(p95), ms(p99), perSecond.toFixed(0), ratio.toFixed(1)]);
    }),
  );
  const many = throughput.map(({ clients, code, perSecond, p50, p95, p99 }) =>
    row([clients, code, perSecond.toFixed(0), ms(p50), ms(p95), ms(p99)]),
  );
  return [
    "# Latency",
    "",
    `Measured by \`npm run bench\` on ${cpus().length} cores with Node ${process.versions.node}. Every program is new but in the last line of`,
    "each size; every decision is synced to disk before it is answered. Absolute times belong to the machine; the last column compares medians with bare parsing.",
    "",
    row(["lines", "stage", "n", "p50 ms", "p95 ms", "p99 ms", "per s", "x parse"]),
    row(["---:", "---", "---:", "---:", "---:", "---:", "---:", "---:"]),
    ...latency,
    "",
    "## Many clients",
    "",
    "About 30 lines of code. `known`: programs that were decided before, whose analysis is remembered.",
    "",
    row(["clients", "code", "requests/s", "p50 ms", "p95 ms", "p99 ms"]),
    row(["---:", "---", "---:", "---:", "---:", "---:"]),
    ...many,
    "",
  ].join("\n");
}

const WIDTH = 740;
const LEFT = 210;
const BAR = 18;
const COLOURS = ["#8da0cb", "#66c2a5", "#fc8d62", "#e78ac3", "#a6d854"];

/** Medians as bars on a logarithmic axis from 0.1 ms on: one group for each size of program. */
function plot(stages: Stages, times: StageTimes): string {
  const largest = Math.max(...SIZES.flatMap((size) => Object.keys(stages).map((stage) => times[size][stage]!.p50)));
  const decades = Math.ceil(Math.log10(largest)) + 1;
  const x = (value: number): number => LEFT + (Math.log10(Math.max(value, 0.1)) + 1) * ((WIDTH - LEFT - 70) / decades);
  const group = Object.keys(stages).length * BAR + 26;
  const height = SIZES.length * group + 50;
  const axis = Array.from({ length: decades + 1 }, (_value, i) => 10 ** (i - 1)).map(
    (tick) =>
      `<line x1="${x(tick)}" y1="20" x2="${x(tick)}" y2="${height - 30}" stroke="#ddd"/><text x="${x(tick)}" y="${height - 14}" text-anchor="middle">${tick} ms</text>`,
  );
  const bars = SIZES.flatMap((size, g) =>
    Object.entries(stages).flatMap(([stage, title], i) => {
      const { p50 } = times[size][stage]!;
      const y = 24 + g * group + i * BAR;
      return [
        `<text x="${LEFT - 8}" y="${y + 12}" text-anchor="end">${size} lines, ${title.replaceAll("&", "&amp;")}</text>`,
        `<rect x="${LEFT}" y="${y}" width="${(x(p50) - LEFT).toFixed(1)}" height="${BAR - 3}" fill="${COLOURS[i % COLOURS.length]}"/>`,
        `<text x="${(x(p50) + 5).toFixed(1)}" y="${y + 12}">${ms(p50)}</text>`,
      ];
    }),
  );
  const style = 'font-family="sans-serif" font-size="11" fill="#333"';
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" ${style}>\n<rect width="100%" height="100%" fill="white"/>\n${[...axis, ...bars].join("\n")}\n</svg>\n`;
}
