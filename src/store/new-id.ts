/**
 * Time-ordered ids: UUID version 7 (RFC 9562), strictly increasing within a process, so that sorting by id is sorting by time.
 */
import { randomFillSync } from "node:crypto";

const COUNTER_LIMIT = 0x1000;
const RANDOM_BYTES = 10;
/** Random bytes for the next ids: asking for a few of them costs nearly as much as asking for many. */
const pool = Buffer.alloc(RANDOM_BYTES * 200);
let used = pool.length;
let lastMs = 0;
let counter = 0;

/**
 * A new id for `now` (ms since the epoch). A clock that stands still or runs backwards still gives a larger id: the 12 bits after
 * the time count up (RFC 9562, section 6.2, method 1), and when they overflow the time part runs ahead by 1 ms.
 */
export function newId(now: number): string {
  const random = nextRandom();
  const ms = Math.floor(now);
  if (ms > lastMs) {
    lastMs = ms;
    // The top bit starts at 0, which leaves at least 2,048 ids in each ms.
    counter = ((random[8]! << 8) | random[9]!) & 0x7ff;
  } else if (++counter === COUNTER_LIMIT) {
    lastMs += 1;
    counter = 0;
  }
  const time = lastMs.toString(16).padStart(12, "0");
  random[0] = (random[0]! & 0x3f) | 0x80;
  const tail = random.toString("hex", 0, 8);
  const count = counter.toString(16).padStart(3, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${count}-${tail.slice(0, 4)}-${tail.slice(4)}`;
}

/** Bytes that no other id has had or will have. */
function nextRandom(): Buffer {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += RANDOM_BYTES;
  return pool.subarray(used - RANDOM_BYTES, used);
}
