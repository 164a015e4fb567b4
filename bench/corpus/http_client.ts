export class HttpError extends Error {
  constructor(
    readonly status: number,
    readonly body: unknown,
  ) {
    super(`the server answered ${status}`);
    this.name = "HttpError";
  }
}

type Options = { readonly timeoutMs?: number; readonly retries?: number; readonly signal?: AbortSignal };

export class Client {
  constructor(
    private readonly base: string,
    private readonly options: Options = {},
  ) {}

  async get<T>(path: string, query: Record<string, string | number> = {}): Promise<T> {
    const url = new URL(path, this.base);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
    const { timeoutMs = 5000, retries = 2 } = this.options;
    for (let attempt = 0; ; attempt++) {
      const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs), headers: { accept: "application/json" } });
      if (response.ok) return (await response.json()) as T;
      if (response.status < 500 || attempt >= retries) throw new HttpError(response.status, await response.text());
      await new Promise((resolve) => setTimeout(resolve, 100 * 2 ** attempt));
    }
  }
}

const books = new Client("https://api.example.com/v1/");
const { items } = await books.get<{ items: { title: string }[] }>("books", { limit: 10, sort: "title" });
for (const { title } of items) console.log(title);
