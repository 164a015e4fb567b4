"""Runs one submitted program inside the interpreter and says what came of it.

Executed once, before the memory snapshot is taken; `begin` is called after every restore. It protects nothing: the
guest shares this interpreter and may change all of it. What holds a guest is the isolate around the interpreter. The text
of python-program.py stands before this one, in the same module.
"""

import asyncio
import errno
import io
import linecache
import os
import random
import sys
import tempfile
import time
import traceback
from json import dumps, loads

import _sandbox_network as network
import _sandbox_packages as packages
from pyodide.ffi import unregister_js_module

NO_NETWORK = "network is not available in the sandbox"
NO_PROCESSES = "processes are not available in the sandbox"
NO_FILES = "files are not available in the sandbox"

_host = None
_seen = set()
#: Given up when memory runs out, so that there is room to say so.
_reserve = None
#: Whether the program runs now: what this file itself does is not the program's.
_watching = False
#: Whether the program may have files, its own in memory too.
_has_files = True


def observe(kind, target, allowed):
    """Says once that the guest tried something."""
    if not _watching or len(_seen) >= 50:
        return
    entry = (kind, str(target)[:200], allowed)
    if entry not in _seen:
        _seen.add(entry)
        _host.observe(entry[0], entry[1], allowed)


def begin(wheels, host):
    """Called after a restore: a snapshot holds the state of every generator, so that all runs would draw the same."""
    global _host
    _host = host
    random.seed()
    asyncio.events._set_running_loop(None)
    tempfile._name_sequence = None
    for name in ("js", "pyodide_js"):
        unregister_js_module(name)
        sys.modules.pop(name, None)
    packages.begin(wheels, host.wheel)
    _open_streams()


def _prepare():
    """Before every program: an interpreter that is kept for a session has run others."""
    global _reserve
    _seen.clear()
    _reserve = _reserve or bytearray(1 << 20)


def _file(kind, path):
    observe(kind, _text(path), _has_files)
    if not _has_files:
        raise PermissionError(errno.EACCES, NO_FILES)


def _opened(path, mode, flags):
    if isinstance(path, int):
        return
    name = _text(path)
    if name.startswith(("/lib/", "/dev/")) or name == FILE:
        return
    writes = bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)) if isinstance(flags, int) else False
    _file("fs.write" if writes else "fs.read", name)


def _listed(path):
    """The import system lists the working directory and the library by itself."""
    if _text(path) != os.environ.get("HOME") and not _text(path).startswith("/lib/"):
        _file("fs.read", path)


def _connected(database):
    """SQLite opens its files by itself, where no event says so."""
    if not _has_files and _text(database) not in ("", ":memory:"):
        _file("fs.write", database)


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
    "os.remove": lambda path, *_: _file("fs.delete", path),
    "os.rmdir": lambda path, *_: _file("fs.delete", path),
    "shutil.rmtree": lambda path, *_: _file("fs.delete_tree", path),
    "os.rename": lambda source, target, *_: _file("fs.write", target),
    "os.mkdir": lambda path, *_: _file("fs.write", path),
    "os.listdir": lambda path, *_: _listed(path),
    "os.scandir": lambda path: None if _has_files else _listed(path),
    "sqlite3.connect": _connected,
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
    "urllib.Request": lambda url, *_: None if network.is_granted() else _network("net.fetch", url),
    "ctypes.dlopen": lambda name: observe("code.load", name, False),
}


def _audit(event, args):
    """What cannot be done here is refused at once, in words, instead of failing in its own way later."""
    if _watching and event in AUDITED and not packages.is_unpacking():
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


def run(code, inputs, files, limit, has_network):
    """Runs a program; `limit` bounds result and outputs, in characters. Returns JSON: [status, error, result JSON, files]."""
    global _watching, _has_files
    _prepare()
    _has_files = files is not None
    network.grant(_host.ask if has_network else None)
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
    network.install(lambda origin: _network("net.fetch", origin))
    asyncio.events._set_event_loop_policy(_Policy())
    sys.addaudithook(_audit)
