/** Slack, e-mail, Splunk and Datadog, each against a real receiver on this machine, behind a whole server. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { addressOf } from "../../src/notify/email.ts";
import { startTestServer } from "../api/start-test-server.ts";
import { httpReceiver, mailServer, until } from "./receivers.ts";

const SSN = "078-05-1120";
const ASKS = { agent_id: `<!channel> ${SSN}`, code: `# for ${SSN}\ncursor.execute("DROP TABLE users_${SSN}")\n` };

describe("notices about approvals", () => {
  test("Slack and mail get the question and the answer; nothing sensitive, nobody called by name tricks", async () => {
    await using slack = await httpReceiver();
    await using mail = await mailServer({ user: "guard", pass: "mail-password" });
    slack.answers.push(503, 429);
    await using server = await startTestServer({
      config: `
approval:
  notifications:
    slack: { enabled: true, webhook_url: "${slack.url}/services/T/B/X" }
    email: { enabled: true, smtp_server: "${mail.address}", from: guard@example.com, to: [a@example.com, b@example.com], username: guard }
policies: { data_sensitivity: { block_ssn_everywhere: false } }
`,
      env: { AGENTGUARD_APPROVAL_NOTIFICATIONS_EMAIL_PASSWORD: "mail-password" },
    });
    const asked = await server.enforce(ASKS);
    assert.equal(asked.body.decision, "REQUIRES_APPROVAL", JSON.stringify(asked.body.findings));
    await server.call(`/api/v1/approval/${asked.body.approval_id}/reject`, { body: { approver: "me", reason: `no, ${SSN}` } });
    await until("two messages in Slack", () => slack.received.length === 2);
    await until("two mails", () => mail.mails.length === 2);
    const [question, answer] = slack.received.map(({ body }) => (JSON.parse(body) as { text: string }).text);
    assert.match(
      question!,
      /^\*Approval needed: agent &lt;!channel&gt; \[ssn:11\], level CTO, impact unlimited\*\n• asked by administrator/,
    );
    assert.match(question!, /• critical: Dropping a table or database requires approval/);
    assert.ok(question!.includes(`/api/v1/approval/${asked.body.approval_id}/approve`));
    assert.match(answer!, /^\*Approval rejected: .*\n• by administrator: no, \[ssn:11\]/);
    const [first] = mail.mails;
    assert.deepEqual(first?.to, ["a@example.com", "b@example.com"]);
    assert.match(first!.text, /Subject: \[AgentGuard\] Approval needed/);
    for (const text of [...slack.received.map(({ body }) => body), ...mail.mails.map(({ text }) => text)])
      assert.ok(!text.includes(SSN), text);
    assert.ok(!server.log().includes("mail-password"));
  });

  test("a mail server that says no to the password is told of in the log, without the password", async () => {
    await using mail = await mailServer({ user: "guard", pass: "right-password" });
    const email = `{ enabled: true, smtp_server: "${mail.address}", from: a@example.com, to: [b@example.com], username: guard, password: wrong-password }`;
    await using server = await startTestServer({ config: `approval: { notifications: { email: ${email} } }` });
    await server.enforce({ code: 'cursor.execute("DROP TABLE users")' });
    await until("the trouble in the log", () => /notifications by email wait: the mail server answered 535/.test(server.log()));
    assert.doesNotMatch(server.log(), /wrong-password/);
  });

  test("how a mail server may be named", () => {
    assert.deepEqual(addressOf("smtp.example.com"), { host: "smtp.example.com", secure: false });
    assert.deepEqual(addressOf("smtp.example.com:2525"), { host: "smtp.example.com", secure: false, port: 2525 });
    assert.deepEqual(addressOf("smtps://smtp.example.com:465"), { host: "smtp.example.com", secure: true, port: 465 });
    assert.deepEqual(addressOf("[::1]:25"), { host: "::1", secure: false, port: 25 });
  });
});

test("Splunk and Datadog get every entry of the log, masked, in their formats; switched on and off while running", async () => {
  await using splunk = await httpReceiver();
  await using datadog = await httpReceiver();
  await using server = await startTestServer();
  await server.enforce({ agent_id: "before", code: "x = 1" });
  const config = `
observability:
  export:
    splunk: { enabled: true, hec_url: "${splunk.url}", token: splunk-token }
    datadog: { enabled: true, site: "${datadog.url}", api_key: datadog-key }
`;
  assert.ok((await server.reconfigure(config)).ok);
  await server.enforce({ agent_id: `agent ${SSN}`, code: "x = 1" });
  const arrived = (of: typeof splunk) => of.received.map(({ body }) => body).join("\n");
  await until("the decision at Splunk", () => arrived(splunk).includes('"decision":"ALLOW"'));
  await until("the decision at Datadog", () => arrived(datadog).includes('"decision":"ALLOW"'));
  const [toSplunk, toDatadog] = [splunk.received[0]!, datadog.received[0]!];
  assert.deepEqual([toSplunk.path, toSplunk.headers.authorization], ["/services/collector/event", "Splunk splunk-token"]);
  assert.deepEqual([toDatadog.path, toDatadog.headers["dd-api-key"]], ["/api/v2/logs", "datadog-key"]);
  const event = JSON.parse(toSplunk.body.split("\n").at(-1)!) as { sourcetype: string; event: { agent_id: string; type: string } };
  assert.deepEqual([event.sourcetype, event.event.type, event.event.agent_id], ["agentguard:audit", "decision", "agent [ssn:11]"]);
  for (const text of [arrived(splunk), arrived(datadog)]) assert.ok(!text.includes(SSN) && !text.includes('"agent_id":"before"'));
  assert.ok((await server.reconfigure("")).ok);
  const count = splunk.received.length;
  await server.enforce({ agent_id: "after", code: "x = 1" });
  assert.equal(splunk.received.length, count);
});
