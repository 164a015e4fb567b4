import re
from collections import Counter
from pathlib import Path

STOP_WORDS = {"the", "a", "an", "and", "or", "of", "to", "in", "is", "it"}

text = Path("notes/meeting.txt").read_text(encoding="utf-8")
words = re.findall(r"[a-z']+", text.lower())
counts = Counter(w for w in words if w not in STOP_WORDS and len(w) > 2)

for word, n in counts.most_common(15):
    bar = "#" * min(n, 40)
    print(f"{word:>15} {n:4d} {bar}")

print("distinct words:", len(counts))
