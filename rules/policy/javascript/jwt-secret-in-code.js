import jwt from "jsonwebtoken";
const { sign } = require("jsonwebtoken");

// ruleid: jwt-secret-in-code
jwt.sign({ id }, "s3cret-key", { expiresIn: "1h" });
// ruleid: jwt-secret-in-code
sign({ id }, "s3cret-key");
// ruleid: jwt-secret-in-code
jwt.verify(token, "s3cret-key");
// ok: jwt-secret-in-code
jwt.sign({ id }, process.env.JWT_KEY);
// ok: jwt-secret-in-code
jwt.verify(token, publicKey);
