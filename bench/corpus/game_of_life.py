import itertools


class Life:
    def __init__(self, cells):
        self.cells = set(cells)

    def neighbours(self, cell):
        x, y = cell
        for dx, dy in itertools.product((-1, 0, 1), repeat=2):
            if dx or dy:
                yield x + dx, y + dy

    def step(self):
        counts = {}
        for cell in self.cells:
            for other in self.neighbours(cell):
                counts[other] = counts.get(other, 0) + 1
        self.cells = {cell for cell, n in counts.items() if n == 3 or (n == 2 and cell in self.cells)}

    def __str__(self):
        xs = [x for x, _ in self.cells] or [0]
        ys = [y for _, y in self.cells] or [0]
        rows = range(min(ys), max(ys) + 1)
        return "\n".join("".join("#" if (x, y) in self.cells else "." for x in range(min(xs), max(xs) + 1)) for y in rows)


world = Life([(1, 0), (2, 1), (0, 2), (1, 2), (2, 2)])
for generation in range(5):
    print(generation, world, sep="\n")
    world.step()
