import crypto, { generateKeyPair } from "node:crypto";

const bits = 512;
// ruleid: short-rsa-key-js
crypto.generateKeyPairSync("rsa", { modulusLength: 1024 });
// ruleid: short-rsa-key-js
generateKeyPair("rsa", { modulusLength: bits, publicExponent: 65537 }, done);
// ok: short-rsa-key-js
crypto.generateKeyPairSync("rsa", { modulusLength: 3072 });
// ok: short-rsa-key-js
crypto.generateKeyPairSync("ed25519");
