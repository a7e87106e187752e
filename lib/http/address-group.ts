import { isIP } from "node:net";

/**
 * By what an address is counted: an IPv4 address by itself, an IPv6 address by its /64, which is what one customer is given.
 * Null for what is not counted: this machine itself, which may be a proxy that nobody told us of, and what is no address.
 */
export function addressGroup(address: string): string | null {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, "").replace(/%.*$/, "");
  const family = isIP(plain);
  if (family === 4) return plain.startsWith("127.") ? null : plain;
  if (family === 6) return plain === "::1" ? null : networkOf(plain);
  return null;
}

function networkOf(address: string): string {
  const [head = "", tail] = address.split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...Array<string>(zeros).fill("0"), ...after];
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":");
}
