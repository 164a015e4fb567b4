/** "Add a rule": one about names of temporary files that are guessed before the file is there. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { followRecipe, notFollowed } from "./recipe.ts";

const RULE = `rules:
  - id: temporary-name-guessed
    languages: [python]
    severity: WARNING
    message: >-
      Between asking for a name and using it another program can take it; use tempfile.mkstemp, which creates the file
    metadata:
      cwe: [CWE-377]
      owasp: [ASI05]
      limits: names made by hand from the time or a counter are not seen
      agentguard:
        action: warn
    pattern: tempfile.mktemp(...)
`;
const SOURCE = `import tempfile
from tempfile import mktemp as name

# ok: temporary-name-guessed
handle, path = tempfile.mkstemp(suffix=".csv")
# ok: temporary-name-guessed
with tempfile.TemporaryDirectory() as folder:
    print(folder)

# ruleid: temporary-name-guessed
path = tempfile.mktemp()
# ruleid: temporary-name-guessed
path = name(suffix=".csv")
`;

test("add a rule", { skip: notFollowed }, async (t) => {
  await followRecipe(t, "Add a rule", { "<language>": "python", "<name>": "temporary-name-guessed" }, [
    { says: "Write `<name>.yaml`", follow: (copy) => copy.write("rules/policy/python/temporary-name-guessed.yaml", RULE) },
    { says: "write `<name>.py`", follow: (copy) => copy.write("rules/policy/python/temporary-name-guessed.py", SOURCE) },
    {
      says: "`node bin/agentguard.cjs rules test rules/policy`",
      follow: async (copy) => {
        const tested = await copy.run("bin/agentguard.cjs", "rules", "test", "rules/policy");
        assert.equal(tested.code, 0, tested.output);
        assert.match(tested.output, /temporary-name-guessed/);
        const catalogue = await copy.run("--test", "test/rules/policy.test.ts");
        assert.equal(catalogue.code, 0, catalogue.output);
        copy.write(
          "rules/policy/python/temporary-name-guessed.py",
          SOURCE.replace(/# ruleid.*\n.*mktemp\(\)\n/, "# ok: temporary-name-guessed\npath = tempfile.mktemp()\n"),
        );
        assert.equal((await copy.run("bin/agentguard.cjs", "rules", "test", "rules/policy")).code, 1, "a wrong annotation is told");
      },
    },
  ]);
});
