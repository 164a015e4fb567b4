import { openStore } from "../../src/store/open-store.ts";
import type { Store } from "../../src/store/store.ts";

export const open = (dataDir: string): Promise<Store> => openStore({ dataDir });
