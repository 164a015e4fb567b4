import base64
import mimetypes
import sys
from pathlib import Path


def data_uri(path):
    mime, _ = mimetypes.guess_type(path)
    payload = base64.b64encode(Path(path).read_bytes()).decode("ascii")
    return f"data:{mime or 'application/octet-stream'};base64,{payload}"


def decode_token(token):
    """Decode the (unsigned) middle part of a dotted token for display."""
    middle = token.split(".")[1]
    padded = middle + "=" * (-len(middle) % 4)
    return base64.urlsafe_b64decode(padded).decode("utf-8")


if len(sys.argv) > 1:
    print(data_uri(sys.argv[1])[:80])
else:
    print(decode_token("eyJhbGciOiJub25lIn0.eyJzY29wZSI6InJlYWQifQ."))
