/**
 * The messages between client, supervisor and workers: `u32 length | u8 kind | 16-byte run tag | body`, on a pipe of
 * their own. INVARIANT: the tag is random per run and never enters the guest's realm, so a guest cannot forge a frame.
 */
export const TAG_BYTES = 16;
export const NO_TAG = "00".repeat(TAG_BYTES);

/** Codes on the wire. `output*` bodies are UTF-8 text; the others are described where they are sent. */
export const FRAME = {
  run: 1,
  kill: 2,
  cancel: 3,
  status: 10,
  started: 11,
  stdout: 12,
  stderr: 13,
  done: 14,
  ready: 20,
  result: 21,
  setup: 22,
  /** The interpreter of the run that was answered waits for the next one of its session. */
  kept: 23,
  /** What is kept is given up for a fresh one. */
  renew: 24,
  fetch: 30,
  fetched: 31,
} as const;

export type Frame = { readonly kind: number; readonly tag: string; readonly body: Buffer };

const HEADER = 4 + 1 + TAG_BYTES;

export function encodeFrame(kind: number, tag: string, body: Uint8Array | string = ""): Buffer {
  const bytes = typeof body === "string" ? Buffer.from(body, "utf8") : body;
  const frame = Buffer.allocUnsafe(HEADER + bytes.length);
  frame.writeUInt32BE(1 + TAG_BYTES + bytes.length, 0);
  frame.writeUInt8(kind, 4);
  frame.write(tag, 5, TAG_BYTES, "hex");
  frame.set(bytes, HEADER);
  return frame;
}

/** Two parts in one body, `u32 length of head | head JSON | rest`: the reader of the head need not read the rest. */
export function joinBody(head: object, rest: Uint8Array | string): Buffer {
  const headBytes = Buffer.from(JSON.stringify(head), "utf8");
  const restBytes = typeof rest === "string" ? Buffer.from(rest, "utf8") : rest;
  const length = Buffer.allocUnsafe(4);
  length.writeUInt32BE(headBytes.length, 0);
  return Buffer.concat([length, headBytes, restBytes]);
}

export function splitBody(body: Buffer): { readonly head: unknown; readonly rest: Buffer } {
  const length = body.readUInt32BE(0);
  return { head: JSON.parse(body.toString("utf8", 4, 4 + length)), rest: body.subarray(4 + length) };
}

/**
 * Cuts a byte stream into frames. Returns false once a frame is longer than `maxBody`: the peer broke the
 * protocol, and the stream is unusable from then on.
 */
export function frameReader(maxBody: number, onFrame: (frame: Frame) => void): (chunk: Buffer) => boolean {
  let parts: Buffer[] = [];
  let held = 0;
  let broken = false;
  return (chunk) => {
    if (broken) return false;
    parts.push(chunk);
    held += chunk.length;
    let need = neededBytes(parts, held);
    while (need !== null && need - 4 - 1 - TAG_BYTES <= maxBody && need >= HEADER && held >= need) {
      const all = parts.length === 1 ? parts[0]! : Buffer.concat(parts, held);
      parts = all.length > need ? [all.subarray(need)] : [];
      held -= need;
      onFrame({ kind: all.readUInt8(4), tag: all.toString("hex", 5, HEADER), body: all.subarray(HEADER, need) });
      need = neededBytes(parts, held);
    }
    broken = need !== null && (need - HEADER > maxBody || need < HEADER);
    return !broken;
  };
}

/** Total size of the first frame held, or null while its length is not known yet. */
function neededBytes(parts: Buffer[], held: number): number | null {
  if (held < 4) return null;
  if (parts[0]!.length < 4) parts.splice(0, parts.length, Buffer.concat(parts, held));
  return 4 + parts[0]!.readUInt32BE(0);
}
