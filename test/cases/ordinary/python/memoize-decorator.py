import functools
import time


def timed(fn):
    @functools.wraps(fn)
    def wrapper(*args, **kwargs):
        t0 = time.monotonic()
        try:
            return fn(*args, **kwargs)
        finally:
            print(f"{fn.__name__}{args} took {time.monotonic() - t0:.4f}s")

    return wrapper


@functools.lru_cache(maxsize=None)
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


@timed
def first_over(limit):
    n = 0
    while fib(n) <= limit:
        n += 1
    return n


print(first_over(10_000), first_over(10**12))
print(fib.cache_info())
