/** Parts of Python's libraries as Python, by the name of the library. Only what carries values and calls what it was given. */
import { CONFIGPARSER } from "./python-configparser.ts";

export const WRITTEN_PYTHON: Readonly<Record<string, string>> = {
  fromkeys: `
def fromkeys(keys, value=None):
    return {key: value for key in keys}
`,
  functools: `
import written
class _Compared:
    def __init__(self, f, value):
        self.f = f
        self.value = value
    def __lt__(self, other):
        return self.f(self.value, other.value) < 0
def cmp_to_key(f):
    return lambda value: _Compared(f, value)
class singledispatch:
    def __init__(self, f):
        self.fs = [(object, f)]
    def register(self, kind, f=None):
        fs = self.fs
        if f is not None:
            fs.append((kind, f))
            return f
        if written.is_function(kind):
            fs.append((written.asked_kind(kind), kind))
            return kind
        def take(g):
            fs.append((kind, g))
            return g
        return take
    def dispatch(self, kind):
        return written.any_of([f for _, f in self.fs])
    def __call__(self, value, *args, **kw):
        return written.any_of([f for kind, f in self.fs if isinstance(value, kind)])(value, *args, **kw)
class singledispatchmethod(singledispatch):
    def __get__(self, owner, cls=None):
        fs = self.fs
        def bound(value, *args, **kw):
            return written.any_of([f for kind, f in fs if isinstance(value, kind)])(owner, value, *args, **kw)
        return bound
class partialmethod:
    def __init__(self, f, *args, **kw):
        self.f = f
        self.args = args
        self.kw = kw
    def __get__(self, owner, cls=None):
        f = self.f
        args = self.args
        kw = self.kw
        def bound(*more, **others):
            return f(owner, *args, *more, **{**kw, **others})
        return bound
`,
  urllib: `
class Request:
    def __init__(self, url, data=None, headers={}, origin_req_host=None, unverifiable=False, method=None):
        self.full_url = url
        self.data = data
        self.headers = {**(headers or {})}
        self.method = method
    def add_header(self, key, val):
        self.headers[key] = val
    def add_unredirected_header(self, key, val):
        self.headers[key] = val
    def has_header(self, key):
        return key in self.headers
    def get_header(self, key, default=None):
        return self.headers.get(key, default)
    def get_full_url(self):
        return self.full_url
    def get_method(self):
        return self.method
    def set_proxy(self, host, type):
        pass
`,
  pkgutil: `
class ModuleInfo:
    def __init__(self, name):
        self.module_finder = None
        self.name = name
        self.ispkg = False
    def __iter__(self):
        yield self.module_finder
        yield self.name
        yield self.ispkg
def iter_modules(path=None, prefix=""):
    return [ModuleInfo(prefix + str(id(path)))]
walk_packages = iter_modules
`,
  contextlib: `
class closing:
    def __init__(self, thing):
        self.thing = thing
    def __enter__(self):
        return self.thing
    def __exit__(self, *problem):
        self.thing.close()
class aclosing:
    def __init__(self, thing):
        self.thing = thing
    def __enter__(self):
        return self.thing
    def __exit__(self, *problem):
        self.thing.aclose()
    async def __aenter__(self):
        return self.thing
    async def __aexit__(self, *problem):
        await self.thing.aclose()
class ContextDecorator:
    def __call__(self, f):
        context = self
        def inner(*args, **kw):
            with context:
                return f(*args, **kw)
        return inner
`,
  codecs: `
import codecs
def getdecoder(name):
    return lambda given, errors="strict": (codecs.decode(given, name), len(given))
def getencoder(name):
    return lambda given, errors="strict": (codecs.encode(given, name), len(given))
class lookup:
    def __init__(self, name):
        self.name = name
    def decode(self, given, errors="strict"):
        return (codecs.decode(given, self.name), len(given))
    def encode(self, given, errors="strict"):
        return (codecs.encode(given, self.name), len(given))
`,
  logging: `
class LoggerAdapter:
    def __init__(self, logger, extra=None):
        self.logger = logger
        self.extra = extra
    def process(self, msg, kwargs):
        kwargs["extra"] = self.extra
        return msg, kwargs
    def debug(self, msg, *args, **kwargs):
        msg, kwargs = self.process(msg, kwargs)
        self.logger.debug(msg, *args, **kwargs)
    def log(self, level, msg, *args, **kwargs):
        self.debug(msg, *args, **kwargs)
    info = debug
    warning = debug
    error = debug
    exception = debug
    critical = debug
`,
  botocore: `
def xform_name(name, sep="_"):
    out = ""
    for i in range(len(name)):
        c = name[i]
        if i > 0 and c.isupper() and (not name[i - 1].isupper() or name[i + 1:i + 2].islower()):
            out += sep
        out += c.lower()
    return out
`,
  joblib: `
def delayed(f):
    def held(*args, **kw):
        return (f, args, kw)
    return held
class Parallel:
    def __init__(self, *given, **options):
        pass
    def __enter__(self):
        return self
    def __exit__(self, *problem):
        pass
    def __call__(self, jobs):
        return [f(*args, **kw) for f, args, kw in jobs]
`,
  threading: `
class Thread:
    def __init__(self, group=None, target=None, name=None, args=(), kwargs=None, daemon=None):
        self._target = target
        self._args = args
        self._kwargs = kwargs or {}
        self.daemon = daemon
        self.name = name
    def start(self):
        self.run()
    def run(self):
        if self._target is not None:
            self._target(*self._args, **self._kwargs)
    def join(self, timeout=None):
        pass
    def is_alive(self):
        return False
`,
  contextvars: `
class ContextVar:
    def __init__(self, name, default=None):
        self.name = name
        self.value = default
    def get(self, default=None):
        return self.value if self.value is not None else default
    def set(self, value):
        self.value = value
        return self
    def reset(self, token):
        pass
class Context:
    def run(self, f, *args, **kw):
        return f(*args, **kw)
    def copy(self):
        return self
    def get(self, var, default=None):
        return var.value
    def __getitem__(self, var):
        return var.value
def copy_context():
    return Context()
`,
  heapq: `
def heappush(heap, item):
    heap.append(item)
    heap.sort()
def heappop(heap):
    return heap.pop(0)
def heapify(heap):
    heap.sort()
def heappushpop(heap, item):
    heap.append(item)
    heap.sort()
    return heap.pop(0)
def heapreplace(heap, item):
    first = heap.pop(0)
    heap.append(item)
    heap.sort()
    return first
`,
  collections: `
class ChainMap:
    def __init__(self, *maps):
        self.maps = list(maps) or [{}]
        self.all = {}
        for each in reversed(self.maps):
            self.all.update(each)
    def __getitem__(self, key):
        return self.all[key]
    def __setitem__(self, key, value):
        self.all[key] = value
    def get(self, key, default=None):
        return self.all.get(key, default)
    def items(self):
        return self.all.items()
    def keys(self):
        return self.all.keys()
    def values(self):
        return self.all.values()
    def __iter__(self):
        return iter(self.all)
    def new_child(self, m=None):
        return ChainMap(m or {}, self.all)
`,
  multiprocessing: `
class Connection:
    def __init__(self, box):
        self.box = box
    def send(self, value):
        self.box.append(value)
    def send_bytes(self, value):
        self.box.append(value)
    def recv(self):
        return self.box.pop(0)
    def recv_bytes(self):
        return self.box.pop(0)
    def poll(self, timeout=0):
        return bool(self.box)
    def close(self):
        pass
def Pipe(duplex=True):
    box = []
    return Connection(box), Connection(box)
class Value:
    def __init__(self, kind, value=None, lock=True):
        self.value = value
    def get_lock(self):
        return self
    def get(self):
        return self.value
    def set(self, value):
        self.value = value
class Namespace:
    pass
class Manager:
    def __enter__(self):
        return self
    def __exit__(self, *problem):
        pass
    def start(self):
        pass
    def shutdown(self):
        pass
    def dict(self, *args, **kw):
        return dict(*args, **kw)
    def list(self, *args):
        return list(*args)
    def Queue(self, size=0):
        return []
    def Namespace(self):
        return Namespace()
    def Value(self, kind, value):
        return Value(kind, value)
`,
  asyncio: `
class Future:
    def __init__(self, loop=None):
        self.value = None
        self.waiting = []
    def set_result(self, value):
        self.value = value
        for f in self.waiting:
            f(self)
    def result(self):
        return self.value
    def done(self):
        return self.value is not None
    def add_done_callback(self, f, context=None):
        self.waiting.append(f)
    def __await__(self):
        yield
        return self.value
`,
  configparser: CONFIGPARSER,
};
