/** Programs in containers that attack the sandbox, with every OCI runtime of this machine. */
import { test } from "node:test";
import { assertProgramsContained, leftOut } from "./program-containment.ts";
import { backendsHere } from "./program-support.ts";

for (const backend of backendsHere().filter(({ kind }) => kind === "oci")) {
  test(`hostile programs, ${backend.name}`, { skip: leftOut(backend) }, (t) => assertProgramsContained(t, backend));
}
