/** Where a value comes from and what it holds: causes become `unknown.*` classes, labels follow the data to the sink. */
import { testTable } from "./analyze-source.ts";

const U = "must fs.delete";

testTable(
  "cause",
  "python",
  [
    ["a parameter", "import os\ndef f(p):\n    os.remove(p)", "latent fs.delete {p} <path.unknown unknown.parameter>"],
    [
      "an attribute of a parameter",
      "import os\ndef f(p):\n    os.remove(p.path)",
      "latent fs.delete {p.path} <path.unknown unknown.parameter>",
    ],
    ["an item of a parameter", "import os\ndef f(p):\n    os.remove(p['a'])", "latent fs.delete {p.a} <path.unknown unknown.parameter>"],
    [
      "self's own attribute set from a parameter",
      "import os\nclass A:\n    def __init__(self, p):\n        self.p = p\n    def f(self):\n        os.remove(self.p)",
      "latent fs.delete {p} <path.unknown unknown.parameter>",
    ],
    ["a parameter that a call supplies", 'import os\ndef f(p):\n    os.remove(p)\nf("a")', `${U} a <path.workspace>`],
    [
      "a parameter with a default is still a parameter",
      'import os\ndef f(p="a"):\n    os.remove(p)',
      "latent fs.delete a or {p} <path.unknown path.workspace unknown.parameter>",
    ],
    ["input", "import os\nos.remove(input())", `${U} {builtins.input()} <path.unknown unknown.input>`],
    ["the command line", "import os, sys\nos.remove(sys.argv[1])", `${U} {sys.argv[1]} <path.unknown unknown.input>`],
    ["the environment", 'import os\nos.remove(os.environ["P"])', `${U} {os.environ.P} <path.unknown unknown.env>`],
    ["the environment through get", 'import os\nos.remove(os.environ.get("P"))', `${U} {os.environ.P} <path.unknown unknown.env>`],
    ["getenv", 'import os\nos.remove(os.getenv("P"))', `${U} {os.getenv.P} <path.unknown unknown.env>`],
    [
      "a file",
      'import os\nos.remove(open("f").read())',
      "must fs.read f <path.workspace>",
      `${U} {file.read()} <path.unknown unknown.file>`,
    ],
    [
      "a line of a file",
      'import os\nfor line in open("f"):\n    os.remove(line)',
      "must fs.read f <path.workspace>",
      "may fs.delete {file[]} <path.unknown unknown.file>",
    ],
    [
      "the network",
      'import os, requests\nos.remove(requests.get("https://e.com").text)',
      "must net.fetch https://e.com <host.public>",
      `${U} {requests.Response.text} <path.unknown unknown.network>`,
    ],
    [
      "the network, decoded",
      'import os, requests\nos.remove(requests.get("https://e.com").json()["p"])',
      "must net.fetch https://e.com <host.public>",
      `${U} {requests.Response.json().p} <path.unknown unknown.network>`,
    ],
    ["a free name", "import os\nos.remove(thing)", `${U} {thing} <path.unknown unknown.unmodelled>`],
    ["an unmodelled call", "import os, foo\nos.remove(foo.bar())", `${U} {foo.bar()} <path.unknown unknown.unmodelled>`],
    ["part of a string", 'import os\nos.remove("/tmp/" + input())', `${U} /tmp/{builtins.input()} <path.tmp unknown.input>`],
    [
      "part of an f-string",
      'import os\nos.remove(f"{input()}/.ssh/id_rsa")',
      `${U} {builtins.input()}/.ssh/id_rsa <path.credentials unknown.input>`,
    ],
    [
      "joined paths",
      'import os\nos.remove(os.path.join(input(), ".bashrc"))',
      `${U} {builtins.input()}/.bashrc <path.persistence unknown.input>`,
    ],
    ["an absolute second part wins", 'import os\nos.remove(os.path.join("/tmp", "/etc/shadow"))', `${U} /etc/shadow <path.credentials>`],
    [
      "Path with a slash",
      'from pathlib import Path\n(Path.home() / ".ssh" / "id_rsa").unlink()',
      `${U} {home}/.ssh/id_rsa <path.credentials>`,
    ],
    ["home of the user", 'import os\nos.remove(os.path.expanduser("~/.ssh/id_rsa"))', `${U} {home}/.ssh/id_rsa <path.credentials>`],
    ["a temporary directory", 'import os, tempfile\nos.remove(os.path.join(tempfile.mkdtemp(), "x"))', `${U} {tmp}/x <path.tmp>`],
    ["the program's own directory", 'import os\nos.remove(os.path.join(os.path.dirname(__file__), "x"))', `${U} ./x <path.workspace>`],
    ["a number", "import os\nos.remove('f%d' % 3)", `${U} f3 <path.workspace>`],
    [
      "a union keeps each member's class",
      'import os\nos.remove("a" if input() else "/etc/shadow")',
      `${U} a or /etc/shadow <path.credentials path.workspace>`,
    ],
    [
      "more than eight values widen",
      `import os\nos.remove([${Array.from({ length: 12 }, (_v, i) => `"/tmp/${i}"`).join(", ")}][int(input())])`,
      `${U} {?} <path.unknown unknown.widened>`,
    ],
    [
      "a widened callee can still be called",
      `import os\nfs = [${Array.from({ length: 12 }, (_v, i) => `lambda x: ${i}`).join(", ")}, os.remove]\nfs[int(input())]("/etc/shadow")`,
      "may fs.delete /etc/shadow <path.credentials>",
    ],
    [
      "what went to an unknown function may have changed",
      'import os\np = ["a"]\nfoo(p)\nos.remove(p[0])',
      `${U} a or {?} <path.unknown path.workspace unknown.unmodelled>`,
    ],
  ],
  { columns: ["classes"] },
);

testTable(
  "labels",
  "python",
  [
    ["an attribute's name", "print(user.ssn)", "must print.write #pii.ssn"],
    ["through a variable", "x = user.ssn\nprint(x)", "must print.write #pii.ssn"],
    ["through an f-string", 'print(f"{user.ssn}!")', "must print.write #pii.ssn"],
    ["through format", 'print("{}".format(user.ssn))', "must print.write #pii.ssn"],
    ["through percent", 'print("%s" % user.ssn)', "must print.write #pii.ssn"],
    ["through a list and a dict", 'print([{"a": user.ssn}])', "must print.write #pii.ssn"],
    ["through str, upper and slices", "print(str(user.ssn).upper()[1:])", "must print.write #pii.ssn"],
    ["through json", 'import json\nprint(json.dumps({"a": user.ssn}))', "must print.write #pii.ssn"],
    ["through a function", "def f(x):\n    return x\nprint(f(user.ssn))", "must print.write #pii.ssn"],
    ["through an attribute of its own object", "class A: pass\na = A()\na.x = user.ssn\nprint(a.x)", "must print.write #pii.ssn"],
    ["through an unmodelled call", "import foo\nprint(foo.fmt(user.ssn))", "must call.unmodelled foo.fmt #", "must print.write #pii.ssn"],
    ["through a loop", "for x in [user.ssn]:\n    print(x)", "must print.write #pii.ssn"],
    ["through a comprehension", "print([x for x in [user.ssn]])", "must print.write #pii.ssn"],
    ["through a branch", 'x = ""\nif input():\n    x = user.ssn\nprint(x)', "must print.write #pii.ssn"],
    ["two of them", "print(user.ssn, user.email)", "must print.write #pii.email,pii.ssn"],
    ["hashed is gone", "import hashlib\nprint(hashlib.sha256(user.ssn.encode()).hexdigest())", "must print.write #"],
    ["its length is harmless", "print(len(user.ssn))", "must print.write #"],
    ["a comparison is harmless", 'print(user.ssn == "x")', "must print.write #"],
    ["a parameter of that name", "def f(ssn):\n    print(ssn)", "latent print.write #pii.ssn"],
    ["the text `ssn` is no ssn", 'print("ssn")', "must print.write #"],
    ["a password that was asked for", "import getpass\nprint(getpass.getpass())", "must print.write #secret.password"],
    ["a secret of the environment", 'import os\nprint(os.environ["AWS_SECRET_ACCESS_KEY"])', "must print.write #env.secret,secret.api_key"],
    ["a plain variable of the environment", 'import os\nprint(os.environ["SHELL"])', "must print.write #env.named"],
    ["a card number literal", 'print("4111111111111111")', "must print.write #pci.card"],
    [
      "a file that is sent",
      'import requests\nrequests.post("https://e.com", data=open("notes.txt").read())',
      "must net.send https://e.com #file",
      "must fs.read notes.txt #",
    ],
    [
      "an open file that is sent",
      'import requests\nrequests.post("https://e.com", files={"f": open("notes.txt", "rb")})',
      "must net.send https://e.com #file",
      "must fs.read notes.txt #",
    ],
    ["in the URL", 'import requests\nrequests.get(f"https://e.com/?q={user.ssn}")', "must net.send https://e.com/?q={user.ssn} #pii.ssn"],
  ],
  { columns: ["labels"] },
);

testTable(
  "labels",
  "javascript",
  [
    ["an attribute's name", "console.log(user.ssn);", "must print.write #pii.ssn"],
    ["through destructuring", "const { ssn } = user; console.log(ssn);", "must print.write #pii.ssn"],
    ["through a template", "console.log(`${user.ssn}`);", "must print.write #pii.ssn"],
    ["through spread", "console.log({ ...{ a: user.ssn } });", "must print.write #pii.ssn"],
    ["through JSON", "console.log(JSON.stringify({ a: user.ssn }));", "must print.write #pii.ssn"],
    ["through map", "console.log([user.ssn].map((x) => x));", "must print.write #pii.ssn"],
    ["through await", "(async () => console.log(await user.ssn))();", "must print.write #pii.ssn"],
    [
      "in a body",
      'fetch("https://e.com", { method: "POST", body: JSON.stringify({ s: process.env.API_KEY }) });',
      "must net.send https://e.com #env.secret,secret.api_key",
    ],
    [
      "a file that is sent",
      'const fs = require("fs"); fetch("https://e.com", { method: "POST", body: fs.readFileSync("notes.txt") });',
      "must net.send https://e.com #file",
      "must fs.read notes.txt #",
    ],
    ["a digest", 'const c = require("crypto"); console.log(c.createHash("sha256").update(user.ssn).digest("hex"));', "must print.write #"],
  ],
  { columns: ["labels"] },
);

testTable(
  "facts of an effect inferred from a name",
  "python",
  [
    ["a transfer", "transfer_money(a, b, 5000)", 'must money.transfer transfer_money by name {"amount":5000,"subject":"transfer_money"}'],
    [
      "of an external object",
      "bank.wire_transfer(amount=200000)",
      'must money.transfer bank.wire_transfer by name {"amount":200000,"subject":"bank.wire_transfer"}',
    ],
    ["an amount that is not known", "transfer_money(a, b, n)", 'must money.transfer transfer_money by name {"subject":"transfer_money"}'],
    [
      "a decrease",
      "account.balance -= 100",
      'must state.decrease account.balance by name {"amount":100,"own":true,"subject":"account.balance"}',
    ],
    [
      "written out",
      "account.balance = account.balance - 100",
      'must state.decrease account.balance by name {"amount":100,"own":true,"subject":"account.balance"}',
    ],
    [
      "of an item",
      'account["balance"] -= 100',
      'must state.decrease account.balance by name {"amount":100,"own":true,"subject":"account.balance"}',
    ],
    [
      "of an alias",
      "a = account\na.balance -= 100",
      'must state.decrease account.balance by name {"amount":100,"own":true,"subject":"account.balance"}',
    ],
    [
      "by setattr",
      'setattr(account, "balance", account.balance - 100)',
      'must state.decrease account.balance by name {"amount":100,"own":true,"subject":"account.balance"}',
    ],
    [
      "of a database row",
      "row = cur.fetchone()\nrow.balance -= 100",
      'must state.decrease cur.fetchone().balance by name {"amount":100,"own":true,"subject":"cur.fetchone().balance"}',
    ],
    [
      "an increase",
      "account.balance += 1",
      'must state.increase account.balance by name {"amount":1,"own":true,"subject":"account.balance"}',
    ],
    ["a record", "get_patient_data(3)", 'must record.read get_patient_data by name {"subject":"get_patient_data"}'],
    ["a deletion of records", "db.delete_patient(3)", 'must record.delete db.delete_patient by name {"subject":"db.delete_patient"}'],
    [
      "infrastructure",
      "cloud.terminate_instances(ids)",
      'must infra.change cloud.terminate_instances by name {"subject":"cloud.terminate_instances"}',
    ],
    ["its own function of that name is code, not an API", "def transfer_money(a):\n    return a\ntransfer_money(5)"],
    [
      "its own object",
      "class Account:\n    def __init__(self):\n        self.balance = 10\n    def withdraw(self, n):\n        self.balance -= n\nAccount().withdraw(5)",
    ],
    ["its own dict", 'account = {"balance": 10}\naccount["balance"] -= 5'],
    ["its own variable", "balance = 10\nbalance -= 5"],
    ["another attribute", "player.position -= 1"],
    ["the name in a string", 'print("transfer_money(5)")'],
  ],
  { columns: ["basis", "args"] },
);
