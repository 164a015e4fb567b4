/** One request, one answer, within one deadline. No redirects and no retries: each could change what was asked. */
import { AgentGuardError, Refused } from "./errors.ts";
import { type Fields, readObject } from "./read-answer.ts";

export type TransportOptions = {
  readonly baseUrl: string;
  readonly apiKey: string | null;
  /** For the whole exchange, in ms. */
  readonly timeoutMs: number;
};

/** Resolves with the text of an answer of 200; rejects with AgentGuardError for everything else. */
export type Transport = (method: "GET" | "POST", path: string, body?: Fields, idempotencyKey?: string) => Promise<string>;

/** The largest answer that is read, in bytes. A run's output is limited far below it. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

const HEADER_TEXT = /^[!-~]+$/;

/** Throws TypeError when an option cannot work; its message holds no key. */
export function createTransport({ baseUrl, apiKey, timeoutMs }: TransportOptions): Transport {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.search !== "" || url.hash !== "" || url.username !== "")
    throw new TypeError(`baseUrl must look like http://localhost:5000, not ${JSON.stringify(baseUrl)}`);
  if (!(timeoutMs > 0)) throw new TypeError("timeoutMs must be a number above 0");
  if (apiKey !== null && !HEADER_TEXT.test(apiKey)) throw new TypeError("apiKey is empty or holds characters that a header cannot carry");
  const base = `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
  const authorization = apiKey === null ? {} : { authorization: `Bearer ${apiKey}` };
  return async (method, path, body, idempotencyKey) => {
    if (idempotencyKey !== undefined && !HEADER_TEXT.test(idempotencyKey))
      throw new TypeError("idempotencyKey is empty or holds characters that a header cannot carry");
    const signal = AbortSignal.timeout(timeoutMs);
    const headers = {
      accept: "application/json",
      ...authorization,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey }),
    };
    const request: RequestInit = { method, headers, signal, redirect: "manual", cache: "no-store" };
    if (body !== undefined) request.body = JSON.stringify(body);
    try {
      const response = await fetch(`${base}${path}`, request);
      const text = await readText(response);
      if (response.status !== 200) throw new Refused(response.status, problemIn(text), retryAfterOf(response));
      return text;
    } catch (error) {
      throw error instanceof AgentGuardError ? error : failure(error, url.host, signal.aborted ? timeoutMs : null);
    }
  };
}

function failure(error: unknown, host: string, timeoutMs: number | null): AgentGuardError {
  if (timeoutMs !== null) return new AgentGuardError("timed_out", `no whole answer from ${host} within ${timeoutMs} ms`, error);
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
  return new AgentGuardError("unreachable", `cannot talk to ${host}: ${cause}; is the server running?`, error);
}

async function readText(response: Response): Promise<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let text = "";
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MAX_ANSWER_BYTES) throw unusable(`it is longer than ${MAX_ANSWER_BYTES} bytes`);
    text += decode(() => decoder.decode(chunk, { stream: true }));
  }
  return text + decode(() => decoder.decode());
}

function decode(step: () => string): string {
  try {
    return step();
  } catch (error) {
    throw unusable("it is not UTF-8", error);
  }
}

const unusable = (what: string, cause?: unknown) => new AgentGuardError("invalid_answer", `the answer cannot be used: ${what}`, cause);

/** The problem document, or nothing when a proxy answered something else. */
function problemIn(text: string): Fields {
  try {
    return readObject(text);
  } catch {
    return {};
  }
}

function retryAfterOf(response: Response): number | null {
  const value = response.headers.get("retry-after") ?? "";
  return /^\d{1,9}$/.test(value) ? Number(value) : null;
}
