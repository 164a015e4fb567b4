/** `npm run fuzz -- <language> [seconds] [seed]`: random programs through the analysis; exits 1 with the smallest that breaks it. */
import { createFuzzPool, FUZZED, fuzz } from "../test/fuzz/fuzz.ts";

const [name = "", seconds = "60", seed] = process.argv.slice(2);
const language = FUZZED.find((each) => each === name);
if (language === undefined || !(Number(seconds) > 0)) {
  process.stderr.write(`usage: npm run fuzz -- <${FUZZED.join("|")}> [seconds] [seed]\n`);
  process.exit(2);
}
const pool = await createFuzzPool();
try {
  const options = { seconds: Number(seconds), seed: seed === undefined ? null : Number(seed) };
  const { programs, outcomes } = await fuzz(pool, language, options);
  const shares = [...outcomes].map(([outcome, count]) => `${outcome} ${count}`).join(", ");
  process.stdout.write(`${programs} programs: ${shares}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  await pool.close();
}
