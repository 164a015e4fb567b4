import re
from bisect import insort
from collections import Counter

STOP = frozenset("a an and are as at be by for in is it of on or the to with".split())
WORD = re.compile(r"[a-z']+")


def words(text):
    return [word for word in WORD.findall(text.lower()) if word not in STOP]


class Index:
    def __init__(self):
        self.places = {}
        self.lengths = Counter()

    def add(self, name, text):
        for position, word in enumerate(words(text)):
            insort(self.places.setdefault(word, []), (name, position))
            self.lengths[name] += 1

    def search(self, query):
        scores = Counter()
        for word in words(query):
            for name, _position in self.places.get(word, []):
                scores[name] += 1 / self.lengths[name]
        return [name for name, _score in scores.most_common(3)]


index = Index()
index.add("cats", "A cat is a small animal that sleeps in the sun")
index.add("dogs", "A dog is an animal that likes to run with its friend")
print(index.search("animal that runs in the sun"))
