import crypto from "node:crypto";
import { createCipher as scramble } from "crypto";
const c = require("crypto");

export function seal(key, iv, text) {
  // ruleid: obsolete-cipher
  crypto.createCipher("aes-128-cbc", key).update(text);
  // ruleid: obsolete-cipher
  scramble("aes-128-cbc", key);
  // ruleid: obsolete-cipher
  c["createDecipher"]("aes-128-cbc", key);
  // ok: obsolete-cipher
  crypto.createCipheriv("aes-128-gcm", key, iv);
  // ok: obsolete-cipher
  return crypto.createHash("sha256").update(text);
}
