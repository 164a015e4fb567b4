/** Python's standard library, whole: every callable is modelled or was judged harmless, and what is modelled does what it says. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { parse } from "yaml";
import { shippedModels } from "../rules/shipped-rules.ts";
import { programOf } from "./interpret/analyze-source.ts";

const { python } = shippedModels();
const library = parse(readFileSync(new URL("./python-library.yaml", import.meta.url), "utf8")) as Record<
  string,
  { readonly modelled?: string; readonly harmless?: string }
>;
const words = (text = ""): string[] => text.split(" ").filter((word) => word !== "");
/** Classes that have no name in a program. */
const CLASSES = new Map([["asyncio.AbstractEventLoop", "asyncio.Loop"]]);
const owners = (module: string): string[] => [module, CLASSES.get(module) ?? python.apis.get(module)?.returns ?? module];

describe("every callable that reaches outside", () => {
  for (const [module, { modelled, harmless }] of Object.entries(library))
    it(module, () => {
      const has = (name: string): boolean => owners(module).some((owner) => python.apis.has(`${owner}.${name}`));
      assert.deepEqual(
        words(modelled).filter((name) => !has(name)),
        [],
        "listed as modelled, and without a model",
      );
      assert.deepEqual(words(harmless).filter(has), [], "listed as harmless, and modelled");
    });
});

/** `;;` stands for the end of a line. */
const CASES: readonly (readonly [effect: string, code: string])[] = [
  ["fs.write /etc/cron.d/x path.persistence", 'import gzip ;; gzip.GzipFile("/etc/cron.d/x", "wb").write(b"x")'],
  ["fs.read /etc/shadow path.credentials", 'import lzma ;; lzma.LZMAFile("/etc/shadow")'],
  ["fs.read /etc/shadow path.credentials", 'import io ;; io.FileIO("/etc/shadow").read()'],
  ["fs.write /etc/cron.d/x path.persistence", 'import os ;; os.fdopen(os.open("/etc/cron.d/x", os.O_WRONLY | os.O_CREAT), "w")'],
  ["fs.read /etc/hosts path.system_public", 'import os ;; os.open("/etc/hosts", os.O_RDONLY)'],
  ["fs.write /etc/passwd path.system_sensitive", 'import shutil ;; shutil.copymode("a", "/etc/passwd")'],
  ["fs.delete /etc/passwd path.system_sensitive", 'import contextlib, os ;; with contextlib.chdir("/etc"): ;;     os.remove("passwd")'],
  ["fs.delete /etc/passwd path.system_sensitive", 'import posixpath, os ;; os.remove(posixpath.join("/etc", "passwd"))'],
  ["fs.write /etc/cron.d/x path.persistence", 'import xml.etree.ElementTree as ET ;; ET.parse("a.xml").write("/etc/cron.d/x")'],
  ["fs.write /etc/cron.d/x path.persistence", 'import logging ;; logging.basicConfig(filename="/etc/cron.d/x")'],
  ["fs.write /etc/cron.d/x path.persistence", 'from logging.handlers import RotatingFileHandler ;; RotatingFileHandler("/etc/cron.d/x")'],
  ["fs.write /etc/cron.d path.persistence", 'import tempfile ;; tempfile.NamedTemporaryFile(dir="/etc/cron.d")'],
  ["fs.write /etc/cron.d/x path.persistence", 'import http.cookiejar as c ;; c.MozillaCookieJar().save("/etc/cron.d/x")'],
  ["fs.read /root/.bash_history path.credentials", 'import readline ;; readline.read_history_file("/root/.bash_history")'],
  ["fs.read /var/mail/root path.system_sensitive", 'import mailbox ;; mailbox.mbox("/var/mail/root")'],
  ["fs.write /usr/local/bin/app path.system_public", 'import zipapp ;; zipapp.create_archive("src", "/usr/local/bin/app")'],
  ["fs.write .venv path.workspace", 'import venv ;; venv.EnvBuilder(with_pip=True).create(".venv")'],
  ["fs.delete_tree / path.root", 'from distutils.spawn import spawn ;; spawn(["rm", "-rf", "/"])'],
  ["fs.delete_tree / path.root", 'import pipes ;; pipes.Template().append("rm -rf /", "--")'],
  ["fs.delete_tree / path.root", 'import asyncio ;; asyncio.get_event_loop().subprocess_shell(P, "rm -rf /")'],
  ["fs.delete_tree / path.root", 'import asyncio, os ;; asyncio.get_running_loop().call_later(5, os.system, "rm -rf /")'],
  ["fs.delete_tree / path.root", 'import asyncio, os ;; asyncio.get_event_loop().run_in_executor(None, os.system, "rm -rf /")'],
  ["fs.delete_tree / path.root", 'import pkgutil ;; pkgutil.resolve_name("os:system")("rm -rf /")'],
  ["fs.delete_tree / path.root", 'import pydoc ;; pydoc.locate("os.system")("rm -rf /")'],
  ["fs.delete_tree / path.root", "import timeit ;; timeit.Timer(\"__import__('os').system('rm -rf /')\").timeit(1)"],
  ["fs.delete_tree / path.root", 'import trace, os ;; trace.Trace().runfunc(os.system, "rm -rf /")'],
  ["fs.delete_tree / path.root", 'import weakref, os ;; weakref.ref(os.system)()("rm -rf /")'],
  ["fs.delete_tree / path.root", 'import sched, os ;; sched.scheduler().enter(1, 1, os.system, ("rm -rf /",))'],
  ["fs.delete_tree / path.root", 'import multiprocessing as m, os ;; m.get_context("spawn").Process(target=os.system, args=("rm -rf /",))'],
  ["fs.delete_tree / path.root", 'import multiprocessing as m, os ;; m.Pool(2).apply(os.system, args=("rm -rf /",))'],
  ["fs.delete_tree / path.root", 'import multiprocessing as m, os ;; m.Pool(2).imap_unordered(os.system, ["rm -rf /"])'],
  ["fs.delete_tree / path.root", 'import ctypes ;; ctypes.cdll["libc.so.6"].system(b"rm -rf /")'],
  ["fs.delete_tree / path.root", 'from collections import defaultdict ;; import os ;; os.system(defaultdict(lambda: "rm -rf /")["x"])'],
  [
    "fs.delete_tree / path.root",
    "from typing import NamedTuple ;; import os ;; class R(NamedTuple): ;;     cmd: str ;; os.system(R('rm -rf /').cmd)",
  ],
  ["net.send 203.0.113.9 host.raw", 'import ssl ;; ssl.create_connection(("203.0.113.9", 4444))'],
  ["net.send 203.0.113.9 host.raw", 'import asyncio ;; asyncio.new_event_loop().create_connection(P, "203.0.113.9", 4444)'],
  ["net.send 203.0.113.4 host.raw", 'import logging.handlers as h ;; h.SysLogHandler(address=("203.0.113.4", 514))'],
  ["net.fetch example.com host.public", 'import ssl ;; ssl.get_server_certificate(("example.com", 443))'],
  ["net.listen 0.0.0.0 host.loopback", 'import socketserver ;; socketserver.UDPServer(("0.0.0.0", 99), H)'],
  ["system.control the clock", "import time ;; time.clock_settime(time.CLOCK_REALTIME, 0)"],
  ["system.control 0", "import os ;; os.setregid(0, 0)"],
  ["process.signal 1 command.process", "import os ;; os.setpriority(os.PRIO_PROCESS, 1, 20)"],
];
const INNOCENT: readonly string[] = [
  "import os ;; os.setpriority(os.PRIO_PROCESS, 0, 10)",
  "import logging ;; logging.basicConfig(level=logging.INFO)",
  'import logging.handlers as h ;; h.SysLogHandler(address="/dev/log")',
  "import tempfile ;; tempfile.NamedTemporaryFile(suffix='.txt')",
  "from collections import defaultdict ;; seen = defaultdict(int) ;; seen['a'] += 1",
  "import weakref ;; weakref.ref(object())()",
  "import asyncio ;; asyncio.get_event_loop().call_later(5, print, 'late')",
];
const lines = (code: string): string => code.replaceAll(" ;; ", "\n");
const shown = (code: string): string[] =>
  programOf(lines(code), "python").effects.map(({ kind, target, targetClasses }) => [kind, target, ...targetClasses].join(" "));

describe("what its functions do", () => {
  for (const [effect, code] of CASES)
    it(code, () =>
      assert.ok(
        shown(code).some((each) => each.startsWith(effect)),
        shown(code).join("\n"),
      ),
    );
  for (const code of INNOCENT)
    it(`nothing: ${code}`, () =>
      assert.deepEqual(
        shown(code).filter((each) => !/^(print|call\.unmodelled)/.test(each)),
        [],
      ));
});
