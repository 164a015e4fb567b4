/**
 * Where a request comes from. `X-Forwarded-For` counts only when it was written by a proxy that `server.trust_proxy` names;
 * otherwise everybody could choose an address.
 */
import { isIPv6 } from "node:net";
import type { Request } from "express";

/** The client's address; of IPv6 the /64 network, because one client has all addresses of it. */
export function clientAddress(request: Request): string {
  const address = request.ip ?? "unknown";
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  return isIPv6(address) ? `${networkOf(address)}::/64` : address;
}

/** The first four groups. */
function networkOf(address: string): string {
  const [head = "", tail] = address.split("%")[0]!.split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - before.length - after.length }, () => "0");
  return [...before, ...zeros, ...after]
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":");
}
