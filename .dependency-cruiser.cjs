// Imports run one way: src -> layers -> analysis, and layers/5-execution-sandbox -> sandbox.
// ARCHITECTURE.md explains the rooms; scripts/check-imports.ts plants faults and requires these rules to catch them.

/** Packages that only one room may know. */
const HTTP = "(^|/)node_modules/(@types/)?(express|express-openapi-validator|helmet)/";
const SQL = "(^|/)node_modules/(@types/)?(kysely|better-sqlite3|pg)/";
const SANDBOX_ENGINES = "(^|/)node_modules/isolated-vm/";

const forbidden = [
  {
    name: "no-circular",
    comment: "A circle means that two files are one file with two names.",
    severity: "error",
    from: {},
    to: { circular: true },
  },
  {
    name: "analysis-is-ground-floor",
    comment: "Analysis knows nothing of whoever asks.",
    severity: "error",
    from: { path: "^analysis/" },
    to: { path: "^(layers|sandbox|src|scripts|test|bench)/" },
  },
  {
    name: "analysis-does-no-io",
    comment: "INVARIANT 4: analysis is pure. Of Node it uses computation only.",
    severity: "error",
    from: { path: "^analysis/" },
    to: { dependencyTypes: ["core"], pathNot: "^(node:)?(zlib|buffer|crypto)$" },
  },
  {
    name: "model-imports-nothing",
    comment: "Every room may import the nouns, so the nouns import nobody.",
    severity: "error",
    from: { path: "^layers/model\\.ts$" },
    to: { path: "." },
  },
  {
    name: "layers-do-not-look-up",
    comment: "What a layer needs from src/ reaches it as an argument.",
    severity: "error",
    from: { path: "^layers/" },
    to: { path: "^(src|scripts|test|bench)/" },
  },
  {
    name: "only-layer-5-runs-code",
    comment: "INVARIANT 7: one layer knows the sandbox.",
    severity: "error",
    from: { path: "^layers/", pathNot: "^layers/5-execution-sandbox/" },
    to: { path: "^sandbox/" },
  },
  {
    name: "layers-do-not-know-each-other",
    comment: "A layer that needs another layer's verdict gets it as `prior`.",
    severity: "error",
    from: { path: "^layers/(\\d-[^/]+)/" },
    to: { path: "^layers/\\d-", pathNot: "^layers/$1/" },
  },
  {
    name: "decide-knows-no-layer",
    comment: "The fold over verdicts does not depend on who gave them.",
    severity: "error",
    from: { path: "^layers/[^/]+\\.ts$" },
    to: { path: "^layers/\\d-" },
  },
  {
    name: "sandbox-stands-alone",
    comment: "The process that runs hostile code loads none of ours besides itself.",
    severity: "error",
    from: { path: "^sandbox/" },
    to: { path: "^(analysis|layers|src|scripts|test|bench|rules)/" },
  },
  {
    name: "only-the-sandbox-loads-its-engines",
    severity: "error",
    from: { path: "^(analysis|layers|src|bin)/" },
    to: { path: SANDBOX_ENGINES },
  },
  {
    name: "only-api-knows-http",
    severity: "error",
    from: { path: "^(analysis|layers|sandbox|src|bin)/", pathNot: "^src/api/" },
    to: { path: HTTP },
  },
  {
    name: "only-store-knows-sql",
    severity: "error",
    from: { path: "^(analysis|layers|sandbox|src|bin)/", pathNot: "^src/store/" },
    to: { path: SQL },
  },
  {
    name: "only-metrics-knows-prometheus",
    severity: "error",
    from: { path: "^(analysis|layers|sandbox|src|bin)/", pathNot: "^src/metrics/" },
    to: { path: "(^|/)node_modules/prom-client/" },
  },
  {
    name: "only-tracing-knows-opentelemetry",
    comment: "It is loaded when a collector is configured, and only then.",
    severity: "error",
    from: { path: "^(analysis|layers|sandbox|src|bin)/", pathNot: "^src/tracing/" },
    to: { path: "(^|/)node_modules/@opentelemetry/" },
  },
  {
    name: "only-compose-names-concrete-parts",
    comment: "One file turns a configuration into parts. The audit and key commands open the store by themselves: they need no engine.",
    severity: "error",
    from: { path: "^src/", pathNot: "^src/(compose\\.ts$|compose/|analysis-pool/|cli/(audit|key)[^/]*\\.ts$)" },
    to: { path: "^(layers/\\d-[^/]+/|sandbox/|analysis/analyze\\.ts$|src/analysis-pool/|src/store/open-store\\.ts$)" },
  },
  {
    name: "product-uses-no-development-dependency",
    comment: "The published package does not install them.",
    severity: "error",
    from: { path: "^(analysis|layers|sandbox|src|bin)/" },
    to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"] },
  },
  {
    name: "product-does-not-import-tests",
    severity: "error",
    from: { path: "^(analysis|layers|sandbox|src|bin|rules)/" },
    to: { path: "^(test|bench|scripts)/" },
  },
  {
    name: "clients-know-only-the-contract",
    comment: "What they know of the server is generated from openapi.yaml.",
    severity: "error",
    from: { path: "^clients/" },
    to: { pathNot: "^clients/typescript/src/" },
  },
  {
    name: "no-undeclared-package",
    severity: "error",
    from: {},
    to: { dependencyTypes: ["unknown", "undetermined", "npm-no-pkg", "npm-unknown"] },
  },
  {
    name: "no-unresolvable",
    severity: "error",
    from: {},
    to: { couldNotResolve: true },
  },
];

module.exports = {
  forbidden,
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "(^|/)node_modules/" },
    // Annotated rule sources and the programs that are measured are examples, not modules.
    exclude: { path: "^(rules/policy|bench/corpus)/" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default", "types"] },
  },
};
