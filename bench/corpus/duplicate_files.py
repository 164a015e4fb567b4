import argparse
import hashlib
import os
from collections import defaultdict


def digest(path, size=1 << 16):
    state = hashlib.sha256()
    with open(path, "rb") as file:
        while chunk := file.read(size):
            state.update(chunk)
    return state.hexdigest()


def duplicates(root):
    by_size = defaultdict(list)
    for folder, _dirs, names in os.walk(root):
        for name in names:
            path = os.path.join(folder, name)
            if not os.path.islink(path):
                by_size[os.path.getsize(path)].append(path)
    for paths in by_size.values():
        groups = defaultdict(list)
        for path in paths if len(paths) > 1 else []:
            groups[digest(path)].append(path)
        yield from (group for group in groups.values() if len(group) > 1)


parser = argparse.ArgumentParser(description="List files with the same content.")
parser.add_argument("root", nargs="?", default="photos")
for group in duplicates(parser.parse_args().root):
    print(*group, sep="\n  ")
