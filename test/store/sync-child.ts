/** Commits alone and in a crowd, and says before and after each on standard output, for a tracer of system calls. */
import { writeSync } from "node:fs";
import { openStore } from "../../src/store/open-store.ts";
import { unit } from "./samples.ts";

const store = await openStore({ dataDir: process.argv[2]! });
for (let round = 0; round < 5; round++) {
  writeSync(1, `begin ${round}\n`);
  await store.commit(unit());
  writeSync(1, `stored ${round}\n`);
}
writeSync(1, "begin crowd\n");
await Promise.all(Array.from({ length: 200 }, () => store.commit(unit())));
writeSync(1, "stored crowd\n");
await store.close();
