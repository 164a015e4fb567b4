import jwt, { verify as check } from "jsonwebtoken";

export function who(token, key) {
  // ruleid: jwt-none-algorithm
  jwt.verify(token, key, { algorithms: ["none"] });
  // ruleid: jwt-none-algorithm
  check(token, "", { algorithms: ["HS256", "none"], issuer: "me" });
  // ruleid: jwt-none-algorithm
  jwt.sign({ id: 1 }, "", { algorithm: "none" });
  // ok: jwt-none-algorithm
  jwt.verify(token, key, { algorithms: ["HS256"] });
  // ok: jwt-none-algorithm
  jwt.sign({ id: 1 }, key, { algorithm: "RS256" });
  // ok: jwt-none-algorithm
  return jwt.verify(token, key);
}
