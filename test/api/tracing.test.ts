/** Spans over OTLP to a receiver of our own: one for the request, one for each layer, under the caller's trace; without it, nothing. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { traceUrl } from "../../src/observability.ts";
import { startTestServer } from "./start-test-server.ts";

const SSN = "536-22-8726";

type Value = {
  readonly stringValue?: string;
  readonly intValue?: number | string;
  readonly doubleValue?: number;
  readonly arrayValue?: { values: Value[] };
};
type Span = {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly { readonly key: string; readonly value: Value }[];
};
type Export = {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: Span["attributes"] };
    readonly scopeSpans: readonly { readonly spans: readonly Span[] }[];
  }[];
};

/** An OTLP/HTTP receiver on 127.0.0.1; its bodies are the JSON encoding of OTLP. */
async function startReceiver(context: TestContext) {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (chunk: string) => {
      body += chunk;
    });
    request.on("end", () => {
      bodies.push(`${request.url} ${body}`);
      response.setHeader("content-type", "application/json").end("{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const exports = () => bodies.map((body) => JSON.parse(body.slice(body.indexOf(" ") + 1)) as Export);
  const spans = () =>
    exports().flatMap(({ resourceSpans }) => resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((each) => each.spans)));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, bodies, exports, spans };
}

const attribute = (span: Span, key: string): unknown => {
  const value = span.attributes.find((each) => each.key === key)?.value;
  const scalar = (of: Value | undefined) =>
    of?.stringValue ?? of?.doubleValue ?? (of?.intValue === undefined ? undefined : Number(of.intValue));
  return value?.arrayValue === undefined ? scalar(value) : value.arrayValue.values.map(scalar);
};

const configFor = (url: string) => `observability: { export: { otlp: { endpoint: "${url}" } } }`;

test("a request is a span with one for each layer below it, continuing the caller's trace", async (context) => {
  const receiver = await startReceiver(context);
  const trace = "0af7651916cd43dd8448eb211c80319c";
  {
    await using server = await startTestServer({ config: configFor(receiver.url) });
    const headers = { traceparent: `00-${trace}-b7ad6b7169203331-01` };
    await server.call("/api/v1/enforce", { body: { agent_id: "bot", code: "account.balance -= 100" }, headers });
    await server.execute({ language: "javascript", code: "1 + 1" });
    await server.enforce({ code: `logger.info("${SSN}")`, context: { note: SSN } });
  }
  assert.ok(receiver.bodies.every((body) => body.startsWith("/v1/traces ")));
  const spans = receiver.spans();
  const root = spans.find(({ traceId, name }) => traceId === trace && name === "POST /api/v1/enforce")!;
  assert.equal(root.parentSpanId, "b7ad6b7169203331");
  assert.equal(attribute(root, "http.response.status_code"), 200);
  const below = (parent: Span) => spans.filter(({ parentSpanId, traceId }) => parentSpanId === parent.spanId && traceId === parent.traceId);
  assert.deepEqual(
    below(root).map(({ name }) => name),
    ["agentguard.decide", "agentguard.record"],
  );
  const decide = below(root)[0]!;
  const layers = below(decide);
  assert.deepEqual(
    layers.map(({ name }) => name),
    ["agentguard.analysis", ...[1, 2, 3, 4, 5, 6].map((layer) => `agentguard.layer.${layer}`)],
  );
  assert.deepEqual(
    [attribute(decide, "agentguard.decision"), attribute(decide, "agentguard.reason_codes")],
    ["BLOCK", ["invariant.violated"]],
  );
  assert.equal(attribute(layers[2]!, "agentguard.outcome"), "block");
  for (const span of [...layers, ...below(root)]) {
    assert.ok(BigInt(span.startTimeUnixNano) >= BigInt(root.startTimeUnixNano), span.name);
    assert.ok(BigInt(span.endTimeUnixNano) >= BigInt(span.startTimeUnixNano), span.name);
    assert.ok(BigInt(span.endTimeUnixNano) <= BigInt(root.endTimeUnixNano), span.name);
  }
  const run = spans.find(({ name }) => name === "agentguard.run")!;
  assert.equal(attribute(run, "agentguard.run.status"), "completed");
  assert.notEqual(run.traceId, trace);
  const resource = receiver.exports()[0]!.resourceSpans[0]!.resource;
  assert.ok(resource.attributes.some(({ key, value }) => key === "service.name" && value.stringValue === "agentguard"));
  // INVARIANT 8
  assert.doesNotMatch(receiver.bodies.join("\n"), new RegExp(`${SSN}|balance -= 100|logger`));
});

test("a change of the configuration starts and stops tracing; a receiver that is gone changes no answer", async (context) => {
  const receiver = await startReceiver(context);
  await using server = await startTestServer();
  await server.enforce({ code: "x = 1" });
  await server.reconfigure(configFor(receiver.url));
  await server.enforce({ code: "x = 2" });
  await server.reconfigure("");
  await server.enforce({ code: "x = 3" });
  assert.equal(receiver.spans().filter(({ name }) => name === "agentguard.decide").length, 1);
  await server.reconfigure(configFor("http://127.0.0.1:9"));
  assert.equal((await server.enforce({ code: "x = 4" })).body.decision, "ALLOW");
});

test("the endpoint comes from the configuration or from the variables that OpenTelemetry specifies", () => {
  const general = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318/" };
  assert.equal(traceUrl(null, {}), null);
  assert.equal(traceUrl(null, { OTEL_EXPORTER_OTLP_ENDPOINT: "" }), null);
  assert.equal(traceUrl(null, general), "http://collector:4318/v1/traces");
  assert.equal(traceUrl("http://other:4318", general), "http://other:4318/v1/traces");
  assert.equal(traceUrl(null, { ...general, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://traces/x" }), "http://traces/x");
  assert.equal(traceUrl("http://other:4318", { OTEL_SDK_DISABLED: "true" }), null);
});

/** Its interfaces (`@opentelemetry/api`) come with the metrics library. */
test("without an endpoint OpenTelemetry is not loaded", () => {
  const program = `
    const { registerHooks } = await import("node:module");
    const loaded = [];
    registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
    const { createObservability } = await import("./src/observability.ts");
    const { defaultConfig } = await import("./src/config.ts");
    const log = { info() {}, warn() {} };
    const idle = createObservability(log);
    await idle.configure(defaultConfig(), {});
    const before = loaded.filter((url) => /opentelemetry.(?!api.)/.test(url)).length;
    const { observability, ...rest } = defaultConfig();
    const otlp = { endpoint: "http://127.0.0.1:9" };
    await idle.configure({ ...rest, observability: { ...observability, export: { ...observability.export, otlp } } }, {});
    const after = loaded.filter((url) => /opentelemetry.(?!api.)/.test(url)).length;
    await idle.close();
    console.log(JSON.stringify({ before, loads: after > 0 }));
  `;
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("OTEL_") && name !== "NODE_TEST_CONTEXT"));
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", program], { encoding: "utf8", env });
  assert.deepEqual(JSON.parse(stdout.trim() || "null"), { before: 0, loads: true }, stderr);
});
