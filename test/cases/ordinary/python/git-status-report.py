import subprocess
from collections import Counter

result = subprocess.run(
    ["git", "status", "--porcelain"],
    capture_output=True,
    text=True,
    check=True,
)

kinds = Counter()
for line in result.stdout.splitlines():
    code, path = line[:2], line[3:]
    kinds[code.strip() or "?"] += 1
    if path.endswith(".py"):
        print("changed:", path)

branch = subprocess.check_output(["git", "rev-parse", "--abbrev-ref", "HEAD"], text=True).strip()
print(f"{branch}: {sum(kinds.values())} changes", dict(kinds))
