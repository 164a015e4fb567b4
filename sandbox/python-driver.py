"""Runs one submitted program inside the interpreter and says what came of it.

Executed once, before the memory snapshot is taken; `begin` is called after every restore. It protects nothing: the
guest shares this interpreter and may change all of it. What holds a guest is the isolate around the interpreter.
"""

import ast
import asyncio
import builtins
import collections
import errno
import io
import linecache
import os
import random
import sys
import tempfile
import time
import traceback
import types
from json import dumps, loads

from pyodide.ffi import unregister_js_module

FILE = "user.py"
VALUE = "__value_of_last_expression__"
MAX_ERROR = 8192
#: Integers beyond this lose digits in JSON readers (RFC 8259, section 6): they become decimal text.
MAX_SAFE_INTEGER = 2**53 - 1
#: Frames of a traceback that are shown, the innermost ones; and exceptions of a chain.
MAX_FRAMES = 40
MAX_CHAIN = 20
NO_NETWORK = "network is not available in the sandbox"
NO_PROCESSES = "processes are not available in the sandbox"

_host = None
_seen = set()
#: Given up when memory runs out, so that there is room to say so.
_reserve = None
#: Whether the program runs now: what this file itself does is not the program's.
_watching = False


def observe(kind, target, allowed):
    """Says once that the guest tried something."""
    if not _watching or len(_seen) >= 50:
        return
    entry = (kind, str(target)[:200], allowed)
    if entry not in _seen:
        _seen.add(entry)
        _host.observe(entry[0], entry[1], allowed)


def begin(host):
    """Called after a restore: a snapshot holds the state of every generator, so that all runs would draw the same."""
    global _host, _reserve
    _host = host
    _reserve = bytearray(1 << 20)
    random.seed()
    asyncio.events._set_running_loop(None)
    tempfile._name_sequence = None
    for name in ("js", "pyodide_js"):
        unregister_js_module(name)
        sys.modules.pop(name, None)
    _open_streams()


def _text(path):
    return os.fsdecode(path) if isinstance(path, (str, bytes, os.PathLike)) else str(path)


def _opened(path, mode, flags):
    if isinstance(path, int):
        return
    name = _text(path)
    if name.startswith(("/lib/", "/dev/")) or name == FILE:
        return
    writes = bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)) if isinstance(flags, int) else False
    observe("fs.write" if writes else "fs.read", name, True)


def _listed(path):
    """The import system lists the working directory and the library by itself."""
    if _text(path) != os.environ.get("HOME") and not _text(path).startswith("/lib/"):
        observe("fs.read", _text(path), True)


def _process(kind, target):
    observe(kind, target, False)
    raise PermissionError(errno.EPERM, NO_PROCESSES)


def _network(kind, target):
    observe(kind, target, False)
    raise OSError(errno.ENETUNREACH, NO_NETWORK)


def _command(args):
    return args if isinstance(args, str) else " ".join(_text(word) for word in args or ())


#: Audit event (docs.python.org/3/library/audit_events.html) -> what to say about its arguments.
AUDITED = {
    "open": _opened,
    "os.remove": lambda path, *_: observe("fs.delete", _text(path), True),
    "os.rmdir": lambda path, *_: observe("fs.delete", _text(path), True),
    "shutil.rmtree": lambda path, *_: observe("fs.delete_tree", _text(path), True),
    "os.rename": lambda source, target, *_: observe("fs.write", _text(target), True),
    "os.mkdir": lambda path, *_: observe("fs.write", _text(path), True),
    "os.listdir": lambda path, *_: _listed(path),
    "os.system": lambda command: _process("process.exec", _text(command)),
    "os.exec": lambda path, args, *_: _process("process.exec", _command(args)),
    "os.posix_spawn": lambda path, args, *_: _process("process.exec", _command(args)),
    "subprocess.Popen": lambda program, args, *_: _process("process.exec", _command(args)),
    "os.fork": lambda: _process("process.spawn", "fork"),
    "_thread.start_new_thread": lambda *_: observe("process.spawn", "thread", False),
    "_thread.start_joinable_thread": lambda *_: observe("process.spawn", "thread", False),
    "os.kill": lambda pid, *_: _process("process.signal", pid),
    "os.putenv": lambda name, *_: observe("env.write", _text(name), True),
    "socket.connect": lambda _socket, address: _network("net.send", address),
    "socket.sendto": lambda _socket, address: _network("net.send", address),
    "socket.bind": lambda _socket, address: _network("net.listen", address),
    "socket.getaddrinfo": lambda host, *_: _network("net.fetch", host),
    "socket.gethostbyname": lambda host: _network("net.fetch", host),
    "urllib.Request": lambda url, *_: _network("net.fetch", url),
    "ctypes.dlopen": lambda name: observe("code.load", name, False),
}


def _audit(event, args):
    """What cannot be done here is refused at once, in words, instead of failing in its own way later."""
    if _watching and event in AUDITED:
        AUDITED[event](*args)


class _Stderr(io.TextIOWrapper):
    """Order across the two streams is kept: what was printed before is out before."""

    def write(self, text):
        sys.__stdout__.flush()
        return super().write(text)


def _open_streams():
    out = open(1, "wb", buffering=8192, closefd=False)
    err = open(2, "wb", buffering=0, closefd=False)
    sys.stdout = sys.__stdout__ = io.TextIOWrapper(out, "utf-8", "backslashreplace", newline="\n", line_buffering=True)
    sys.stderr = sys.__stderr__ = _Stderr(err, "utf-8", "backslashreplace", newline="\n", write_through=True)


def _sleep(seconds):
    """Waits in the host, in slices: the interpreter's own waiting would turn in a loop and burn CPU time."""
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        _host.sleep(left * 1000)


class _Loop(asyncio.base_events.BaseEventLoop):
    """An event loop of timers and callbacks: there is nothing else here that could become ready."""

    def __init__(self):
        super().__init__()
        self._selector = self

    def select(self, timeout):
        sys.__stdout__.flush()
        if timeout is None:
            raise RuntimeError("the program waits for something that nothing settles")
        _sleep(timeout)
        return ()

    def _process_events(self, events):
        pass

    def _write_to_self(self):
        pass

    def run_in_executor(self, executor, function, *args):
        """There are no threads: the function runs now."""
        future = self.create_future()
        try:
            future.set_result(function(*args))
        except Exception as error:
            future.set_exception(error)
        return future


class _Policy(asyncio.events._AbstractEventLoopPolicy):
    _loop = None

    def get_event_loop(self):
        if self._loop is None:
            raise RuntimeError("There is no current event loop.")
        return self._loop

    def set_event_loop(self, loop):
        self._loop = loop

    def new_event_loop(self):
        return _Loop()


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


def _attempt(code, names):
    global _watching
    program = _compile(code)
    _watching = True
    _execute(program, names)


def _caught(action, *args):
    """The value of an action and the error that ended it."""
    global _reserve
    try:
        return action(*args), None
    except MemoryError as error:
        _reserve = None
        traceback.clear_frames(error.__traceback__)
        return None, error
    except BaseException as error:
        return None, error


def run(code, inputs, files, limit):
    """Runs a program; `limit` bounds result and outputs, in characters. Returns JSON: [status, error, result JSON, files]."""
    global _watching
    linecache.cache[FILE] = (len(code), None, code.splitlines(keepends=True), FILE)
    names = _guest_module(inputs, files).__dict__
    _, error = _caught(_attempt, code, names)
    _watching = False
    _caught(_flush)
    if isinstance(error, MemoryError):
        names.clear()
    status, text = _ended(error)
    if status != "completed":
        return dumps([status, text, None, {}])
    answer, error = _caught(lambda: [status, None, _result(names, limit), _outputs(names, limit)])
    if error is not None:
        status, text = _ended(error)
        answer = ["failed" if status == "completed" else status, text, None, {}]
    return dumps(answer)


def _flush():
    sys.__stdout__.flush()
    sys.__stderr__.flush()


#: Loaded before the snapshot is taken, so that no run pays for them.
PRELOADED = """abc argparse array base64 bisect calendar cmath collections concurrent.futures configparser contextlib copy csv
ctypes dataclasses datetime decimal difflib email encodings.idna enum fnmatch fractions functools getpass glob gzip hashlib heapq hmac html html.parser
http.client inspect io itertools keyword locale logging math multiprocessing numbers operator pathlib pickle platform pprint queue random re secrets
select shlex shutil signal socket sqlite3 statistics string struct subprocess sys tempfile textwrap threading time timeit tokenize
traceback types typing unicodedata unittest.mock urllib.parse urllib.request uuid warnings weakref xml.etree.ElementTree zipfile zlib
zoneinfo"""


def install():
    """Everything that a snapshot may hold."""
    for name in PRELOADED.split():
        try:
            __import__(name)
        except ImportError:
            pass
    time.sleep = _sleep
    asyncio.events._set_event_loop_policy(_Policy())
    sys.addaudithook(_audit)
