interface Task<T> {
  readonly name: string;
  readonly priority: number;
  run(signal: AbortSignal): Promise<T>;
}

export class Scheduler {
  readonly #queue: { task: Task<unknown>; resolve: (value: unknown) => void; reject: (error: unknown) => void }[] = [];
  readonly #stopped = new AbortController();
  #running = 0;

  constructor(private readonly limit: number) {}

  submit<T>(task: Task<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.#queue.push({ task, resolve: resolve as (value: unknown) => void, reject });
    this.#queue.sort((a, b) => b.task.priority - a.task.priority);
    void this.#next();
    return promise;
  }

  async #next(): Promise<void> {
    if (this.#running >= this.limit || this.#stopped.signal.aborted) return;
    const job = this.#queue.shift();
    if (job === undefined) return;
    this.#running++;
    await job.task.run(this.#stopped.signal).then(job.resolve, job.reject);
    this.#running--;
    void this.#next();
  }

  stop = (): void => this.#stopped.abort(new Error("stopped"));
}

const scheduler = new Scheduler(2);
const tasks = [1, 2, 3].map((n) => scheduler.submit({ name: `task ${n}`, priority: n, run: async () => n * n }));
console.log(await Promise.all(tasks));
