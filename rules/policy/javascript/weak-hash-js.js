import crypto, { createHash } from "node:crypto";

// ruleid: weak-hash-js
crypto.createHash("md5").update(data);
// ruleid: weak-hash-js
createHash("SHA1");
const algorithm = "md5";
// ruleid: weak-hash-js
createHash(algorithm);
// ok: weak-hash-js
createHash("sha256");
// ok: weak-hash-js
crypto.createHmac("sha256", key);
