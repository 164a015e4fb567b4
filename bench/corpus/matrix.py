from functools import reduce


class Matrix:
    def __init__(self, rows):
        self.rows = [list(row) for row in rows]
        if len({len(row) for row in self.rows}) != 1:
            raise ValueError("rows differ in length")

    @classmethod
    def identity(cls, size):
        return cls([int(i == j) for j in range(size)] for i in range(size))

    @property
    def columns(self):
        return list(zip(*self.rows))

    def __matmul__(self, other):
        return Matrix([[sum(a * b for a, b in zip(row, column)) for column in other.columns] for row in self.rows])

    def __pow__(self, exponent):
        return reduce(lambda left, right: left @ right, [self] * exponent, Matrix.identity(len(self.rows)))

    def __repr__(self):
        return f"Matrix({self.rows})"


fibonacci = Matrix([[1, 1], [1, 0]])
for n in range(1, 11):
    print(n, (fibonacci**n).rows[0][1])
