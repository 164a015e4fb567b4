import json
import sys
from typing import Any, Iterator


def flatten(value: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield ("a.b.0", leaf) pairs for a nested JSON document."""
    if isinstance(value, dict):
        for key, child in value.items():
            yield from flatten(child, f"{prefix}.{key}" if prefix else key)
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from flatten(child, f"{prefix}.{index}" if prefix else str(index))
    else:
        yield prefix, value


def run(text: str) -> None:
    document = json.loads(text)
    flat = dict(flatten(document))
    json.dump(flat, sys.stdout, indent=2, sort_keys=True)
    sys.stdout.write("\n")


run('{"service": {"name": "billing", "ports": [8080, 8081]}, "enabled": true}')
