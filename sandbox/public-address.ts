/** Which addresses a guest's request may reach: none of this machine, its networks, or a cloud's metadata service. */
import { BlockList, isIP, isIPv4 } from "node:net";

/** IANA special-purpose registries (RFC 6890 and later), multicast, and what carries an IPv4 address inside an IPv6 one. */
const SPECIAL_V4 = [
  ...["0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24"],
  ...["192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"],
  // the host of Azure's metadata and DNS, a public address with a private meaning
  "168.63.129.16/32",
];
const SPECIAL_V6 = [
  ...["::/96", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16"],
  ...["3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8"],
];

/** Apart, because a list takes every IPv4 address for its form inside an IPv6 one, which the second list holds as a whole. */
const special = { ipv4: blockListOf(SPECIAL_V4), ipv6: blockListOf(SPECIAL_V6) };

/** `networks`: addresses or CIDR blocks. Throws TypeError for anything else. */
export function blockListOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = "", prefix] = network.split("/");
    if (isIP(address) === 0) throw new TypeError(`\`${network}\` is neither an address nor a CIDR block`);
    const family = isIPv4(address) ? "ipv4" : "ipv6";
    list.addSubnet(address, prefix === undefined ? (family === "ipv4" ? 32 : 128) : Number(prefix), family);
  }
  return list;
}

/** An address in the public internet, or one that the configuration names in spite of all. */
export function mayReach(address: string, named: BlockList): boolean {
  if (isIP(address) === 0) return false;
  const family = isIPv4(address) ? "ipv4" : "ipv6";
  return named.check(address, family) || !special[family].check(address, family);
}
