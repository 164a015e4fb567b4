/** Texts and values -> target classes: prefix and suffix are both looked at, and a hole says where it comes from. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { TargetClass } from "../../analysis/effects.ts";
import { classifyHost, classifyHostText, classifyPath, classifyPathText, hostOf, normalisePath } from "../../analysis/targets.ts";
import { Values } from "../../analysis/values.ts";
import { specify } from "./fixme.ts";

const PATHS: Readonly<Record<string, readonly TargetClass[]>> = {
  // the workspace
  "a.txt": ["path.workspace"],
  "./a.txt": ["path.workspace"],
  "dir/../a.txt": ["path.workspace"],
  ".": ["path.workspace"],
  "": ["path.workspace"],
  "*": ["path.workspace"],
  ".github/workflows/ci.yml": ["path.workspace"],
  "etc/passwd": ["path.workspace"],
  "tmp/x": ["path.workspace"],
  "my.sshkeys": ["path.workspace"],
  "docs/id_rsa.md": ["path.workspace"],
  // temporary files
  "/tmp/x": ["path.tmp"],
  "/tmp": ["path.tmp"],
  "/var/tmp/x": ["path.tmp"],
  "{tmp}/x": ["path.tmp"],
  "//tmp//x": ["path.tmp"],
  "/tmp/../tmp/x": ["path.tmp"],
  // leaving by dots
  "/tmp/../etc/shadow": ["path.credentials"],
  "/tmp/../etc/hostname": ["path.system_public"],
  "/etc/./../etc//shadow": ["path.credentials"],
  "../../../../etc/shadow": ["path.credentials"],
  "/../etc/passwd": ["path.system_sensitive"],
  "../x": ["path.unknown"],
  // the root
  "/": ["path.root"],
  "//": ["path.root"],
  "/*": ["path.root"],
  "/.": ["path.root"],
  "/tmp/..": ["path.root"],
  "/../..": ["path.root"],
  "C:\\": ["path.root"],
  "C:/": ["path.root"],
  "{?}/": ["path.root", "path.unknown"],
  "{?}/*": ["path.root", "path.unknown"],
  // home
  "~": ["path.home", "path.root"],
  "~/": ["path.home", "path.root"],
  "~/*": ["path.home", "path.root"],
  $HOME: ["path.home", "path.root"],
  "/home": ["path.home", "path.root"],
  "/home/bob": ["path.home", "path.root"],
  "/root": ["path.home", "path.root"],
  "{home}": ["path.home", "path.root"],
  "~/notes.txt": ["path.home"],
  "$HOME/notes.txt": ["path.home"],
  "${HOME}/notes.txt": ["path.home"],
  "/home/bob/notes/a.txt": ["path.home"],
  "/Users/bob/Documents": ["path.home"],
  "{home}/Documents/x": ["path.home"],
  "~bob/notes.txt": ["path.home"],
  // credentials, whatever comes before
  "~/.ssh/id_rsa": ["path.credentials"],
  "/home/bob/.ssh": ["path.credentials"],
  "{?}/.ssh/id_rsa": ["path.credentials"],
  "{home}/.aws/credentials": ["path.credentials"],
  ".aws/credentials": ["path.credentials"],
  "~/.netrc": ["path.credentials"],
  "~/.git-credentials": ["path.credentials"],
  "~/.docker/config.json": ["path.credentials"],
  "~/.kube/config": ["path.credentials"],
  "/etc/shadow": ["path.credentials"],
  "/etc/sudoers": ["path.credentials"],
  "/etc/sudoers.d/me": ["path.credentials"],
  "/proc/self/environ": ["path.credentials"],
  "/proc/1/environ": ["path.credentials"],
  "/var/run/secrets/kubernetes.io/token": ["path.credentials"],
  "~/.mozilla/firefox/x/logins.json": ["path.credentials"],
  "~/.config/gcloud/credentials.db": ["path.credentials"],
  "~/.bash_history": ["path.credentials"],
  id_ed25519: ["path.credentials"],
  // persistence
  "~/.bashrc": ["path.persistence"],
  "{?}/.bashrc": ["path.persistence"],
  "~/.profile": ["path.persistence"],
  "/etc/crontab": ["path.persistence"],
  "/etc/cron.d/x": ["path.persistence"],
  "/var/spool/cron/root": ["path.persistence"],
  "/etc/systemd/system/x.service": ["path.persistence"],
  "~/.config/systemd/user/x.service": ["path.persistence"],
  "~/.config/autostart/x.desktop": ["path.persistence"],
  "~/Library/LaunchAgents/x.plist": ["path.persistence"],
  "/etc/ld.so.preload": ["path.persistence"],
  "/etc/pam.d/sshd": ["path.persistence"],
  ".git/hooks/pre-commit": ["path.persistence"],
  "/usr/lib/python3/sitecustomize.py": ["path.persistence"],
  "~/.ssh/authorized_keys": ["path.credentials", "path.persistence"],
  // devices
  "/dev/sda": ["path.device"],
  "/dev/nvme0n1": ["path.device"],
  "/dev/mem": ["path.device"],
  "/dev/null": ["path.system_public"],
  "/dev/urandom": ["path.system_public"],
  // the system
  "/etc/passwd": ["path.system_sensitive"],
  "/etc": ["path.system_sensitive"],
  "/usr/bin/env": ["path.system_public"],
  "/boot": ["path.system_sensitive"],
  "/var/log/auth.log": ["path.system_sensitive"],
  "C:\\Windows\\System32": ["path.system_sensitive"],
  "/opt/x": ["path.system_sensitive"],
  "/nowhere/x": ["path.system_sensitive"],
  "/etc/os-release": ["path.system_public"],
  "/usr/share/dict/words": ["path.system_public"],
  "/proc/cpuinfo": ["path.system_public"],
  "/proc/meminfo": ["path.system_public"],
  "/sys/class/net": ["path.system_public"],
  // the product's own log
  "agentguard-data/audit.log": ["path.own_audit"],
  "/srv/agentguard-data/agentguard.db": ["path.own_audit"],
  // holes
  "{?}": ["path.unknown"],
  "{?}/x": ["path.unknown"],
  "{?}.txt": ["path.unknown"],
  "data/{?}.csv": ["path.workspace"],
  "/tmp/{?}": ["path.tmp"],
  "/etc/{?}": ["path.system_sensitive"],
  "/home/{?}/x": ["path.home"],
  "/{?}": ["path.system_sensitive"],
  "file:///etc/shadow": ["path.credentials"],
};

describe("a path's classes", () => {
  for (const [path, classes] of Object.entries(PATHS))
    specify(`path ${JSON.stringify(path)}`, () => assert.deepEqual(classifyPathText(path).toSorted(), [...classes].sort()));
});

describe("normalisation", () => {
  const cases: Readonly<Record<string, string>> = {
    "a//b/./c/": "a/b/c",
    "/a/../b": "/b",
    "/../../a": "/a",
    "../a": "../a",
    "a/../../b": "../b",
    "~/../x": "~/../x",
    "{?}/../x": "{?}/../x",
    "a\\b": "a/b",
    "file:///a": "/a",
  };
  for (const [from, to] of Object.entries(cases)) test(`${from} -> ${to}`, () => assert.equal(normalisePath(from), to));
});

const HOSTS: Readonly<Record<string, readonly TargetClass[]>> = {
  "https://example.com/a?b#c": ["host.public"],
  "http://example.com:8080": ["host.public"],
  "example.com": ["host.public"],
  "HTTPS://API.EXAMPLE.COM/": ["host.public"],
  "https://user:pass@example.com/": ["host.public"],
  "https://example.com/169.254.169.254": ["host.public"],
  "https://example.com@169.254.169.254/": ["host.metadata"],
  "http://169.254.169.254/latest/meta-data/": ["host.metadata"],
  "http://[fd00:ec2::254]/latest": ["host.metadata"],
  "http://0xa9fea9fe/": ["host.metadata"],
  "http://2852039166/": ["host.metadata"],
  "http://metadata.google.internal/computeMetadata": ["host.metadata"],
  "http://169.254.169.254.": ["host.metadata"],
  "http://100.100.100.200/": ["host.metadata"],
  "http://localhost:3000": ["host.loopback"],
  "http://127.0.0.1/": ["host.loopback"],
  "http://127.1.2.3/": ["host.loopback"],
  "http://[::1]:80/": ["host.loopback"],
  "0.0.0.0": ["host.loopback"],
  "http://192.168.1.1": ["host.private"],
  "http://10.0.0.8:9200": ["host.private"],
  "http://172.16.0.1": ["host.private"],
  "http://172.31.255.1": ["host.private"],
  "http://172.32.0.1": ["host.raw"],
  "http://printer.local": ["host.private"],
  "http://db:5432": ["host.private"],
  "http://wiki.corp/": ["host.private"],
  "http://8.8.8.8/": ["host.raw"],
  "http://1.2.3.4:4444": ["host.raw"],
  "http://[2001:db8::1]/": ["host.raw"],
  "http://134744072/": ["host.raw"],
  "http://0x08080808/": ["host.raw"],
  "https://pypi.org/simple": ["host.registry"],
  "https://files.pythonhosted.org/x": ["host.registry"],
  "https://registry.npmjs.org/x": ["host.registry"],
  "https://evilpypi.org/": ["host.public"],
  "https://pypi.org.evil.com/": ["host.public"],
  "https://pastebin.com/raw/x": ["host.drop_point"],
  "https://x.ngrok.io": ["host.drop_point"],
  "https://webhook.site/uuid": ["host.drop_point"],
  "https://transfer.sh/": ["host.drop_point"],
  "https://bit.ly/x": ["host.drop_point"],
  "https://abc.oast.fun/": ["host.drop_point"],
  "https://discord.com/api/webhooks/1/x": ["host.drop_point"],
  "https://notpastebin.com/": ["host.public"],
  "{?}": ["host.unknown"],
  "https://{?}": ["host.unknown"],
  "https://{?}/x": ["host.unknown"],
  "https://{?}.example.com/x": ["host.public"],
  "https://{?}:8080/": ["host.unknown"],
  "https://api.example.com/{?}": ["host.public"],
  "https://{?}.webhook.site/": ["host.drop_point"],
  "": ["host.unknown"],
};

describe("a host's classes", () => {
  for (const [url, classes] of Object.entries(HOSTS))
    specify(`host ${JSON.stringify(url)}`, () => assert.deepEqual(classifyHostText(hostOf(url)).toSorted(), [...classes].sort()));
});

describe("classes of values", () => {
  const values = new Values();
  const hole = (cause: "parameter" | "input" | "env" | "file" | "network" | "widened" | "budget" | "local") =>
    ({ cause, labels: [], path: null }) as const;

  test("a union has the classes of all its members", () => {
    const either = values.join([values.string("a.txt"), values.string("/etc/shadow")]);
    assert.deepEqual(classifyPath(either).sort(), ["path.credentials", "path.workspace"]);
  });
  for (const cause of ["parameter", "input", "env", "file", "network", "widened", "budget"] as const)
    test(`a hole from ${cause} is named`, () =>
      assert.deepEqual(classifyPath(values.template(["/tmp/", hole(cause)])).sort(), ["path.tmp", `unknown.${cause}`]));
  test("a value that nothing is known about", () =>
    assert.deepEqual(classifyPath(values.unknown("parameter", { path: "p" })).sort(), ["path.unknown", "unknown.parameter"]));
  test("a suffix is known behind a hole", () =>
    assert.deepEqual(classifyPath(values.template([hole("env"), "/.ssh/id_rsa"])).sort(), ["path.credentials", "unknown.env"]));
  test("the home directory and the temporary directory are places, not unknowns", () => {
    const place = (path: string) => values.template([{ cause: "local", labels: [], path }, "/x"]);
    assert.ok(classifyPath(place("{home}")).includes("path.home"));
    assert.ok(classifyPath(place("{tmp}")).includes("path.tmp"));
  });
  test("a hole in the path of a URL leaves its host known", () =>
    assert.deepEqual(classifyHost(values.template(["https://example.com/", hole("input")])), ["host.public"]));
  specify("a hole in the host names its cause", () =>
    assert.deepEqual(classifyHost(values.template(["https://", hole("input"), "/x"])).sort(), ["host.unknown", "unknown.input"]),
  );
});
