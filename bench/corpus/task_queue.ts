type Task<T> = () => Promise<T>;
type Settled<T> = { ok: true; value: T } | { ok: false; error: unknown };

export class TaskQueue {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly limit: number) {}

  async run<T>(task: Task<T>): Promise<Settled<T>> {
    if (this.running >= this.limit) await new Promise<void>((resolve) => this.waiting.push(resolve));
    this.running++;
    try {
      return { ok: true, value: await task() };
    } catch (error) {
      return { ok: false, error };
    } finally {
      this.running--;
      this.waiting.shift()?.();
    }
  }
}

async function main(): Promise<void> {
  const queue = new TaskQueue(2);
  const work = [1, 2, 3, 4, 5].map((n) => queue.run(async () => n * n));
  const results = await Promise.all(work);
  const values = results.flatMap((result) => (result.ok ? [result.value] : []));
  console.log(values.reduce((sum, value) => sum + value, 0));
}

void main();
