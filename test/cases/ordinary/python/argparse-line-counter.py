#!/usr/bin/env python3
import argparse
import pathlib


def count(path: pathlib.Path, skip_blank: bool) -> int:
    with path.open(encoding="utf-8", errors="replace") as fh:
        return sum(1 for line in fh if line.strip() or not skip_blank)


def main(argv=None) -> int:
    parser = argparse.ArgumentParser(description="Count lines of source files")
    parser.add_argument("paths", nargs="+", type=pathlib.Path)
    parser.add_argument("--skip-blank", action="store_true")
    parser.add_argument("--suffix", default=".py")
    args = parser.parse_args(argv)

    total = 0
    for root in args.paths:
        files = [root] if root.is_file() else sorted(root.rglob(f"*{args.suffix}"))
        for file in files:
            n = count(file, args.skip_blank)
            total += n
            print(f"{n:6d} {file}")
    print(f"{total:6d} total")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
