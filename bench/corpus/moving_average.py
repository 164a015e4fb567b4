from collections import deque
from statistics import mean, stdev


class Window:
    def __init__(self, size):
        self.values = deque(maxlen=size)

    def add(self, value):
        self.values.append(value)
        return self

    @property
    def full(self):
        return len(self.values) == self.values.maxlen

    def score(self, value):
        if not self.full:
            return 0.0
        spread = stdev(self.values)
        return 0.0 if spread == 0 else (value - mean(self.values)) / spread


def anomalies(series, size=12, threshold=3.0):
    window = Window(size)
    for index, value in enumerate(series):
        if abs(window.score(value)) > threshold:
            yield index, value
        window.add(value)


readings = [20 + (i % 4) * 0.5 for i in range(60)]
readings[41] = 35.0
print(list(anomalies(readings)))
