/**
 * Libraries whose objects are programs, as Python: `rm["-rf", path]()` and `local["rm"]` of plumbum, `sh.rm.bake("-rf")`. A program
 * that is put together runs as the command line that it stands for.
 */
export const PLUMBUM = `
import subprocess, shlex
def words_(given):
    out = []
    for each in given:
        if isinstance(each, Command):
            out = out + each.words_
        elif isinstance(each, (list, tuple)):
            out = out + words_(each)
        else:
            out = out + [each]
    return out
class Line:
    def __init__(self, text):
        self.text_ = text
    def line_(self):
        return self.text_
    def __call__(self, *more, **kw):
        return subprocess.check_output(self.text_, shell=True)
    run = run_fg = run_bg = run_tf = run_retcode = popen = nohup = __call__
    def __and__(self, how):
        return self()
    def __or__(self, other):
        return Line(self.line_() + " | " + other.line_())
    def __gt__(self, path):
        return Line(self.line_() + " > " + str(path))
    def __rshift__(self, path):
        return Line(self.line_() + " >> " + str(path))
    def __lt__(self, path):
        return Line(self.line_() + " < " + str(path))
class Command(Line):
    def __init__(self, words):
        self.words_ = words
    def line_(self):
        return shlex.join(self.words_)
    def __getitem__(self, more):
        return Command(self.words_ + words_(more if isinstance(more, tuple) else (more,)))
    def bound_command(self, *more):
        return Command(self.words_ + words_(more))
    def with_env(self, **kw):
        return self
    def with_cwd(self, path):
        return self
    def __call__(self, *more, **kw):
        return subprocess.check_output(self.words_ + words_(more))
    run_fg = run_bg = run_tf = run_retcode = popen = nohup = __call__
    def run(self, args=(), **kw):
        return (0, self(args), "")
    def __lshift__(self, text):
        return Fed(self.words_, text)
class Fed(Command):
    def __init__(self, words, text):
        self.words_ = words
        self.given_ = text
    def __call__(self, *more, **kw):
        return subprocess.run(self.words_ + words_(more), input=self.given_).stdout
def get(*names):
    return Command([names[0]])
class SshMachine:
    def __init__(self, host, **kw):
        self.host_ = host
    def __enter__(self):
        return self
    def __exit__(self, *given):
        pass
    def __getitem__(self, name):
        return Command(["ssh", self.host_, name])
    def session(self):
        return Session(self.host_)
class Session:
    def __init__(self, host):
        self.host_ = host
    def run(self, line, **kw):
        return (0, subprocess.run(["ssh", self.host_, line]).stdout, "")
    popen = run
`;

export const SH = `
import subprocess
def options_(kw):
    out = []
    for name, value in kw.items():
        if not name.startswith("_"):
            out = out + [("-" + name) if len(name) == 1 else ("--" + name.replace("_", "-"))]
    return out
class Command:
    def __init__(self, *words):
        self.words_ = list(words)
    def bake(self, *more, **kw):
        return Command(*self.words_, *options_(kw), *more)
    def __call__(self, *more, _in=None, **kw):
        return subprocess.run(self.words_ + options_(kw) + list(more), input=_in).stdout
`;
