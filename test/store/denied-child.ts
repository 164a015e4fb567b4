/** Gives up the right to write (when it has the superuser's), then opens the store and says what happened. */
import { openStore } from "../../src/store/open-store.ts";
import type { StoreError } from "../../src/store/store.ts";

const NOBODY = 65534;
if (process.geteuid?.() === 0) process.seteuid?.(NOBODY);
const result = await openStore({ dataDir: process.argv[2]! }).then(
  () => "opened",
  (error: StoreError) => `${error.name} ${error.code}: ${error.message}`,
);
process.stdout.write(`${result}\n`);
