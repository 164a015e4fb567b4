import yaml
from yaml import Loader, SafeLoader, load


def read(text):
    # ruleid: yaml-unsafe-load
    yaml.load(text)
    # ruleid: yaml-unsafe-load
    yaml.load(text, Loader=yaml.Loader)
    # ruleid: yaml-unsafe-load
    yaml.load(text, yaml.UnsafeLoader)
    # ruleid: yaml-unsafe-load
    load(text, Loader=Loader)
    # ruleid: yaml-unsafe-load
    yaml.unsafe_load(text)
    # ok: yaml-unsafe-load
    yaml.safe_load(text)
    # ok: yaml-unsafe-load
    yaml.load(text, Loader=yaml.SafeLoader)
    # ok: yaml-unsafe-load
    load(text, Loader=SafeLoader)
