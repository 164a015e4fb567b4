/** What SARIF 2.1.0 (OASIS, sarif-schema-2.1.0.json) requires and allows of the objects that reports consist of. */
const closed = (required: readonly string[], properties: Readonly<Record<string, object>>): object => ({
  type: "object",
  additionalProperties: false,
  required,
  properties,
});
const list = (items: object, minItems = 0): object => ({ type: "array", minItems, items });
const ref = (name: string): object => ({ $ref: `#/definitions/${name}` });
const text = { type: "string" };
const fromOne = { type: "integer", minimum: 1 };

export const SARIF_SCHEMA = {
  ...closed(["version", "runs"], { $schema: { type: "string", format: "uri" }, version: { enum: ["2.1.0"] }, runs: list(ref("run")) }),
  definitions: {
    run: closed(["tool"], {
      tool: closed(["driver"], { driver: ref("toolComponent") }),
      columnKind: { enum: ["utf16CodeUnits", "unicodeCodePoints"] },
      artifacts: { ...list(ref("artifact")), uniqueItems: true },
      results: list(ref("result")),
      invocations: list(ref("invocation")),
      properties: ref("propertyBag"),
    }),
    toolComponent: closed(["name"], { name: text, version: text, rules: { ...list(ref("reportingDescriptor")), uniqueItems: true } }),
    reportingDescriptor: closed(["id"], { id: text, properties: ref("propertyBag") }),
    artifact: closed([], {
      location: ref("artifactLocation"),
      hashes: { type: "object", additionalProperties: text },
    }),
    artifactLocation: closed([], { uri: { type: "string", format: "uri-reference" } }),
    result: closed(["message"], {
      ruleId: text,
      ruleIndex: { type: "integer", minimum: -1 },
      level: { enum: ["none", "note", "warning", "error"] },
      message: ref("message"),
      locations: list(ref("location")),
      codeFlows: list(closed(["threadFlows"], { threadFlows: list(ref("threadFlow"), 1) })),
      properties: ref("propertyBag"),
    }),
    message: { ...closed([], { text, id: text }), anyOf: [{ required: ["text"] }, { required: ["id"] }] },
    threadFlow: closed(["locations"], { locations: list(closed([], { location: ref("location") }), 1) }),
    location: closed([], {
      message: ref("message"),
      physicalLocation: closed(["artifactLocation"], {
        artifactLocation: ref("artifactLocation"),
        region: closed([], { startLine: fromOne, startColumn: fromOne, endLine: fromOne, endColumn: fromOne }),
      }),
    }),
    invocation: closed(["executionSuccessful"], {
      executionSuccessful: { type: "boolean" },
      toolExecutionNotifications: list(ref("notification")),
    }),
    notification: closed(["message"], {
      level: { enum: ["none", "note", "warning", "error"] },
      message: ref("message"),
      descriptor: closed([], { id: text }),
    }),
    propertyBag: { type: "object", properties: { tags: { type: "array", uniqueItems: true, items: text } } },
  },
};
