import re
from collections import Counter
from datetime import datetime

LINE = re.compile(r"^(?P<time>\S+) (?P<level>[A-Z]+) (?P<source>[\w.]+): (?P<message>.*)$")


def parse(lines):
    for number, line in enumerate(lines, start=1):
        match = LINE.match(line.rstrip())
        if match is None:
            continue
        entry = match.groupdict()
        entry["line"] = number
        entry["time"] = datetime.fromisoformat(entry["time"])
        yield entry


def top_errors(path, limit=10):
    with open(path, encoding="utf-8") as handle:
        errors = [e for e in parse(handle) if e["level"] in ("ERROR", "FATAL")]
    counts = Counter((e["source"], e["message"]) for e in errors)
    return counts.most_common(limit)


def main():
    for (source, message), count in top_errors("logs/app.log"):
        print(f"{count:5d}  {source:20s} {message}")


main()
