"""Imports what the wheels of a local directory have: a wheel is unpacked when a program first asks for a module of it.

Executed before the memory snapshot is taken, like python-driver.py.
"""

import importlib
import io
import sys
import zipfile
from importlib.machinery import PathFinder
from json import loads

#: Below the library's own directory, so that what happens there is not taken for the program's doing.
DIRECTORY = f"/lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages"

_unpacking = False


def is_unpacking():
    return _unpacking


class _WheelFinder:
    """Asked last: the interpreter's own modules, and those of the request, come first."""

    def __init__(self, index, read):
        self._index = index
        self._read = read
        self._unpacked = set()

    def find_spec(self, name, path=None, target=None):
        wheels = self._index.pop(name, ()) if path is None else ()
        if not wheels:
            return None
        for wheel in wheels:
            self._unpack(wheel)
        importlib.invalidate_caches()
        return PathFinder.find_spec(name, path, target)

    def _unpack(self, wheel):
        global _unpacking
        if wheel in self._unpacked:
            return
        self._unpacked.add(wheel)
        _unpacking = True
        try:
            content = self._read(wheel)
            if content is None:
                raise ImportError(f"the package file {wheel} cannot be read")
            with zipfile.ZipFile(io.BytesIO(content.encode("latin-1"))) as archive:
                archive.extractall(DIRECTORY)
        finally:
            _unpacking = False


def begin(index, read):
    """`index` is JSON text: top-level module -> wheels; `read` gives a wheel, one character for each byte."""
    modules = loads(index)
    if not modules:
        return
    if DIRECTORY not in sys.path:
        sys.path.append(DIRECTORY)
    sys.meta_path.append(_WheelFinder(modules, read))
