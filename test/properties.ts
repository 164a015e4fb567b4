/** fast-check as the tests use it: the same inputs in every run, others by `AGENTGUARD_TEST_SEED=…`; `npm run fuzz` looks for new ones. */
import fc from "fast-check";

fc.configureGlobal({ seed: Number(process.env.AGENTGUARD_TEST_SEED ?? 24) });

export { fc };
