/** What tokens say about whoever has them. */
import type { Label } from "../effects.ts";

/** It opens nothing: `token["sub"]`, `tokens.expires_in`. */
const CLAIM =
  /^(sub|iss|aud|exp|iat|nbf|uid|user_?info|user_?id|user_?name|login|expires?(_?(in|at))?|expiry(_date)?|scopes?|token_?type|roles?|locale|tenant(_?id)?)$/i;
export const ofClaim = (labels: readonly Label[], name: string | null): readonly Label[] =>
  name !== null && labels.length > 0 && CLAIM.test(name) ? labels.filter((l) => l !== "secret.api_key" && l !== "secret.possible") : labels;
