/** How the suites get a store, whatever its engine. */
import type { TestContext } from "node:test";
import type { Store } from "../../src/store/store.ts";

/** One empty database, closed and removed when the test is over. `open` closes what it opened before. */
export type Opener = (test: TestContext) => { open(): Promise<Store> };
