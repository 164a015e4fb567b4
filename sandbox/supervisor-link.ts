/** The client's end of the supervisor process: starts it, starts it again when it dies, and ends what it leaves behind. */
import { type ChildProcess, spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import type { Socket } from "node:net";
import { delimiter, join } from "node:path";
import { entryFile } from "./entry.ts";
import { type Frame, frameReader } from "./frames.ts";
import type { SupervisorSettings } from "./types.ts";

const RESTART_MS = 50;
const MAX_RESTART_MS = 10_000;
const CLOSE_MS = 3_000;
const MAX_FRAME = 256 * 1024 * 1024;

export type SupervisorLink = {
  send(frame: Buffer): void;
  /** Process groups of the workers, to be ended if the supervisor dies without doing so. */
  setGroups(groups: readonly number[]): void;
  /** The supervisor works: the next restart is at once. */
  healthy(): void;
  close(): Promise<void>;
};
type LinkEvents = { readonly onFrame: (frame: Frame) => void; readonly onDown: () => void };

export function startSupervisor(settings: SupervisorSettings, events: LinkEvents): SupervisorLink {
  return new Link(settings, events);
}

/** Has a lifetime: until `close`. */
class Link implements SupervisorLink {
  readonly #settings: SupervisorSettings;
  readonly #events: LinkEvents;
  #child: ChildProcess | null = null;
  #groups: readonly number[] = [];
  #failures = 0;
  #restart: NodeJS.Timeout | null = null;
  #closing = false;
  #gone: () => void = () => {};

  constructor(settings: SupervisorSettings, events: LinkEvents) {
    this.#settings = settings;
    this.#events = events;
    this.#start();
  }

  send(frame: Buffer): void {
    const pipe = this.#child?.stdio[3] as Socket | undefined;
    if (pipe?.writable) pipe.write(frame);
  }

  setGroups(groups: readonly number[]): void {
    this.#groups = groups;
  }

  healthy(): void {
    this.#failures = 0;
  }

  async close(): Promise<void> {
    this.#closing = true;
    if (this.#restart) clearTimeout(this.#restart);
    const child = this.#child;
    if (!child) return;
    const gone = new Promise<void>((resolve) => {
      this.#gone = resolve;
    });
    const timer = setTimeout(() => child.kill("SIGKILL"), CLOSE_MS);
    (child.stdio[3] as Socket).end();
    await gone;
    clearTimeout(timer);
  }

  /** INVARIANT: the environment of this process goes no further; a signal to its terminal's group neither. */
  #start(): void {
    const child = spawn(process.execPath, ["--no-warnings", entryFile("supervisor"), JSON.stringify(this.#settings)], {
      ...{ env: {}, cwd: "/", detached: true, stdio: ["ignore", "ignore", "ignore", "pipe"] },
    });
    this.#child = child;
    const pipe = child.stdio[3] as Socket;
    const read = frameReader(MAX_FRAME, this.#events.onFrame);
    pipe.on("data", (chunk: Buffer) => {
      if (!read(chunk)) child.kill("SIGKILL");
    });
    pipe.on("error", () => {});
    child.on("error", () => this.#down(child));
    child.on("close", () => this.#down(child));
  }

  #down(child: ChildProcess): void {
    if (this.#child !== child) return;
    this.#child = null;
    this.#endGroups();
    this.#events.onDown();
    this.#gone();
    if (this.#closing) return;
    const delay = Math.min(MAX_RESTART_MS, RESTART_MS * 2 ** Math.min(this.#failures++, 10));
    this.#restart = setTimeout(() => this.#start(), delay);
  }

  /** Workers end with their supervisor by themselves; one that is stuck in native code does not. */
  #endGroups(): void {
    for (const group of this.#groups) {
      try {
        process.kill(-group, "SIGKILL");
      } catch {
        // already gone
      }
    }
    this.#groups = [];
  }
}

/** Absolute path of bubblewrap, or null. */
export const locateBubblewrap = (): string | null => locateProgram("bwrap");

/** Absolute path of a program of this machine, or null. On Linux only: what the sandbox uses exists nowhere else. */
export function locateProgram(name: string): string | null {
  if (process.platform !== "linux") return null;
  const directories = (process.env.PATH ?? "").split(delimiter).concat("/usr/bin", "/usr/local/bin", "/bin");
  for (const directory of directories.filter((path) => path.startsWith("/"))) {
    try {
      const path = name.startsWith("/") ? name : join(directory, name);
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // not there
    }
  }
  return null;
}
