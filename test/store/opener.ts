/** How the suites get a store, whatever its engine. */
import type { TestContext } from "node:test";
import type { Store } from "../../src/store/store.ts";
import { temporaryDirectory } from "./samples.ts";

/** One empty database, closed and removed when the test is over. `open` closes what it opened before. */
export type Opener = (test: TestContext) => { open(): Promise<Store> };

/** `open` opens the store of a directory. */
export function openerOf(open: (dataDir: string) => Promise<Store>): Opener {
  return (test) => {
    const dataDir = temporaryDirectory(test);
    let store: Store | null = null;
    test.after(() => store?.close());
    return {
      async open() {
        await store?.close();
        store = await open(dataDir);
        return store;
      },
    };
  };
}
