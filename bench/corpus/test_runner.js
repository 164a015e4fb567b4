const assert = require("node:assert");

const suites = [];
let current = null;

const describe = (name, body) => {
  current = { name, tests: [], before: [] };
  suites.push(current);
  body();
};
const beforeEach = (action) => current.before.push(action);
const it = (name, action) => current.tests.push({ name, action });

async function run() {
  const failures = [];
  for (const { name, tests, before } of suites) {
    for (const test of tests) {
      try {
        for (const action of before) await action();
        await test.action();
        console.log(`ok   ${name}: ${test.name}`);
      } catch (error) {
        failures.push({ title: `${name}: ${test.name}`, error });
        console.log(`FAIL ${name}: ${test.name}\n     ${error.message}`);
      }
    }
  }
  process.exitCode = failures.length === 0 ? 0 : 1;
}

describe("Array", () => {
  let list;
  beforeEach(() => { list = [3, 1, 2]; });
  it("sorts", () => assert.deepEqual(list.toSorted(), [1, 2, 3]));
  it("finds", async () => assert.equal(await Promise.resolve(list.indexOf(1)), 1));
});
run();
