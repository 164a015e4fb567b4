from itertools import islice, product
from functools import reduce
from operator import mul


def identity(n): return [[int(i == j) for j in range(n)] for i in range(n)]


def matmul(a, b):
    columns = list(zip(*b))
    return [[sum(x * y for x, y in zip(row, col)) for col in columns] for row in a]


def power(m, k):
    result = identity(len(m))
    while k:
        if k & 1: result = matmul(result, m)
        m, k = matmul(m, m), k >> 1
    return result


def primes():
    found = []
    candidate = 2
    while True:
        if all(candidate % p for p in found):
            found.append(candidate)
            yield candidate
        candidate += 1


print(power([[1, 1], [1, 0]], 30)[0][1])
print(list(islice(primes(), 10)), reduce(mul, islice(primes(), 5)))
print(max((a * b, a, b) for a, b in product(range(90, 100), repeat=2) if str(a * b) == str(a * b)[::-1]))
