/** Opens the store named on the command line, says so, and keeps it open. */
import { openStore } from "../../src/store/open-store.ts";

await openStore({ dataDir: process.argv[2]! });
process.stdout.write("open\n");
setInterval(() => undefined, 60_000);
