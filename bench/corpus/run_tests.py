import subprocess
import sys
import time

STEPS = [
    ("lint", ["ruff", "check", "src"]),
    ("types", ["mypy", "src"]),
    ("tests", ["pytest", "-q", "--maxfail=5"]),
]


def run(name, command):
    started = time.perf_counter()
    completed = subprocess.run(command, capture_output=True, text=True, check=False)
    elapsed = time.perf_counter() - started
    return {"name": name, "ok": completed.returncode == 0, "seconds": elapsed, "output": completed.stdout}


def main():
    results = [run(name, command) for name, command in STEPS]
    for result in results:
        mark = "ok  " if result["ok"] else "FAIL"
        print(f"{mark} {result['name']:<8} {result['seconds']:.1f}s")
        if not result["ok"]:
            print(result["output"])
    return 0 if all(result["ok"] for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
