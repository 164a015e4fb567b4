import functools
import json
import time
from pathlib import Path


def cached(directory="cache", seconds=3600):
    def wrap(function):
        @functools.wraps(function)
        def inner(*args):
            key = "-".join(str(arg) for arg in args) or "none"
            path = Path(directory) / f"{function.__name__}-{key}.json"
            if path.exists() and time.time() - path.stat().st_mtime < seconds:
                return json.loads(path.read_text(encoding="utf-8"))
            result = function(*args)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(result), encoding="utf-8")
            return result

        return inner

    return wrap


@cached(seconds=60)
def primes(limit):
    sieve = [True] * (limit + 1)
    for n in range(2, int(limit**0.5) + 1):
        if sieve[n]:
            sieve[n * n :: n] = [False] * len(sieve[n * n :: n])
    return [n for n in range(2, limit + 1) if sieve[n]]


print(len(primes(10_000)), "primes")
