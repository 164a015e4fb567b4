"""Runs programs for real and says what they did: one JSON list of [event, target] for each, by audit hooks.

Usage: python3 observe.py JOBS, where JOBS is a JSON list of {"code": ..., "directory": ...}. Each runs in a child of its own.
"""
import json
import os
import sys

# Loaded before anything is watched: reading their own files is no deed of the program.
LIBRARIES = (
    "asyncio base64 binascii codecs collections concurrent.futures.thread contextlib copy dataclasses encodings.idna "
    "encodings.latin_1 encodings.rot_13 functools importlib itertools operator pathlib shutil socket sqlite3 string "
    "subprocess threading types urllib.request weakref zipfile zlib"
)
OPEN_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC
# Files that are the program's own: what libraries compile for themselves is theirs.
OWN = {"program.py", "<string>", "<x>"}
SIMPLE = {
    "os.remove": "delete", "os.rmdir": "delete", "shutil.rmtree": "delete", "os.mkdir": "write", "os.rename": "write",
    "os.listdir": "read", "os.scandir": "read", "os.system": "exec", "sqlite3.connect": "read",
}


def observe(events, home):
    def hook(name, args):
        if name == "open" and isinstance(args[0], (str, bytes)):
            writes = bool(args[2] & OPEN_WRITES) if isinstance(args[2], int) else False
            record("write" if writes else "read", args[0])
        elif name in SIMPLE and args and isinstance(args[0], (str, bytes)):
            # Relative to an open directory: part of the removal of a tree, which is seen by itself.
            if len(args) < 2 or args[-1] == -1 or not isinstance(args[-1], int) or name == "os.mkdir" or name == "os.listdir":
                record(SIMPLE[name], args[0])
        elif name == "subprocess.Popen":
            command = args[1] if isinstance(args[1], str) else " ".join(map(str, args[1]))
            events.append(["exec", command])
        elif name == "socket.connect" and isinstance(args[1], tuple):
            events.append(["connect", str(args[1][0])])
        elif name == "compile" and args[0] is not None and sys._getframe(2).f_code.co_filename in OWN:
            events.append(["eval", ""])

    def record(kind, path):
        path = os.fsdecode(path)
        if kind == "exec":
            events.append([kind, path])
            return
        whole = os.path.normpath(os.path.join(os.getcwd(), path))
        if whole == home or whole.startswith(home + os.sep):
            events.append([kind, os.path.relpath(whole, home)])

    return hook


def run(job, result):
    os.chdir(job["directory"])
    home = os.getcwd()
    code = compile(job["code"], "program.py", "exec")
    events = []
    failure = None
    sink = os.open(os.devnull, os.O_WRONLY)
    os.dup2(sink, 1)
    sys.path.insert(0, home)
    done = []
    hook = observe(events, home)
    sys.addaudithook(lambda name, args: None if done else hook(name, args))
    try:
        exec(code, {"__name__": "__main__", "__builtins__": __builtins__})
        sys.stdout.flush()
    except BaseException as problem:
        failure = f"{type(problem).__name__}: {problem}"
    import atexit
    atexit._run_exitfuncs()
    done.append(True)
    os.write(result, json.dumps({"events": events, "failure": failure}).encode())


def main():
    for name in LIBRARIES.split():
        __import__(name)
    answers = []
    for job in json.load(open(sys.argv[1])):
        back, result = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(back)
            run(job, result)
            os._exit(0)
        os.close(result)
        text = b""
        while chunk := os.read(back, 65536):
            text += chunk
        os.close(back)
        os.waitpid(child, 0)
        answers.append(json.loads(text or b'{"events": [], "failure": "died"}'))
    print(json.dumps(answers))


main()
