"""What runs a submitted program, whatever interpreter it runs in: compiling it with the value of its last expression kept,
turning that value and the outputs into JSON, and telling an error with the program's own lines.

Its text stands before that of a driver, in one module with it; the driver has `observe(kind, target, allowed)`.
"""

import ast
import asyncio
import builtins
import collections
import io
import os
import sys
import traceback
import types
from json import dumps, loads

FILE = "user.py"
VALUE = "__value_of_last_expression__"
MAX_ERROR = 8192
#: Integers beyond this lose digits in JSON readers (RFC 8259, section 6): they become decimal text.
MAX_SAFE_INTEGER = 2**53 - 1
#: Frames of a traceback that are shown, the innermost ones; and exceptions of a chain.
MAX_FRAMES = 40
MAX_CHAIN = 20


def _text(path):
    return os.fsdecode(path) if isinstance(path, (str, bytes, os.PathLike)) else str(path)


def _import(name, globals=None, locals=None, fromlist=(), level=0):
    """`__import__` of the guest's own module: says which modules the program itself asks for."""
    try:
        module = builtins.__import__(name, globals, locals, fromlist, level)
    except ImportError:
        observe("import", name, False)
        raise
    observe("import", name, True)
    return module


def _guest_module(inputs, files):
    module = types.ModuleType("__main__")
    sys.modules["__main__"] = module
    names = module.__dict__
    names["__builtins__"] = {**builtins.__dict__, "__import__": _import}
    names["inputs"] = loads(inputs)
    if files is not None:
        given = loads(files)
        names["files"] = types.MappingProxyType(given)
        names["outputs"] = {}
        for name, text in given.items():
            _place(name, text)
    return module


def _place(name, text):
    """A file of the request, in the working directory; a name that leads out of it stays in `files` only."""
    path = os.path.normpath(name)
    if os.path.isabs(path) or path.startswith(".."):
        return
    try:
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        with io.open(path, "w", encoding="utf-8", errors="surrogatepass", newline="") as file:
            file.write(text)
    except OSError:
        pass


def _compile(code):
    """The program with the value of its last expression kept under a name."""
    tree = ast.parse(code, FILE)
    last = tree.body[-1] if tree.body else None
    if isinstance(last, ast.Expr):
        target = ast.copy_location(ast.Name(VALUE, ast.Store()), last)
        tree.body[-1] = ast.copy_location(ast.Assign([target], last.value), last)
    return compile(tree, FILE, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)


def _execute(program, names):
    if program.co_flags & 0x80:  # CO_COROUTINE: awaits at the top level
        asyncio.run(eval(program, names))
    else:
        exec(program, names)


class _TooLarge(Exception):
    pass


class _Room:
    """How many characters a result may still have; counted low, so that the text itself is measured again."""

    def __init__(self, left):
        self.left = left

    def take(self, count):
        self.left -= count
        if self.left < 0:
            raise _TooLarge


def _plain(value, room, path=()):
    """`value` as what JSON has; containers by their content, anything else by what it says about itself."""
    room.take(len(value) if isinstance(value, (str, bytes, bytearray)) else 1)
    if value is None or isinstance(value, (bool, str)):
        return str(value) if isinstance(value, str) else value
    if isinstance(value, int):
        number = int(value)
        return number if -MAX_SAFE_INTEGER <= number <= MAX_SAFE_INTEGER else _decimal(number)
    if isinstance(value, float):
        return float(value) if value - value == 0 else None
    if isinstance(value, (bytes, bytearray)):
        return bytes(value).decode("utf-8", "backslashreplace")
    if any(value is above for above in path):
        return "[Circular]"
    if len(path) > 200:
        raise ValueError("the result is nested more than 200 levels")
    below = (*path, value)
    if isinstance(value, dict):
        return {key if isinstance(key, str) else str(key): _plain(item, room, below) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset, range, collections.deque)):
        return [_plain(item, room, below) for item in value]
    return _described(value, room, below)


def _decimal(number):
    return str(number) if number.bit_length() < 10_000 else hex(number)


def _described(value, room, below):
    if hasattr(type(value), "__dataclass_fields__"):
        return {name: _plain(getattr(value, name), room, below) for name in type(value).__dataclass_fields__}
    for method in ("isoformat", "tolist", "to_dict"):
        if callable(getattr(type(value), method, None)):
            return _plain(getattr(value, method)(), room, below)
    if isinstance(value, (type, types.FunctionType, types.BuiltinFunctionType, types.ModuleType)):
        return f"[{type(value).__name__} {getattr(value, '__name__', '')}]"
    return _plain(str(value), room, below)


def _result(names, limit):
    value = names.get(VALUE)
    return _to_json(names.get("result") if value is None else value, limit)


def _to_json(value, limit):
    text = dumps(_plain(value, _Room(limit)), ensure_ascii=False, separators=(",", ":"))
    if len(text) > limit:
        raise _TooLarge
    return text


def _outputs(names, limit):
    outputs = names.get("outputs")
    kept = {}
    left = limit
    for name, value in list(outputs.items())[:64] if isinstance(outputs, dict) else ():
        text = value if isinstance(value, str) else _to_json(value, left)
        left -= len(str(name)) + len(text)
        if left < 0:
            raise ValueError(f"outputs are larger than {limit} characters")
        kept[str(name)] = text
    return kept


def _shorten_chain(error):
    for _ in range(MAX_CHAIN):
        below = error.__cause__ or error.__context__
        if below is None:
            return
        error = below
    error.__cause__ = error.__context__ = None


def _failure(error):
    """The traceback with the guest's own frames first and none of this file's."""
    frame = error.__traceback__
    while frame is not None and frame.tb_frame.f_code.co_filename != FILE:
        frame = frame.tb_next
    try:
        _shorten_chain(error)
        lines = traceback.format_exception(type(error), error, frame, limit=-MAX_FRAMES)
        text = "".join(line for line in lines if __file__ not in line).rstrip("\n")
    except Exception:
        text = f"{type(error).__name__} that cannot be shown"
    return text if len(text) <= MAX_ERROR else f"{text[:2048]}\n...\n{text[-(MAX_ERROR - 2048) :]}"


def _ended(error):
    """Status and text of what a program ended with; leaving with 0 or nothing is an ordinary end."""
    if isinstance(error, _TooLarge):
        return "output_exceeded", None
    if error is None or (isinstance(error, SystemExit) and error.code in (None, 0)):
        return "completed", None
    if isinstance(error, MemoryError):
        return "memory_exceeded", _failure(error)
    return "failed", _failure(error)
