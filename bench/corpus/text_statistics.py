import string
import sys
from collections import Counter

STOP_WORDS = {"the", "a", "an", "and", "or", "of", "to", "in", "is", "it", "that", "for"}


def words(text):
    table = str.maketrans("", "", string.punctuation)
    return [word for word in text.translate(table).lower().split() if word]


def sentences(text):
    return [part.strip() for part in text.replace("!", ".").replace("?", ".").split(".") if part.strip()]


def statistics(text):
    tokens = words(text)
    counted = Counter(token for token in tokens if token not in STOP_WORDS)
    return {
        "words": len(tokens),
        "distinct": len(set(tokens)),
        "sentences": len(sentences(text)),
        "mean_length": sum(map(len, tokens)) / max(len(tokens), 1),
        "common": counted.most_common(5),
    }


sample = "The quick brown fox jumps over the lazy dog. It is not amused! Is the fox?"
for key, value in statistics(sample).items():
    print(f"{key}: {value}", file=sys.stdout)
