import https from "node:https";
import tls from "node:tls";

// ruleid: old-tls-version
https.createServer({ key, cert, minVersion: "TLSv1" });
// ruleid: old-tls-version
tls.connect({ secureProtocol: "SSLv3_method", host });
// ok: old-tls-version
https.createServer({ key, cert, minVersion: "TLSv1.2" });
// ok: old-tls-version
tls.connect({ host });
