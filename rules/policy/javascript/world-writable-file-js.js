import fs, { chmodSync } from "node:fs";

// ruleid: world-writable-file-js
chmodSync("run.sh", 0o777);
// ruleid: world-writable-file-js
fs.chmod(path, 0o666, done);
// ruleid: world-writable-file-js
fs.writeFileSync(path, data, { mode: 0o622 });
// ok: world-writable-file-js
chmodSync("run.sh", 0o755);
// ok: world-writable-file-js
fs.writeFileSync(path, data, { mode: 0o600 });
