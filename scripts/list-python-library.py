"""Prints every public callable of the modules of Python's standard library that reach outside the program, a module a line.

What it prints is compared by hand with test/analysis/python-library.yaml when a Python release adds something:
python3 scripts/list-python-library.py
"""

import importlib
import inspect
import warnings

warnings.simplefilter("ignore")

MODULES = """
os shutil pathlib subprocess socket ssl http.client http.server http.cookiejar urllib.request urllib.robotparser ftplib smtplib
poplib imaplib nntplib telnetlib xmlrpc.client xmlrpc.server ctypes ctypes.util multiprocessing multiprocessing.pool
multiprocessing.shared_memory multiprocessing.connection multiprocessing.managers concurrent.futures threading _thread signal
pickle marshal shelve dbm dbm.dumb sqlite3 tempfile zipfile tarfile gzip bz2 lzma zlib importlib importlib.util
importlib.machinery importlib.resources runpy code codeop sys site pty tty termios resource pwd grp spwd crypt logging
logging.handlers logging.config csv xml.etree.ElementTree asyncio fileinput glob mmap fcntl select selectors socketserver
webbrowser venv ensurepip zipimport zipapp compileall py_compile cProfile profile timeit trace pdb bdb doctest gc atexit
faulthandler getpass platform secrets configparser mailbox netrc plistlib tomllib json contextlib functools weakref sched
linecache wsgiref.simple_server readline syslog pipes imp asyncore smtpd pydoc pkgutil modulefinder filecmp codecs io hashlib
""".split()
# Classes whose methods do what they are there for.
CLASSES = """
subprocess.Popen socket.socket http.client.HTTPConnection ftplib.FTP smtplib.SMTP poplib.POP3 imaplib.IMAP4 telnetlib.Telnet
sqlite3.Connection zipfile.ZipFile tarfile.TarFile multiprocessing.pool.Pool asyncio.AbstractEventLoop shelve.Shelf
""".split()


def public(module_name):
    module = importlib.import_module(module_name)
    for name in sorted(vars(module)):
        value = getattr(module, name)
        if name.startswith("_") and name != "_exit" or inspect.ismodule(value) or not callable(value):
            continue
        owner = (getattr(value, "__module__", None) or "").split(".")[0].lstrip("_")
        if name not in getattr(module, "__all__", [name]) and owner not in (module_name.split(".")[0], "posix"):
            continue
        if not (inspect.isclass(value) and issubclass(value, BaseException)):
            yield name


def methods(class_name):
    module_name, _, name = class_name.rpartition(".")
    owner = getattr(importlib.import_module(module_name), name)
    return sorted(m for m in dir(owner) if not m.startswith("_") and inspect.isroutine(getattr(owner, m)))


for each in MODULES:
    try:
        print(f"{each}: {' '.join(public(each))}")
    except ImportError:
        continue
for each in CLASSES:
    print(f"{each}: {' '.join(methods(each))}")
