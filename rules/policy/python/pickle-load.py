import json
import pickle
import pickle as p
from pickle import loads as thaw


def read(data, file):
    # ruleid: pickle-load
    pickle.loads(data)
    # ruleid: pickle-load
    p.load(file)
    # ruleid: pickle-load
    thaw(data)
    # ruleid: pickle-load
    __import__("pickle").loads(data)
    # ok: pickle-load
    json.loads(data)
    # ok: pickle-load
    pickle.dumps(data)
    # ok: pickle-load
    return "pickle.loads(data)"
