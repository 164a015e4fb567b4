"""Runs one submitted program in a process of its own, inside a sandbox, with all that Python can do there.

The only argument is the descriptor on which the program comes (until its end) and the report goes back. It protects
nothing: the program shares this process. What is observed was tried; the program can get around being observed, and its
child processes are not observed at all.
"""

import errno
import json
import linecache
import os
import signal
import sys
import threading

FOLDER = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(FOLDER, "python-program.py"), encoding="utf-8") as program_file:
    exec(compile(program_file.read(), __file__, "exec"), globals())

WORK = "/tmp/work"
#: Where a program may write if it may write at all.
WRITABLE = ("/tmp/", "/dev/shm/", "/dev/null")
#: Where the interpreter itself reads.
LIBRARIES = tuple({path.rstrip("/") + "/" for path in (sys.base_prefix, sys.prefix, *filter(None, sys.path))}) + ("/dev/", "/etc/")
#: linux/socket.h: within the machine.
LOCAL_FAMILY = 1

_observed = []
_seen = set()
_self = os.getpid()
_watching = False
_writes = False
_channel = -1
#: Kinds of effects that may be tried; None: any.
_expects = None


def observe(kind, target, allowed):
    """Says once that the program tried something."""
    entry = (kind, str(target)[:200], allowed)
    if _watching and len(_observed) < 50 and entry not in _seen:
        _seen.add(entry)
        _observed.append({"kind": entry[0], "target": entry[1], "allowed": allowed})
    if _watching and _expects is not None and kind != "import" and kind not in _expects:
        _stop(*entry[:2])


def _stop(kind, target):
    """The program goes no further, and neither does what it started."""
    global _watching
    _watching = False
    _flush()
    error = f"the program was stopped: it tried `{kind}` of `{target}`, which analysis had not predicted"
    _send(_channel, "failed", error=error, reason="unpredicted_effect")
    os.kill(_self, signal.SIGKILL)
    os._exit(1)


def _may_write(path):
    return _writes and os.path.abspath(path).startswith(WRITABLE)


def _opened(path, mode, flags):
    if isinstance(path, int):
        return
    name = _text(path)
    if name == os.devnull:
        return
    if isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
        observe("fs.write", name, _may_write(name))
    elif "__pycache__" not in name and not os.path.abspath(name).startswith(LIBRARIES) and name != FILE:
        observe("fs.read", name, True)


def _changed(kind):
    return lambda path, *_: observe(kind, _text(path), _may_write(_text(path)))


def _started(path, args, *_):
    words = args if isinstance(args, (str, bytes)) else [path] if not args else args
    observe("process.exec", _text(words) if isinstance(words, (str, bytes)) else " ".join(_text(word) for word in words), True)


def _connected(kind):
    def say(socket, address):
        if getattr(socket, "family", None) != LOCAL_FAMILY:
            observe(kind, address, False)

    return say


#: Audit event (docs.python.org/3/library/audit_events.html) -> what to say about its arguments.
AUDITED = {
    "open": _opened,
    "os.remove": _changed("fs.delete"),
    "os.rmdir": _changed("fs.delete"),
    "shutil.rmtree": _changed("fs.delete_tree"),
    "os.rename": lambda source, target, *_: _changed("fs.write")(target),
    "os.mkdir": _changed("fs.write"),
    "os.system": lambda command: observe("process.exec", _text(command), True),
    "os.exec": _started,
    "os.posix_spawn": _started,
    "subprocess.Popen": _started,
    "os.fork": lambda: observe("process.spawn", "fork", True),
    "os.forkpty": lambda: observe("process.spawn", "fork", True),
    "_thread.start_new_thread": lambda *_: observe("process.spawn", "thread", True),
    "os.kill": lambda pid, *_: observe("process.signal", pid, True),
    "os.putenv": lambda name, *_: observe("env.write", _text(name), True),
    "socket.connect": _connected("net.send"),
    "socket.sendto": _connected("net.send"),
    "socket.bind": _connected("net.listen"),
    "socket.getaddrinfo": lambda host, *_: observe("net.fetch", host, False),
    "urllib.Request": lambda url, *_: observe("net.fetch", url, False),
    "ctypes.dlopen": lambda name: observe("code.load", name, True),
}


def _audit(event, args):
    if _watching and event in AUDITED:
        try:
            AUDITED[event](*args)
        except (TypeError, ValueError):
            observe(event, "", True)


def _receive(channel):
    """What the other side sent until it said that this is all."""
    os.write(channel, b"R")
    parts = []
    while part := os.read(channel, 1 << 20):
        parts.append(part)
    return json.loads(b"".join(parts))


def _keep(channel):
    """The channel under a number that no child gets; standard input has nothing to say."""
    kept = os.dup(channel)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    if channel != 0:
        os.close(channel)
    return kept


def _send(channel, status, **parts):
    report = {"reason": None, "error": None, "result": None, "heapBytes": 0, "observedEffects": _observed, "files": {}, **parts}
    left = f"{status}\n{json.dumps(report)}".encode("utf-8", "surrogatepass")
    while left:
        left = left[os.write(channel, left) :]


def _attempt(code, names):
    global _watching
    program = _compile(code)
    _watching = True
    _execute(program, names)
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join()


def _run(body):
    """Status and parts of the report."""
    global _watching
    code, limit = body["code"], body["outputBytes"]
    linecache.cache[FILE] = (len(code), None, code.splitlines(keepends=True), FILE)
    error = None
    try:
        names = _guest_module(body["inputs"], json.dumps(body["files"]) if body["declaredFiles"] else None).__dict__
        _attempt(code, names)
        _watching = False
        return "completed", {"result": _result(names, limit), "files": _outputs(names, limit)}
    except BaseException as raised:
        error = raised
    _watching = False
    status, text = _ended(error)
    if status == "output_exceeded":
        return status, {"error": f"the result is larger than {limit} bytes", "reason": "result_too_large"}
    return status, {"error": text}


def main():
    global _writes, _channel, _expects
    channel = int(sys.argv[1])
    body = _receive(channel)
    _channel = channel = _keep(channel)
    sys.argv = [FILE]
    sys.stdout.reconfigure(errors="backslashreplace", line_buffering=True)
    _writes, _expects = body["placesFiles"], body["expects"]
    for directory in (WORK, "/tmp/outputs"):
        try:
            os.makedirs(directory, exist_ok=True)
        except OSError as refusal:
            if refusal.errno != errno.EROFS:
                raise
    os.chdir(WORK)
    sys.path.insert(0, "")
    sys.addaudithook(_audit)
    status, parts = _run(body)
    # a child that came back here is not the program
    if os.getpid() == _self:
        _flush()
        _send(channel, status, **parts)


def _flush():
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError, AttributeError):
            pass


_own = sys.modules["__main__"]
main()
