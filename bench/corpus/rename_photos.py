"""Give photos names that sort by date: 2024-05-17_0001.jpg."""
import argparse
from datetime import datetime
from pathlib import Path

SUFFIXES = {".jpg", ".jpeg", ".png", ".heic"}


def photos(folder):
    found = [path for path in Path(folder).iterdir() if path.suffix.lower() in SUFFIXES]
    return sorted(found, key=lambda path: path.stat().st_mtime)


def plan(folder):
    counters = {}
    for path in photos(folder):
        day = datetime.fromtimestamp(path.stat().st_mtime).strftime("%Y-%m-%d")
        counters[day] = counters.get(day, 0) + 1
        yield path, path.with_name(f"{day}_{counters[day]:04d}{path.suffix.lower()}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", default="photos")
    parser.add_argument("--apply", action="store_true")
    options = parser.parse_args()
    for old, new in plan(options.folder):
        print(f"{old.name} -> {new.name}")
        if options.apply and not new.exists():
            old.rename(new)


if __name__ == "__main__":
    main()
