/** Options of `npm run bench`; what is none of them is said, with what there is. */
import { parseArgs } from "node:util";

const USAGE = `npm run bench                                  every size, and a plot in bench/results
npm run bench -- --quick                       less of it, held against bench/bounds.json
npm run bench -- --load [seconds]              100 clients with good and bad requests
npm run bench -- --rules                       what policy rules cost
npm run bench -- --rewrites                    what is decided about rewritten programs
npm run bench -- --soundness                   what harmless programs do against what was predicted
npm run bench -- --leak [programs]             whether time and memory stay flat
npm run bench -- --alarms DIRECTORY... [--verbose]
                                               what is asked and blocked in ordinary code
npm run bench -- sandbox [seconds] [--soak N]  what running costs, or N mixed runs
`;

/** Ends the process: with 0 after `--help`, with 2 when an option is not known. */
export function readOptions() {
  try {
    const { values, positionals } = parseArgs({
      options: {
        quick: { type: "boolean", default: false },
        load: { type: "boolean", default: false },
        rules: { type: "boolean", default: false },
        leak: { type: "boolean", default: false },
        alarms: { type: "boolean", default: false },
        verbose: { type: "boolean", default: false },
        rewrites: { type: "boolean", default: false },
        soak: { type: "string" },
        soundness: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
      allowPositionals: true,
    });
    if (!values.help) return { values, positionals };
    process.stdout.write(USAGE);
    process.exit(0);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    process.exit(2);
  }
}
