/** The requests of one run over the network, on the side that makes them: counted, judged, noted, and ended with the run. */
import { splitBody } from "./frames.ts";
import type { FetchGrant, GuestRequest, HostAnswer, HostFetch } from "./host-fetch.ts";
import type { FetchHead, HostMessage, ObservedEffect, Profile } from "./types.ts";

/** Every request is in the record of the run, so there is an end to them. */
const MAX_REQUESTS = 50;
/** At one time. */
const MAX_OPEN = 8;

export type RunRequests = {
  /** One `fetch` frame of the worker. */
  receive(frameBody: Buffer): void;
  /** In the order of their ends. */
  observed(): readonly ObservedEffect[];
  /** The run is over: nobody waits for what is open. */
  close(): void;
};

/** `answer` sends a message to the guest. */
export function createRunRequests(fetch: HostFetch, profile: Profile, answer: (message: string) => void): RunRequests {
  const grant: FetchGrant = { hosts: profile.network === "any" ? null : profile.network === "hosts" ? profile.hosts : [] };
  const aborted = new AbortController();
  const observed: ObservedEffect[] = [];
  let asked = 0;
  let open = 0;
  let closed = false;
  const make = async (request: GuestRequest | null): Promise<HostAnswer> => {
    if (request === null) return { ok: false, refused: true, error: "the request is malformed" };
    if (asked++ >= MAX_REQUESTS) return { ok: false, refused: true, error: `a program may make ${MAX_REQUESTS} requests` };
    if (open >= MAX_OPEN) return { ok: false, refused: true, error: `a program may make ${MAX_OPEN} requests at a time` };
    open++;
    return fetch(request, grant, aborted.signal).finally(() => open--);
  };
  const serve = async (frameBody: Buffer) => {
    const { head, rest } = splitBody(frameBody);
    const { id } = head as FetchHead;
    const request = readRequest(rest);
    const outcome = await make(request);
    if (observed.length <= MAX_REQUESTS) observed.push(note(request, outcome));
    if (!closed) answer(messageOf(id, outcome));
  };
  return {
    receive: (frameBody) => void serve(frameBody).catch(() => undefined),
    observed: () => observed,
    close: () => {
      closed = true;
      if (open > 0) aborted.abort();
    },
  };
}

/** A worker is not believed about shapes. */
function readRequest(text: Buffer): GuestRequest | null {
  try {
    const { request, content } = JSON.parse(text.toString("utf8"));
    const { url, method, headers, redirect } = JSON.parse(request);
    const texts = [url, method, content, ...Object.values(headers ?? {})];
    if (!texts.every((each) => typeof each === "string")) return null;
    const body = Buffer.from(content, "latin1");
    return { url, method, headers: { ...headers }, body, redirect: redirect === "manual" ? "manual" : "follow" };
  } catch {
    return null;
  }
}

function note(request: GuestRequest | null, outcome: HostAnswer): ObservedEffect {
  const target = withoutQuery(request?.url ?? "");
  if (!outcome.ok) return { kind: "net.fetch", target, allowed: !outcome.refused };
  return { kind: "net.fetch", target, allowed: true, status: outcome.status, bytes: outcome.body.length + (request?.body.length ?? 0) };
}

/** A query, and what stands before the host, can hold anything. */
function withoutQuery(url: string): string {
  return url
    .replace(/[?#].*$/s, "")
    .replace(/\/\/[^/@]*@/, "//")
    .slice(0, 200);
}

function messageOf(id: number, outcome: HostAnswer): string {
  const message: HostMessage = outcome.ok
    ? { id, head: JSON.stringify({ ...outcome, body: undefined }), body: outcome.body.toString("latin1") }
    : { id, head: JSON.stringify(outcome), body: "" };
  return JSON.stringify(message);
}
