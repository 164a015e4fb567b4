/**
 * Ciphers, digests and keys made of passwords on constants: what a program that brings its own key would find in its payload.
 * Only the amount of work that a key asks for is bounded here; the sizes of texts are bounded where they are made.
 */
import { createDecipheriv, createHash, type DecipherGCM, pbkdf2Sync, scryptSync } from "node:crypto";
import { type ByteString, bufferOf, isBytes, isText, PURE_LIMIT, type Pure, toBytes } from "./pure-value.ts";

const CIPHER = /^(aes-?(128|192|256)-(cbc|ctr|ecb|gcm|cfb8?|ofb)|des-ede3(-cbc)?|chacha20(-poly1305)?)$/i;
const DIGEST = /^(md5|sha-?(1|224|256|384|512)|ripemd160)$/i;
/** Rounds of a key that are computed; more of them say that a key is to be slow. */
const MOST_ROUNDS = 100_000;
const LONGEST_KEY = 128;

/** Bytes as a program writes them: a text, a Buffer, a list of numbers. */
function bytesOf(value: Pure | undefined): Buffer | undefined {
  if (isText(value) || isBytes(value)) return bufferOf(value);
  return Array.isArray(value) && value.every((n) => typeof n === "number") ? Buffer.from(value as number[]) : undefined;
}

const computed = (make: () => Buffer): ByteString | undefined => {
  try {
    const made = make();
    return made.length > PURE_LIMIT ? undefined : toBytes(made);
  } catch {
    return undefined;
  }
};

/** What is in the data as far as it goes: with the last block where that is whole, else without it. */
export function deciphered(...[algorithm, key, iv, data, padded]: readonly (Pure | undefined)[]): ByteString | undefined {
  const [secret, start, given] = [bytesOf(key), iv === null ? null : bytesOf(iv), bytesOf(data)];
  if (!isText(algorithm) || !CIPHER.test(algorithm) || secret === undefined || start === undefined || given === undefined) return undefined;
  const name = algorithm.toLowerCase().replace(/^aes-?(\d)/, "aes-$1");
  return computed(() => {
    const decipher = createDecipheriv(name, secret, start);
    if (padded === false) decipher.setAutoPadding(false);
    const found = (decipher as DecipherGCM).update(given);
    return Buffer.concat([found, lastBlock(() => decipher.final())]);
  });
}

/** Data that goes on has no last block yet, and a tag that nobody checks says nothing about what is in it. */
function lastBlock(final: () => Buffer): Buffer {
  try {
    return final();
  } catch {
    return Buffer.alloc(0);
  }
}

/** What `crypto-js` makes of a password and a text that begins with `Salted__` (OpenSSL's EVP_BytesToKey). */
export function openSalted(text: Pure | undefined, password: Pure | undefined): ByteString | undefined {
  const given = isText(text) ? Buffer.from(text, "base64") : undefined;
  const secret = bytesOf(password);
  if (given === undefined || secret === undefined || given.subarray(0, 8).toString("latin1") !== "Salted__") return undefined;
  const salt = given.subarray(8, 16);
  let made = Buffer.alloc(0);
  for (let last = Buffer.alloc(0); made.length < 48; made = Buffer.concat([made, last]))
    last = createHash("md5")
      .update(Buffer.concat([last, secret, salt]))
      .digest();
  return deciphered("aes-256-cbc", toBytes(made.subarray(0, 32)), toBytes(made.subarray(32, 48)), toBytes(given.subarray(16)));
}

export function digested(algorithm: Pure | undefined, data: Pure | undefined): ByteString | undefined {
  const given = bytesOf(data);
  if (!isText(algorithm) || !DIGEST.test(algorithm) || given === undefined) return undefined;
  return computed(() => createHash(algorithm).update(given).digest());
}

const isLength = (length: Pure | undefined): length is number => typeof length === "number" && length > 0 && length <= LONGEST_KEY;

/** `pbkdf2Sync(password, salt, rounds, length, digest)`. */
export function stretched(...[password, salt, rounds, length, digest]: readonly (Pure | undefined)[]): ByteString | undefined {
  const [secret, grain] = [bytesOf(password), bytesOf(salt)];
  if (secret === undefined || grain === undefined || !isText(digest) || !DIGEST.test(digest) || !isLength(length)) return undefined;
  return typeof rounds === "number" && rounds <= MOST_ROUNDS
    ? computed(() => pbkdf2Sync(secret, grain, rounds, length, digest))
    : undefined;
}

/** `scryptSync(password, salt, length)` with its ordinary cost. */
export function scrypted(...[password, salt, length, options]: readonly (Pure | undefined)[]): ByteString | undefined {
  const [secret, grain] = [bytesOf(password), bytesOf(salt)];
  if (secret === undefined || grain === undefined || !isLength(length) || options !== undefined) return undefined;
  return computed(() => scryptSync(secret, grain, length));
}
