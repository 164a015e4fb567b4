/**
 * What is shipped for running AgentGuard: Dockerfile, compose.yaml, the systemd unit. No image is built here (there may be no
 * daemon and no registry); each file is read by a parser of its format, and what makes it safe is checked.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { type Dockerfile as DockerFile, DockerfileParser, type From, type JSONInstruction } from "dockerfile-ast";
import { validate } from "dockerfile-utils";
import { parse } from "yaml";
import { loadConfig } from "../../src/config.ts";
import { packageRoot } from "../../src/package-root.ts";

const read = (file: string): string => readFileSync(join(packageRoot(), file), "utf8");

/** `AGENTGUARD_...` settings are real ones: the configuration takes each, and complains about none. */
function assertSettings(env: Readonly<Record<string, string>>): void {
  const own = Object.fromEntries(Object.entries(env).filter(([name]) => name.startsWith("AGENTGUARD_")));
  assert.ok(Object.keys(own).length > 0);
  const loaded = loadConfig({ env: own, cwd: tmpdir() });
  assert.deepEqual(loaded.ok ? loaded.warnings : loaded.problems, []);
}

describe("Dockerfile", () => {
  const text = read("Dockerfile");
  const file: DockerFile = DockerfileParser.parse(text);
  const froms = file.getFROMs();
  const last = froms.at(-1) as From;
  /** Instructions of the stage that becomes the image. */
  const image = file.getInstructions().filter((each) => each.getRange().start.line >= last.getRange().start.line);
  const imageText = text.split("\n").slice(last.getRange().start.line).join("\n");
  const argumentsOf = (keyword: string) =>
    image.filter((each) => each.getKeyword() === keyword).map((each) => each.getArgumentsContent() ?? "");

  test("has no fault that the linter knows", () => {
    assert.deepEqual(
      validate(text).map(({ message, range }) => `${range.start.line + 1}: ${message}`),
      [],
    );
  });

  test("builds on the slim image of the Node that the project runs on, in every stage", () => {
    const major = /\d+/.exec((JSON.parse(read("package.json")) as { engines: { node: string } }).engines.node)?.[0];
    assert.deepEqual([...new Set(froms.map((from) => from.getImage()))], [`node:${major}-slim`]);
  });

  test("runs as somebody without rights, who owns the data directory only", () => {
    assert.deepEqual(argumentsOf("USER"), ["node"]);
    assert.match(argumentsOf("RUN").join("\n"), /install --directory --owner=node --group=node --mode=0700 \/var\/lib\/agentguard/);
    assert.doesNotMatch(imageText, /--chown|--user=root/);
  });

  test("holds bubblewrap, and neither development tools nor package lists", () => {
    assert.match(argumentsOf("RUN").join("\n"), /apt-get install --yes --no-install-recommends bubblewrap/);
    assert.match(argumentsOf("RUN").join("\n"), /rm -rf \/var\/lib\/apt\/lists/);
    assert.match(text, /^RUN npm ci --omit=dev --omit=optional /m);
    assert.deepEqual(argumentsOf("ADD"), []);
    assert.deepEqual(imageText.match(/^COPY .*$/gm), ["COPY --from=dependencies /app /app"]);
  });

  test("knows whether it is ready, and starts without a shell, so that signals arrive", () => {
    assert.match(argumentsOf("HEALTHCHECK").join(), /CMD \["node", "-e", ".*127\.0\.0\.1:5000\/readyz/);
    const [entry] = image.filter((each) => each.getKeyword() === "ENTRYPOINT") as JSONInstruction[];
    assert.deepEqual(
      entry?.getJSONStrings().map((each) => each.getJSONValue()),
      ["node", "/app/bin/agentguard.cjs"],
    );
    assert.ok(existsSync(join(packageRoot(), "bin", "agentguard.cjs")));
  });

  test("sets what the configuration knows, and no secret", () => {
    const variables = file.getENVs().flatMap((env) => env.getProperties().map((each) => [each.getName(), each.getValue() ?? ""] as const));
    assertSettings(Object.fromEntries(variables));
    assert.deepEqual(
      variables.filter(([name]) => /KEY|TOKEN|SECRET|PASSWORD/.test(name)),
      [],
    );
  });

  test("copies neither data, keys nor dependencies of this machine", () => {
    const ignored = read(".dockerignore").split("\n");
    for (const pattern of [".git", "**/node_modules", "**/agentguard-data", "**/.env"]) assert.ok(ignored.includes(pattern), pattern);
  });
});

describe("compose.yaml", () => {
  type Service = Readonly<Record<string, unknown>> & {
    readonly ports: string[];
    readonly volumes: string[];
    readonly security_opt: string[];
  };
  const compose = parse(read("compose.yaml")) as { readonly services: Readonly<Record<string, Service>>; readonly volumes: object };
  const service = compose.services.agentguard!;

  test("is one service, since one server holds a data directory", () => {
    assert.deepEqual(Object.keys(compose.services), ["agentguard"]);
    assert.equal("deploy" in service || "scale" in service, false);
  });

  test("is reached from this machine only, and keeps its data in a volume", () => {
    assert.deepEqual(service.ports, ["127.0.0.1:5000:5000"]);
    const [volume, path] = service.volumes[0]!.split(":");
    assert.ok(volume! in compose.volumes);
    assert.match(read("Dockerfile"), new RegExp(`AGENTGUARD_SERVER_DATA_DIR=${path}\\n`));
  });

  test("may do nothing but what bubblewrap needs", () => {
    assert.deepEqual([service.read_only, service.cap_drop, service.privileged, service.cap_add], [true, ["ALL"], undefined, undefined]);
    assert.ok(service.security_opt.includes("no-new-privileges:true"));
    assert.ok(Number(service.pids_limit) > 0 && typeof service.mem_limit === "string");
    const profile = service.security_opt.find((option) => option.startsWith("seccomp="))!.slice("seccomp=".length);
    const { syscalls } = JSON.parse(read(profile)) as { syscalls: { names: string[]; action: string }[] };
    assert.deepEqual(
      syscalls.map(({ action }) => action),
      ["SCMP_ACT_ERRNO"],
    );
    const denied = new Set(syscalls.flatMap(({ names }) => names));
    for (const name of ["bpf", "ptrace", "kexec_load", "init_module", "keyctl", "userfaultfd", "io_uring_setup", "open_by_handle_at"])
      assert.ok(denied.has(name), `${name} is not denied`);
    for (const name of ["clone", "clone3", "unshare", "mount", "pivot_root"]) assert.ok(!denied.has(name), `${name} is denied`);
  });
});

describe("the systemd unit", () => {
  const unit = read("deploy/agentguard.service");
  const settings = unit.split("\n").filter((line) => /^[A-Z]\w+=/.test(line));
  const settingOf = (name: string) => settings.find((line) => line.startsWith(`${name}=`))?.slice(name.length + 1);

  const hasSystemd = spawnSync("systemd-analyze", ["--version"]).status === 0;
  test("is what systemd takes, and not exposed", { skip: !hasSystemd && "systemd-analyze is not installed" }, () => {
    const directory = mkdtempSync(join(tmpdir(), "agentguard-unit-"));
    try {
      const path = join(directory, "agentguard.service");
      // The command is not installed on this machine; any program stands for it.
      writeFileSync(path, unit.replace("/usr/local/bin/agentguard", process.execPath));
      const verify = spawnSync("systemd-analyze", ["verify", path], { encoding: "utf8" });
      assert.deepEqual([verify.status, verify.stderr], [0, ""]);
      const security = spawnSync("systemd-analyze", ["security", "--offline=yes", "--threshold=40", path], { encoding: "utf8" });
      assert.equal(security.status, 0, security.stdout + security.stderr);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });

  test("sets what the configuration knows, and keeps its data where only it can read", () => {
    const pairs = settings.filter((line) => line.startsWith("Environment=")).map((line) => line.slice("Environment=".length).split("=", 2));
    const env = Object.fromEntries(pairs) as Record<string, string>;
    assertSettings(env);
    assert.equal(env.AGENTGUARD_SERVER_DATA_DIR, `/var/lib/${settingOf("StateDirectory")}`);
    assert.deepEqual([settingOf("StateDirectoryMode"), settingOf("DynamicUser"), settingOf("NoNewPrivileges")], ["0700", "yes", "yes"]);
  });

  test("leaves bubblewrap and the JavaScript compiler what they need", () => {
    for (const harmful of ["MemoryDenyWriteExecute", "ProtectKernelTunables", "ProtectProc", "ProtectHostname"])
      assert.equal(settingOf(harmful), undefined, harmful);
    for (const kind of ["user", "mnt", "pid", "net"]) assert.match(settingOf("RestrictNamespaces") ?? "", new RegExp(`\\b${kind}\\b`));
    assert.match(settingOf("SystemCallFilter") ?? "", /@mount/);
  });
});
