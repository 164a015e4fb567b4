import os
import tempfile


def render_report(lines):
    """Write to a temporary file first so a half-written report is never seen."""
    fd, tmp = tempfile.mkstemp(suffix=".txt")
    try:
        with os.fdopen(fd, "w") as out:
            for number, line in enumerate(lines, start=1):
                out.write(f"{number:03d} {line}\n")
        size = os.path.getsize(tmp)
        with open(tmp) as check:
            first = check.readline().rstrip()
    finally:
        os.remove(tmp)
    return size, first


size, first = render_report(["alpha", "beta", "gamma"])
print(size, first)
