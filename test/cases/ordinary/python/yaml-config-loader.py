import os
from pathlib import Path

import yaml

DEFAULTS = {"workers": 2, "log_level": "info", "paths": {"input": "in", "output": "out"}}


def merge(base, extra):
    out = dict(base)
    for key, value in extra.items():
        if isinstance(value, dict) and isinstance(out.get(key), dict):
            out[key] = merge(out[key], value)
        else:
            out[key] = value
    return out


def load(path="config.yaml"):
    file = Path(path)
    extra = yaml.safe_load(file.read_text()) if file.exists() else {}
    config = merge(DEFAULTS, extra or {})
    config["workers"] = int(os.environ.get("WORKERS", config["workers"]))
    return config


config = load()
output = Path(config["paths"]["output"])
output.mkdir(exist_ok=True)
(output / "effective.yaml").write_text(yaml.safe_dump(config, sort_keys=True))
