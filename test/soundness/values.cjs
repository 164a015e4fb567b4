// Runs programs for real, each in a function of its own, and says with what each called sink(). Programs come as JSON on the input.
const programs = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
const WAIT_MS = 30;

const out = programs.map((code) => {
  const one = { values: [], failure: null };
  try {
    new Function("require", "sink", code)(require, (value) => one.values.push(String(value)));
  } catch (problem) {
    one.failure = String(problem);
  }
  return one;
});
setTimeout(() => process.stdout.write(JSON.stringify(out)), WAIT_MS);
