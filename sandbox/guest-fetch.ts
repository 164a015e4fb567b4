/** `fetch` for the guest: a question to the host as bounded text, and its answer as an object. Compiled there: see guest-natives.ts. */
import { bounded, type Natives } from "./guest-natives.ts";
import { decodeUtf8, encodeUtf8 } from "./guest-text.ts";

/** Takes a number, JSON text of `{url, method, headers}`, and the body, one character for each byte. False: there is no network. */
export type Ask = (id: number, head: string, body: string) => boolean;
type Waiting = { readonly resolve: (value: unknown) => void; readonly reject: (error: unknown) => void };
export type Requests = { lastId: number; waiting: number; readonly byId: Record<number, Waiting | undefined> };

export function createRequests(n: Natives): Requests {
  return { lastId: 0, waiting: 0, byId: n.create(null) };
}

export function installFetch(n: Natives, requests: Requests, ask: Ask, define: (name: string, value: unknown) => void): void {
  define("fetch", async (target: unknown, init: unknown) => {
    const given = (typeof init === "object" && init !== null ? init : {}) as Record<string, unknown>;
    const url = bounded(n, n.toText(target), 8192);
    const method = given.method === undefined ? "GET" : bounded(n, n.toText(given.method), 20);
    const head = n.stringify({ __proto__: null, url, method, headers: headerObject(n, given.headers) });
    if (head.length > 65_536) throw new n.TypeError("fetch: the headers are too large");
    const body = bodyText(n, given.body);
    if (body.length > 524_288) throw new n.TypeError("fetch: the body is larger than 512 KiB");
    requests.lastId++;
    const id = requests.lastId;
    if (!ask(id, head, body)) throw new n.Error(`network is not available in the sandbox: \`${bounded(n, url, 200)}\``);
    return new n.Promise((resolve, reject) => {
      requests.waiting++;
      requests.byId[id] = { __proto__: null, resolve, reject } as Waiting;
    });
  });
}

/** Plain objects, lists of pairs and maps: what libraries give as headers. */
function headerObject(n: Natives, given: unknown): Record<string, string> {
  const headers = n.create(null) as Record<string, string>;
  if (typeof given !== "object" || given === null) return headers;
  const keep = (name: unknown, value: unknown) => {
    headers[bounded(n, n.toText(name), 200)] = bounded(n, n.toText(value), 8192);
  };
  if (n.isArray(given)) {
    for (let i = 0; i < given.length && i < 100; i++) keep((given[i] as unknown[])[0], (given[i] as unknown[])[1]);
    return headers;
  }
  const names = n.keys(given);
  for (let i = 0; i < names.length && i < 100; i++) keep(names[i], (given as Record<string, unknown>)[names[i]!]);
  return headers;
}

/** One character for each byte. */
function bodyText(n: Natives, given: unknown): string {
  if (given === undefined || given === null) return "";
  const view = given as Uint8Array;
  const bytes = n.isView(given) ? new n.Uint8Array(view.buffer, view.byteOffset, view.byteLength) : encodeUtf8(n, given);
  let text = "";
  for (let i = 0; i < bytes.length && i <= 524_288; i++) text += n.charFromCode(bytes[i]!);
  return text;
}

/** The host's answer: `head` is JSON text, `body` one character for each byte. */
export function deliverAnswer(n: Natives, requests: Requests, id: number, head: string, body: string): void {
  const waiting = requests.byId[id];
  if (waiting === undefined) return;
  requests.byId[id] = undefined;
  requests.waiting--;
  const answer = n.parse(head) as { error?: string; url: string; status: number; statusText: string; headers: Record<string, string> };
  if (answer.error !== undefined) waiting.reject(new n.TypeError(`fetch: ${answer.error}`));
  else waiting.resolve(responseOf(n, answer, body));
}

function responseOf(
  n: Natives,
  answer: { url: string; status: number; statusText: string; headers: Record<string, string> },
  body: string,
): Record<string, unknown> {
  const bytes = () => {
    const made = new n.Uint8Array(body.length);
    for (let i = 0; i < body.length; i++) made[i] = n.call(n.codeAt, body, i);
    return made;
  };
  const header = (name: unknown) => {
    const key = n.call(n.lowerCase, n.toText(name));
    return n.call(n.hasOwn, answer.headers, key) ? answer.headers[key] : undefined;
  };
  const headers = {
    get: (name: unknown) => header(name) ?? null,
    has: (name: unknown) => header(name) !== undefined,
    forEach: (each: (value: string, name: string) => void) => {
      const names = n.keys(answer.headers);
      for (let i = 0; i < names.length; i++) each(answer.headers[names[i]!]!, names[i]!);
    },
  };
  const { url, status, statusText } = answer;
  return {
    ...{ url, status, statusText, headers, ok: status >= 200 && status < 300 },
    text: async () => decodeUtf8(n, bytes()),
    json: async () => n.parse(decodeUtf8(n, bytes())),
    arrayBuffer: async () => bytes().buffer,
    bytes: async () => bytes(),
  };
}

/** What the isolate is given of this file, as text. */
export const FETCH_FUNCTIONS: readonly ((...given: never[]) => unknown)[] = [
  ...[createRequests, installFetch, headerObject, bodyText],
  ...[deliverAnswer, responseOf],
];
