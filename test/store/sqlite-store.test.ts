import { openStore } from "../../src/store/open-store.ts";
import type { Store } from "../../src/store/store.ts";
import { temporaryDirectory } from "./samples.ts";
import { storeSuite } from "./store-suite.ts";

storeSuite("SQLite", (test) => {
  const dataDir = temporaryDirectory(test);
  let store: Store | null = null;
  test.after(() => store?.close());
  return {
    async open() {
      await store?.close();
      store = await openStore({ dataDir });
      return store;
    },
  };
});
