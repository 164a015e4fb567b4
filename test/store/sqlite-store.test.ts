import { durabilitySuite } from "./durability-suite.ts";
import { open } from "./open-sqlite.ts";
import { openerOf } from "./opener.ts";
import { storeSuite } from "./store-suite.ts";

storeSuite("SQLite", openerOf(open));
durabilitySuite("SQLite", new URL("open-sqlite.ts", import.meta.url));
