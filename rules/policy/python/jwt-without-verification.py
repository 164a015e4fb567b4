import jwt
import jwt as tokens
from jwt import decode


def who(token, key):
    # ruleid: jwt-without-verification
    jwt.decode(token, verify=False)
    # ruleid: jwt-without-verification
    tokens.decode(token, options={"verify_signature": False})
    # ruleid: jwt-without-verification
    decode(token, key, options={"verify_exp": True, "verify_signature": False})
    relaxed = {"verify_signature": False}
    # ruleid: jwt-without-verification
    jwt.decode(token, options=relaxed)
    # ruleid: jwt-without-verification
    jwt.decode(token, key, algorithms=["none"])
    # ok: jwt-without-verification
    jwt.decode(token, key, algorithms=["HS256"])
    # ok: jwt-without-verification
    jwt.decode(token, key, options={"verify_signature": True}, algorithms=["RS256"])
    # ok: jwt-without-verification
    return token.decode("utf-8")
