import { verify } from "jsonwebtoken";
import * as tokens from "jsonwebtoken";

// ruleid: jwt-expiry-ignored
verify(token, key, { ignoreExpiration: true });
// ruleid: jwt-expiry-ignored
tokens.verify(token, key, { algorithms: ["RS256"], ignoreExpiration: true });
// ok: jwt-expiry-ignored
verify(token, key, { ignoreExpiration: false });
// ok: jwt-expiry-ignored
verify(token, key);
