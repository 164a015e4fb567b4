import https from "node:https";
import * as secure from "tls";
import { Agent } from "https";
const { connect } = require("node:tls");

// ruleid: tls-without-verification
secure.connect({ host: "example.com", port: 443, rejectUnauthorized: false });
// ruleid: tls-without-verification
connect(443, "example.com", { rejectUnauthorized: false }, () => {});
// ruleid: tls-without-verification
const agent = new https.Agent({ keepAlive: true, rejectUnauthorized: false });
// ruleid: tls-without-verification
const other = new Agent({ ["rejectUnauthorized"]: !true });
const options = { method: "GET", rejectUnauthorized: false };
// ruleid: tls-without-verification
https.request("https://example.com", options, () => {});
// ruleid: tls-without-verification
require("https").get("https://example.com", { rejectUnauthorized: false });
// ok: tls-without-verification
secure.connect({ host: "example.com", port: 443, rejectUnauthorized: true });
// ok: tls-without-verification
const strict = new https.Agent({ keepAlive: true });
// ok: tls-without-verification
const note = "new https.Agent({ rejectUnauthorized: false })";
function local(client) {
  // ok: tls-without-verification
  return client.get("x", { rejectUnauthorized: false });
}
export { agent, other, strict, note, local };
