/** Layer 5: which profile and which constraints follow from effects and settings, and when it refuses. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { AnalysisResult, Effect, EffectKind } from "../../analysis/effects.ts";
import { chooseProfile, hostOf, type SandboxSettings } from "../../layers/5-execution-sandbox/choose-profile.ts";
import { executionSandbox } from "../../layers/5-execution-sandbox/execution-sandbox.ts";
import type { LayerInput } from "../../layers/layer.ts";
import type { Language } from "../../layers/model.ts";
import { matchesHost } from "../../sandbox/host-names.ts";

const LOCATION = { line: 1, column: 1, endLine: 1, endColumn: 2, offset: 0, endOffset: 1 };
const SETTINGS: SandboxSettings = {
  network: "blocked",
  networkWhitelist: [],
  filesystem: "read-write",
  require: "none",
  unpredicted: "record",
};
const EFFECT = {
  targetClasses: [],
  args: {},
  labels: [],
  reach: "may",
  basis: "api",
  guards: [],
  location: LOCATION,
  via: [],
  api: "x",
} as const;

function effect(kind: EffectKind, target = "x"): Effect {
  return { ...EFFECT, kind, target };
}

const listed = (...entries: string[]): Partial<SandboxSettings> => ({ network: "whitelist", networkWhitelist: entries });
type ProfileCase = [name: string, effects: Effect[], settings: Partial<SandboxSettings>, wanted: Partial<ReturnType<typeof chooseProfile>>];
const PROFILES: ProfileCase[] = [
  ["no effects, no grants", [], { network: "allow" }, { filesystem: "none", network: "none", hosts: [] }],
  ["reading", [effect("fs.read")], {}, { filesystem: "read-only" }],
  ["writing", [effect("fs.write")], {}, { filesystem: "read-write" }],
  ["writing where only reading is allowed", [effect("fs.delete_tree")], { filesystem: "read-only" }, { filesystem: "read-only" }],
  ["files where none are allowed", [effect("fs.read")], { filesystem: "blocked" }, { filesystem: "none", declaredFiles: false }],
  ["network while blocked", [effect("net.fetch", "https://a.com/x")], {}, { network: "none", hosts: [] }],
  ["a listed host", [effect("net.fetch", "https://A.com:443/x")], listed("a.com", "b.com"), { network: "hosts", hosts: ["a.com"] }],
  ["a host below a pattern", [effect("net.send", "https://x.a.com")], listed("*.a.com"), { network: "hosts", hosts: ["x.a.com"] }],
  ["a host that is not listed", [effect("net.send", "https://evil.com/a.com")], listed("a.com"), { network: "none", hosts: [] }],
  ["a host that only looks listed", [effect("net.send", "https://a.com@evil.com/")], listed("a.com"), { network: "none", hosts: [] }],
  ["an unknown host", [effect("net.fetch", "https://{?}/a")], listed("a.com"), { network: "hosts", hosts: ["a.com"] }],
  ["any host, one named", [effect("net.fetch", "https://a.com/{?}")], { network: "allow" }, { network: "hosts", hosts: ["a.com"] }],
  ["any host, none named", [effect("net.fetch", "{?}")], { network: "allow" }, { network: "any", hosts: [] }],
];

describe("the profile grants what was seen and is allowed", () => {
  for (const [name, effects, settings, wanted] of PROFILES) {
    test(name, () => {
      const profile = chooseProfile(effects, { ...SETTINGS, ...settings });
      assert.deepEqual({ ...profile, ...wanted }, profile);
    });
  }
});

describe("hosts", () => {
  const cases: [string, string | null][] = [
    ["https://a.com/b?c", "a.com"],
    ["a.com:8080", "a.com"],
    ["user:pw@a.com", "a.com"],
    ["//a.com", "a.com"],
    ["http://[::1]:80/", "::1"],
    ["https://{?}.a.com/", null],
    ["", null],
    ["https://a.com?x={?}", "a.com"],
  ];
  for (const [target, wanted] of cases) test(target || "nothing", () => assert.equal(hostOf(target), wanted));

  test("patterns", () => {
    assert.ok(matchesHost("*.a.com", "x.a.com") && matchesHost("A.com", "a.com"));
    assert.ok(!matchesHost("*.a.com", "a.com") && !matchesHost("*.a.com", "xa.com") && !matchesHost("a.com", "x.a.com"));
  });
});

type Situation = {
  effects?: Effect[];
  mode?: LayerInput["mode"];
  language?: Language;
  isolation?: string[];
  failed?: boolean;
  backend?: string;
};

function judge(
  { effects = [], mode = "enforce", language = "javascript", isolation = [], failed, backend = "isolated-vm" }: Situation,
  change: Partial<SandboxSettings> = {},
) {
  const program = { language, effects, matches: [], strings: [], diagnostics: [], exhausted: false };
  const analysis: AnalysisResult = failed ? { ok: false, failure: { reason: "deadline", message: "late" } } : { ok: true, program };
  const executors = { javascript: { backend, ready: true, isolation, detail: null } };
  const layer = executionSandbox({ status: () => ({ executors }) }, { ...SETTINGS, ...change });
  const input = { submission: { language }, analysis, prior: [], mode, acceptedClaims: new Set(), now: 0 } as unknown as LayerInput;
  const verdict = layer.inspect(input) as Awaited<ReturnType<typeof layer.inspect>>;
  assert.ok(verdict.layer === 5 && verdict.latencyMs >= 0);
  return verdict.outcome === "error" ? `error ${verdict.error.reasonCode}` : [verdict.outcome, ...verdict.constraints].join("; ");
}

const needs = { require: "namespaces" } as const;
const VERDICTS: [name: string, situation: Situation, settings: Partial<SandboxSettings>, wanted: string][] = [
  ["nothing to bound", { effects: [effect("print.write"), effect("state.decrease")] }, {}, "pass"],
  ["network while blocked is bounded, not blocked", { effects: [effect("net.fetch", "https://a.com")] }, {}, "constrain; network: none"],
  ["a listed host is named", { effects: [effect("net.fetch", "https://a.com")] }, listed("a.com"), "constrain; network: a.com"],
  ["files", { effects: [effect("fs.write")] }, {}, "constrain; filesystem: workspace"],
  ["a database is reached over the network", { effects: [effect("db.read")] }, {}, "constrain; network: none"],
  [
    "processes and environment",
    { effects: [effect("process.exec"), effect("env.read")] },
    {},
    "constrain; processes: none; environment: empty",
  ],
  [
    "a program in a process of its own has processes, an environment, and no network",
    { effects: [effect("process.exec"), effect("env.read"), effect("net.fetch", "https://a.com")], backend: "native" },
    listed("a.com"),
    "constrain; network: none; processes: contained; environment: minimal",
  ],
  [
    "what cannot be known",
    { effects: [effect("code.opaque")] },
    {},
    "constrain; network: none; filesystem: none; processes: none; environment: empty",
  ],
  ["no facts: the layers before have failed closed", { failed: true }, {}, "pass"],
  [
    "required isolation is missing when code will run",
    { mode: "execute", isolation: ["isolate", "process"] },
    needs,
    "error sandbox.unavailable",
  ],
  ["also for an approved run, and without facts", { mode: "resume", failed: true }, needs, "error sandbox.unavailable"],
  ["required isolation is there", { mode: "execute", isolation: ["isolate", "process", "namespaces"] }, needs, "pass"],
  ["nothing will run", { mode: "enforce", effects: [effect("fs.read")] }, needs, "constrain; filesystem: workspace, read-only"],
  ["a language without executor is no error", { mode: "execute", language: "python" }, needs, "pass"],
];

describe("the verdict", () => {
  for (const [name, situation, settings, wanted] of VERDICTS) test(name, () => assert.equal(judge(situation, settings), wanted));
});
