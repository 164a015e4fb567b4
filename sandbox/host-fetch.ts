/**
 * The one way from a guest to the network: the host makes the request for it, to granted hosts only. The name is resolved
 * once and the connection goes to that very address; every redirect is judged like a first request.
 * INVARIANT: a secret is added here and taken out of what comes back; no guest sees it.
 */
import type { LookupAddress } from "node:dns";
import { lookup } from "node:dns/promises";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { isIP } from "node:net";
import { matchesHost } from "./host-names.ts";
import { blockListOf, mayReach } from "./public-address.ts";

export type HostSecret = {
  /** Exact or starting with `*.`. */
  readonly host: string;
  readonly header: string;
  readonly value: string;
};
export type FetchOptions = {
  /** Most bytes of one answer's body. */
  readonly maxBytes: number;
  /** Private addresses or CIDR blocks that may be reached in spite of being private. */
  readonly privateAddresses: readonly string[];
  readonly secrets: readonly HostSecret[];
  /** How a name becomes addresses; the system's own resolver unless said. */
  readonly resolve?: (host: string) => Promise<readonly LookupAddress[]>;
};
/** Null hosts: every public one. */
export type FetchGrant = { readonly hosts: readonly string[] | null };

export type GuestRequest = {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** `manual`: a redirect is the answer, for who follows it with a request of its own. `follow` unless said. */
  readonly redirect?: "follow" | "manual";
};
export type HostAnswer =
  | {
      readonly ok: true;
      readonly url: string;
      readonly status: number;
      readonly statusText: string;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: Buffer;
    }
  /** `refused`: not tried, or not handed on, because of a rule; otherwise it went wrong by itself. */
  | { readonly ok: false; readonly refused: boolean; readonly error: string };

export type HostFetch = (request: GuestRequest, grant: FetchGrant, signal: AbortSignal) => Promise<HostAnswer>;

const MAX_REDIRECTS = 5;
const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);
/** Of one hop, or about the connection itself: the host sets these. */
const NOT_FORWARDED =
  /^(?:host|connection|keep-alive|te|trailer|transfer-encoding|upgrade|expect|content-length|accept-encoding|proxy-.*)$/i;
/** Not handed from one host to another by a redirect (Fetch Standard, 4.4). */
const CREDENTIALS = new Set(["authorization", "cookie"]);
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9a-z-]{1,100}$/i;
const SAFE_VALUE = /^[\t\x20-\x7e\x80-\xff]{0,8192}$/;
/** A shorter secret could be anywhere by chance. */
const MASKED_FROM = 6;

const refusal = (error: string): HostAnswer => ({ ok: false, refused: true, error });

export function createHostFetch(options: FetchOptions): HostFetch {
  const named = blockListOf(options.privateAddresses);
  const resolve = options.resolve ?? ((host: string) => lookup(host, { all: true }));
  return async (request, grant, signal) => {
    try {
      return await follow(request, { ...options, resolve, mayReach: (address) => mayReach(address, named) }, grant, signal);
    } catch (error) {
      return { ok: false, refused: false, error: `the request failed: ${(error as Error).message}` };
    }
  };
}

type Rules = FetchOptions & Required<Pick<FetchOptions, "resolve">> & { readonly mayReach: (address: string) => boolean };

async function follow(first: GuestRequest, rules: Rules, grant: FetchGrant, signal: AbortSignal): Promise<HostAnswer> {
  let request = { ...first, method: first.method.toUpperCase(), headers: forwarded(first.headers) };
  if (!METHODS.has(request.method)) return refusal(`method \`${request.method}\` is not possible`);
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const target = await judge(request.url, rules, grant);
    if (typeof target === "string") return refusal(hop === 0 ? target : `redirected: ${target}`);
    const answer = await send(target, request, rules, signal);
    const location = answer.ok && [301, 302, 303, 307, 308].includes(answer.status) ? answer.headers.location : undefined;
    if (!answer.ok || location === undefined || first.redirect === "manual") return answer;
    request = redirected(request, target.url, location, answer.status);
  }
  return refusal(`more than ${MAX_REDIRECTS} redirects`);
}

type Target = { readonly url: URL; readonly host: string; readonly address: LookupAddress };

/** Where the request goes, or why it may not. Every address of the name has to be allowed: the next one could be tried otherwise. */
async function judge(text: string, rules: Rules, grant: FetchGrant): Promise<Target | string> {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null) return "the address is not a URL";
  if (url.protocol !== "http:" && url.protocol !== "https:") return `\`${url.protocol}\` is not possible; use https`;
  const host = url.hostname.replace(/^\[|\]$/g, "").toLowerCase();
  if (grant.hosts !== null && !grant.hosts.some((entry) => matchesHost(entry, host))) return `host \`${host}\` is not granted`;
  // a connection to a literal address asks no resolver, so none is asked here
  const family = isIP(host);
  const addresses = family === 0 ? await rules.resolve(host) : [{ address: host, family }];
  const address = addresses[0];
  if (address === undefined) return `host \`${host}\` has no address`;
  if (!addresses.every((each) => rules.mayReach(each.address))) return `host \`${host}\` is at a private address`;
  return { url, host, address };
}

function redirected(request: GuestRequest, from: URL, location: string, status: number): GuestRequest {
  const url = URL.canParse(location, from.href) ? new URL(location, from.href) : null;
  const becomesGet = status === 303 || ((status === 301 || status === 302) && request.method === "POST");
  const keep = ([name]: [string, string]) => url?.origin === from.origin || !CREDENTIALS.has(name.toLowerCase());
  const headers = Object.fromEntries(Object.entries(request.headers).filter(keep));
  const next = { ...request, url: url?.href ?? location, headers };
  return becomesGet && request.method !== "HEAD" ? { ...next, method: "GET", body: Buffer.alloc(0) } : next;
}

function forwarded(headers: Readonly<Record<string, string>>): Record<string, string> {
  const good = ([name, value]: [string, string]) => HEADER_NAME.test(name) && SAFE_VALUE.test(value) && !NOT_FORWARDED.test(name);
  return Object.fromEntries(Object.entries(headers).filter(good));
}

/** INVARIANT: the connection goes to the address that was judged, whatever the name means by now. */
async function send({ url, host, address }: Target, request: GuestRequest, rules: Rules, signal: AbortSignal): Promise<HostAnswer> {
  const secrets = rules.secrets.filter(
    (secret) => matchesHost(secret.host, host) && (url.protocol === "https:" || isNamed(rules, address)),
  );
  const headers = { "user-agent": "agentguard-sandbox", ...request.headers, "accept-encoding": "identity" };
  const kept = Object.entries(headers).filter(([name]) => !secrets.some((secret) => secret.header.toLowerCase() === name.toLowerCase()));
  const added = secrets.map((secret) => [secret.header, secret.value]);
  const call = url.protocol === "https:" ? httpsRequest : httpRequest;
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing = call(url.href, {
      ...{ method: request.method, headers: Object.fromEntries([...kept, ...added]), signal, agent: false },
      lookup: (_name, { all }, done) => (all ? done(null, [address]) : done(null, address.address, address.family)),
    });
    outgoing.on("response", resolve).on("error", reject).end(request.body);
  });
  const body = await readBounded(response, rules.maxBytes);
  if (body === null) return refusal(`the answer is larger than ${rules.maxBytes} bytes`);
  const hide = (text: string) => secrets.reduce((shown, { value }) => hidden(shown, value), text);
  const shown = Object.entries(response.headers).map(([name, value]) => [name, hide([value ?? ""].flat().join(", "))] as const);
  return {
    ...{ ok: true, url: url.href, status: response.statusCode ?? 0, statusText: hide(response.statusMessage ?? "") },
    headers: Object.fromEntries(shown),
    body: secrets.length === 0 ? body : Buffer.from(hide(body.toString("latin1")), "latin1"),
  };
}

/** Only an address that the configuration names may get a secret without TLS. */
const isNamed = ({ privateAddresses }: Rules, { address }: LookupAddress): boolean =>
  privateAddresses.length > 0 && mayReach(address, blockListOf(privateAddresses)) && !mayReach(address, blockListOf([]));

/** A server that echoes what it was sent must not become a way to read a secret: itself, or its part after `Bearer `. */
function hidden(text: string, value: string): string {
  const parts = [value, value.slice(value.lastIndexOf(" ") + 1)].filter((part) => part.length >= MASKED_FROM);
  return parts.reduce((shown, part) => shown.replaceAll(part, "*".repeat(part.length)), text);
}

async function readBounded(response: IncomingMessage, limit: number): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) {
      response.destroy();
      return null;
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
