type Level = "debug" | "info" | "warn" | "error";
type Entry = { readonly level: Level; readonly message: string; readonly at: string } & Record<string, unknown>;
type Sink = (entry: Entry) => void;

const ORDER: Record<Level, number> = { debug: 0, info: 1, warn: 2, error: 3 };
const HIDDEN = new Set(["authorization", "cookie"]);

const hide = (fields: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, HIDDEN.has(name.toLowerCase()) ? "***" : value]));

export class Logger {
  constructor(
    private readonly sink: Sink,
    private readonly least: Level = "info",
    private readonly context: Record<string, unknown> = {},
  ) {}

  child(context: Record<string, unknown>): Logger {
    return new Logger(this.sink, this.least, { ...this.context, ...context });
  }

  log(level: Level, message: string, fields: Record<string, unknown> = {}): void {
    if (ORDER[level] < ORDER[this.least]) return;
    this.sink({ level, message, at: new Date().toISOString(), ...hide({ ...this.context, ...fields }) });
  }

  info = (message: string, fields?: Record<string, unknown>): void => this.log("info", message, fields);
}

const log = new Logger((entry) => console.log(JSON.stringify(entry))).child({ service: "shop" });
log.info("started", { port: 8080, Cookie: "a=b" });
