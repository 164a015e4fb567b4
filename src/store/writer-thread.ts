/**
 * The thread that writes. It takes whatever is waiting as one group, commits it, answers everybody, and looks again; a unit that
 * comes alone is committed at once.
 */
import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { groupCommitter, type Waiting } from "./commit-group.ts";
import type { Request, WriterOptions } from "./writer-protocol.ts";

/** Bounds how long the first of a group waits for the others' statements. */
const LARGEST_GROUP = 256;

const port = parentPort!;
const committer = groupCommitter(workerData as WriterOptions);

port.on("message", (first: Request) => {
  const group: Waiting[] = [];
  let next: Request | undefined = first;
  while (next !== undefined && next.type !== "close") {
    group.push(next);
    next = group.length < LARGEST_GROUP ? (receiveMessageOnPort(port) as { message: Request } | undefined)?.message : undefined;
  }
  if (group.length > 0) port.postMessage(committer.commit(group));
  committer.settle();
  if (next?.type === "close") {
    committer.close();
    port.close();
  }
});
