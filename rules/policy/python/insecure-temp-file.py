import tempfile
from tempfile import mktemp


def scratch():
    # ruleid: insecure-temp-file
    tempfile.mktemp()
    # ruleid: insecure-temp-file
    mktemp(suffix=".txt")
    # ok: insecure-temp-file
    tempfile.mkstemp()
    # ok: insecure-temp-file
    return tempfile.NamedTemporaryFile(delete=False)


def custom():
    def mktemp():
        return "a"

    # ok: insecure-temp-file
    return mktemp()
