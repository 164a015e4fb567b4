import copy
import json
from pathlib import Path


def merge(base, extra):
    result = copy.deepcopy(base)
    for key, value in extra.items():
        if isinstance(value, dict) and isinstance(result.get(key), dict):
            result[key] = merge(result[key], value)
        elif isinstance(value, list) and isinstance(result.get(key), list):
            result[key] = result[key] + [item for item in value if item not in result[key]]
        else:
            result[key] = value
    return result


def load(path):
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except json.JSONDecodeError as error:
        raise SystemExit(f"{path}:{error.lineno}: {error.msg}")


settings = {}
for layer in ("config/default.json", "config/production.json", "config/local.json"):
    settings = merge(settings, load(layer))

print(json.dumps(settings, indent=2, sort_keys=True))
