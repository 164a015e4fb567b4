/** Requests of tests to the program itself: they leave for nowhere. */
import type { FunctionIr } from "../ir.ts";
import { isString, partsOf } from "../values.ts";
import type { CallArgs } from "./call-args.ts";
import type { Run } from "./run.ts";

export const isTest = ({ name }: FunctionIr): boolean => /^test(_|$)/.test(name);

/** `client.post("/orders")` in a test: whatever the client is, it has no address of its own. */
export function asksItself(run: Run, api: string, args: CallArgs): boolean {
  const address = args.positional[0] ?? args.keywords.get("url") ?? args.keywords.get("path");
  const [start] = address === undefined || !(isString(address) || address.k === "str") ? [] : partsOf(address);
  return typeof start === "string" && /^\/(?!\/)/.test(start) && /(^|[._])client\.\w+$/.test(api) && run.stack.some(({ fn }) => isTest(fn));
}
