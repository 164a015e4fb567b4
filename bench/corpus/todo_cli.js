#!/usr/bin/env node
const fs = require("fs");
const os = require("os");
const path = require("path");

const FILE = path.join(process.cwd(), "todo.json");

const load = () => (fs.existsSync(FILE) ? JSON.parse(fs.readFileSync(FILE, "utf8")) : []);
const save = (items) => fs.writeFileSync(FILE, JSON.stringify(items, null, 2) + os.EOL);

const commands = {
  add(...words) {
    save([...load(), { text: words.join(" "), done: false }]);
  },
  done(number) {
    const items = load();
    const item = items[Number(number) - 1];
    if (!item) throw new Error(`there is no item ${number}`);
    item.done = true;
    save(items);
  },
  list() {
    load().forEach(({ text, done }, i) => console.log(`${i + 1}. [${done ? "x" : " "}] ${text}`));
  },
};

const [name = "list", ...args] = process.argv.slice(2);
if (!Object.hasOwn(commands, name)) {
  console.error(`usage: todo ${Object.keys(commands).join("|")}`);
  process.exit(2);
}
commands[name](...args);
