/**
 * `Idempotency-Key`: a POST that is repeated with the same key gets the first answer again, marked `Idempotency-Replayed: true`.
 * Caller and route are part of the identity, so that keys of different callers or routes never meet.
 */
import { createCipheriv, createDecipheriv, createHmac, hash, randomBytes } from "node:crypto";
import canonicalize from "canonicalize";
import type { NextFunction, Request, RequestHandler, Response } from "express";
import type { Ledger } from "../engine/idempotency.ts";
import { presentedKey } from "./authenticate.ts";
import { sendProblem, sendRefusal } from "./problem.ts";

/** The draft writes the key as a quoted string (RFC 9651), most clients write it bare: both are the same key. */
const KEY = /^(?:"([\x20-\x21\x23-\x5b\x5d-\x7e]{1,255})"|([\x21\x23-\x7e]{1,255}))$/;

/** Answers after which nobody can say that nothing was done. */
const UNKNOWN = new Set(["internal", "store.outcome_unrecorded"]);

type Options = {
  readonly ledger: Ledger;
  /** Whether the answer is a decision, which holds only under the rules it was made under. */
  readonly judged: boolean;
};

/** For handlers behind `authenticate` that need a key of the caller. Without the header the handler runs as it is. */
export function idempotent(options: Options, handler: RequestHandler): RequestHandler {
  return (request, response, next) => {
    const header = request.headers["idempotency-key"];
    return header === undefined ? handler(request, response, next) : once(options, handler, { request, response, next }, String(header));
  };
}

type Exchange = { readonly request: Request; readonly response: Response; readonly next: NextFunction };

async function once({ ledger, judged }: Options, handler: RequestHandler, exchange: Exchange, header: string): Promise<void> {
  const { request, response } = exchange;
  const match = KEY.exec(header);
  if (match === null) {
    const detail = "`Idempotency-Key` must be 1 to 255 printable ASCII characters without spaces, such as a UUID";
    return sendProblem(response, { status: 400, code: "idempotency.invalid_key", detail });
  }
  const requestDigest = digestOf(request.body);
  if (requestDigest === null) return sendProblem(response, { status: 400, code: "request.invalid", detail: "the body is nested too deep" });
  const identity = identityOf(request, match[1] ?? match[2]!);
  const claimed = await ledger.claim({ id: identity.id, requestDigest, judged });
  if (!claimed.ok) return sendRefusal(response, claimed.refusal);
  if (claimed.value === null) return work(ledger, identity, handler, exchange);
  response.setHeader("Idempotency-Replayed", "true");
  response.setHeader("Cache-Control", "no-store");
  response.status(claimed.value.status).json(JSON.parse(open(identity.seal, claimed.value.sealedBody)));
}

/** Holds the handler's answer back until it is stored. */
async function work(ledger: Ledger, { id, seal }: Identity, handler: RequestHandler, { request, response, next }: Exchange): Promise<void> {
  const send = response.json;
  let body: unknown;
  let answered = false;
  response.json = (given) => {
    body = given;
    answered = true;
    return response;
  };
  try {
    await handler(request, response, next);
  } finally {
    response.json = send;
    if (!answered) ledger.abandon(id);
  }
  if (!answered) return;
  const { statusCode: status } = response;
  if (status < 300) await ledger.answer(id, { status, sealedBody: close(seal, JSON.stringify(body)) });
  else if (UNKNOWN.has((body as { code?: string }).code ?? "")) ledger.abandon(id);
  else await ledger.release(id);
  response.json(body);
}

type Identity = { readonly id: string; readonly seal: Buffer };

/**
 * INVARIANT 8: an answer may hold the output of a run, or a new key. It is sealed with a key derived from the caller's own,
 * of which the server keeps only a hash, so that the stored answer is of use to nobody else.
 */
function identityOf(request: Request, key: string): Identity {
  const place = `${request.method}\0${request.path}\0${key}`;
  const derive = (purpose: string) => createHmac("sha256", presentedKey(request) ?? "").update(`${purpose}\0${place}`);
  return { id: derive("id").digest("hex"), seal: derive("seal").digest() };
}

/** The order of members and white space do not make another request. Null for what is nested beyond the stack. */
function digestOf(body: unknown): string | null {
  for (const write of [canonicalize, JSON.stringify]) {
    try {
      return hash("sha256", write(body ?? null) as string, "hex");
    } catch {
      // A text that is not well-formed Unicode has no canonical form, but it can be written.
    }
  }
  return null;
}

const IV_BYTES = 12;
const TAG_BYTES = 16;

function close(key: Buffer, text: string): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, iv);
  const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString("base64");
}

/** Throws when the stored answer is not the one that was stored. */
function open(key: Buffer, stored: string): string {
  const bytes = Buffer.from(stored, "base64");
  const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString("utf8");
}
