import hashlib
import hashlib as h
from hashlib import md5 as fingerprint
from hashlib import sha256


def store(password, data):
    # ruleid: weak-hash
    hashlib.md5(password.encode()).hexdigest()
    # ruleid: weak-hash
    h.sha1(data)
    # ruleid: weak-hash
    fingerprint(data)
    # ruleid: weak-hash
    hashlib.new("md5", data)
    algorithm = "sha" + "1"
    # ruleid: weak-hash
    hashlib.new(algorithm, data)
    # ok: weak-hash
    sha256(data)
    # ok: weak-hash
    hashlib.new("sha256", data)
    # ok: weak-hash
    print("hashlib.md5(password)")  # hashlib.md5(password)


def local(md5, data):
    # ok: weak-hash
    md5(data)
