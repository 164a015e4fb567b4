/** The audit log in the formats of two log collectors: Splunk's HTTP event collector and Datadog's log intake. */
import { hostname } from "node:os";
import type { Json } from "../../layers/model.ts";
import type { AuditRecord } from "../store/store.ts";
import { type Channel, DeliveryError, statusError } from "./channel.ts";

export type MaskJson = (value: Json) => Json;

/** Entries of one request; both collectors take several MiB. */
const BATCH = 50;

export function splunkChannel({ url, token, mask }: { readonly url: string; readonly token: string; readonly mask: MaskJson }): Channel {
  const target = new URL(url);
  if (target.pathname === "/") target.pathname = "/services/collector/event";
  const event = (entry: AuditRecord) => ({
    ...{ time: Date.parse(entry.at) / 1000, host: hostname(), source: "agentguard", sourcetype: "agentguard:audit" },
    event: eventOf(entry, mask),
  });
  return {
    ...intake("splunk"),
    send: (entries, signal) => {
      const headers = { authorization: `Splunk ${token}` };
      return post({ name: "Splunk", url: target, headers, body: entries.map((entry) => JSON.stringify(event(entry))).join("\n"), signal });
    },
  };
}

export function datadogChannel({
  site,
  apiKey,
  mask,
}: {
  readonly site: string;
  readonly apiKey: string;
  readonly mask: MaskJson;
}): Channel {
  const url = new URL("/api/v2/logs", site.includes("://") ? site : `https://http-intake.logs.${site}`);
  const event = (entry: AuditRecord) => ({
    ...{ ddsource: "agentguard", service: "agentguard", hostname: hostname(), message: `agentguard ${entry.type} ${entry.id}` },
    ...eventOf(entry, mask),
  });
  return {
    ...intake("datadog"),
    send: (entries, signal) =>
      post({ name: "Datadog", url, headers: { "dd-api-key": apiKey }, body: JSON.stringify(entries.map(event)), signal }),
  };
}

const intake = <Name extends "splunk" | "datadog">(name: Name) => ({ name, batch: BATCH, wants: () => true, close: () => undefined });

/** INVARIANT 8: the entry is masked already, but for the ids that callers choose; all of it is masked again. */
function eventOf({ id, sequence, at, type, agentId, sessionId, data, chainHash }: AuditRecord, mask: MaskJson) {
  const masked = mask({ agent_id: agentId, session_id: sessionId, data }) as { readonly [key: string]: Json };
  return { id, sequence, timestamp: at, type, ...masked, chain_hash: chainHash };
}

type Post = {
  readonly name: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
};

/** Redirects are not followed: they would carry the key to somebody else. */
async function post({ name, url, headers, body, signal }: Post): Promise<void> {
  let response: Response;
  try {
    response = await fetch(url, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body,
      signal,
      redirect: "manual",
    });
  } catch (error) {
    throw new DeliveryError(
      `${name} cannot be reached (${((error as Error).cause as NodeJS.ErrnoException | undefined)?.code ?? "no answer"})`,
      {
        permanent: false,
      },
    );
  }
  await response.body?.cancel();
  if (response.status >= 300) throw statusError(name, response.status);
}
