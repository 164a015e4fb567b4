/** Good and bad requests in turn, as a server in the open gets them: what each is, and which answer is right. */
import type { Ask } from "./load.ts";
import { distinct, programs } from "./programs.ts";

type Kind = (n: number) => Omit<Ask, "headers"> & { readonly headers?: Readonly<Record<string, string>> };

const post = (name: string, operation: string, body: unknown, right: readonly number[] = [200]): ReturnType<Kind> => ({
  name,
  method: "POST",
  path: `/api/v1/${operation}`,
  body: typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body),
  right,
});
const submit = (name: string, operation: string, n: number, more: object): ReturnType<Kind> =>
  post(name, operation, { agent_id: `agent-${n % 50}`, session_id: `session-${n % 500}`, ...more });
const get = (name: string, path: string, right: readonly number[]): ReturnType<Kind> => ({ name, method: "GET", path, right });

/** `key`: the administrator's. */
export function mixedRequests(key: string): (n: number) => Ask {
  const corpus = programs()["30"];
  const program = (n: number) => corpus[n % corpus.length]!;
  const kinds: readonly Kind[] = [
    (n) => submit("a new program", "enforce", n, { language: program(n).language, code: distinct(program(n), n) }),
    (n) => submit("a known program", "enforce", n, { language: program(n).language, code: program(n).code }),
    (n) => submit("a harmless line", "enforce", n, { code: `total = ${n % 100} + 1` }),
    (n) => submit("a destructive program", "enforce", n, { code: "import os; os.system('rm -rf /')" }),
    (n) => submit("a question for a person", "enforce", n, { code: `cursor.execute("DROP TABLE t${n % 100}")` }),
    (n) => submit("a run", "execute", n, { language: "javascript", code: `${n % 100} + 1` }),
    (n) => ({
      ...submit("a repetition", "enforce", 0, { code: "x = 1" }),
      headers: { "idempotency-key": `k-${n % 40}` },
      right: [200, 409],
    }),
    (n) => post("an analysis", "analyze", { code: `print(${n % 100})` }),
    (n) => submit("no syntax", "enforce", n, { code: "def f(:" }),
    (n) => submit("brackets", "enforce", n, { language: "javascript", code: "[".repeat(5000) }),
    () => post("no JSON", "enforce", '{"agent_id": ', [400]),
    () => post("no UTF-8", "enforce", Buffer.from([0x7b, 0xff, 0x7d]), [400]),
    () => post("a missing field", "enforce", { agent_id: "a" }, [400]),
    () => post("an unknown field", "enforce", { agent_id: "a", code: "1", colour: "red" }, [400]),
    () => ({ ...post("too large", "enforce", JSON.stringify({ agent_id: "a", code: "x".repeat(1_100_000) })), right: [413] }),
    () => ({ ...post("a form", "enforce", "a=1"), headers: { "content-type": "application/x-www-form-urlencoded" }, right: [415] }),
    () => ({ ...post("an unknown key", "enforce", "{}"), headers: { authorization: "Bearer nobody" }, right: [401] }),
    () => get("a list", "/api/v1/approval?limit=5", [200]),
    () => get("an unknown approval", "/api/v1/approval/none", [404]),
    () => get("an unknown path", "/api/v2/enforce", [404]),
    () => get("a wrong method", "/api/v1/enforce", [405]),
    () => get("health", "/health", [200]),
  ];
  const usual = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  return (n) => {
    const ask = kinds[n % kinds.length]!(Math.floor(n / kinds.length));
    return { ...ask, headers: { ...usual, ...ask.headers } };
  };
}
