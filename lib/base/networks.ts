/** A network as address and prefix length, in CIDR form: `10.0.0.0/8`, `fc00::/7`; an address alone is a network of one. */
export interface Network {
  readonly family: 4 | 6;
  readonly bits: bigint;
  readonly prefix: number;
}

interface Address {
  readonly family: 4 | 6;
  readonly bits: bigint;
}

const WIDTH = { 4: 32, 6: 128 } as const;
/** `::ffff:a.b.c.d` is the machine `a.b.c.d` as a socket of both families sees it. */
const MAPPED_PREFIX = 0xffffn;

/** @returns null when the text is not an address; a zone (`%eth0`) is not part of it */
export function readAddress(text: string): Address | null {
  const plain = text.replace(/%.*/s, "");
  if (!plain.includes(":")) {
    const bits = readV4(plain);
    return bits === null ? null : { family: 4, bits };
  }
  const bits = readV6(plain);
  if (bits === null) return null;
  return bits >> 32n === MAPPED_PREFIX ? { family: 4, bits: bits & 0xffff_ffffn } : { family: 6, bits };
}

function readV4(text: string): bigint | null {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)) return null;
  return parts.reduce((bits, part) => (bits << 8n) | BigInt(part), 0n);
}

function readV6(text: string): bigint | null {
  const [head = "", tail, ...more] = text.split("::");
  if (more.length > 0) return null;
  const before = groupsOf(head, tail === undefined);
  const after = groupsOf(tail ?? "", true);
  if (before === null || after === null) return null;
  const missing = 8 - before.length - after.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return null;
  const groups = [...before, ...Array<bigint>(missing).fill(0n), ...after];
  return groups.reduce((bits, group) => (bits << 16n) | group, 0n);
}

/** The groups of 16 bits; the last two of an address may be written as an IPv4 address. */
function groupsOf(text: string, isEnd: boolean): bigint[] | null {
  if (text === "") return [];
  const groups: bigint[] = [];
  const parts = text.split(":");
  for (const [index, part] of parts.entries()) {
    const v4 = isEnd && index === parts.length - 1 ? readV4(part) : null;
    if (v4 !== null) groups.push(v4 >> 16n, v4 & 0xffffn);
    else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(BigInt(`0x${part}`));
    else return null;
  }
  return groups;
}

/** @returns null when the text is neither an address nor a network in CIDR form */
export function readNetwork(text: string): Network | null {
  const [, name = "", length] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const address = readAddress(name);
  if (address === null || name.includes("%")) return null;
  const mapped = address.family === 4 && name.includes(":");
  const prefix = Number(length ?? (mapped ? 128 : WIDTH[address.family])) - (mapped ? 96 : 0);
  return prefix < 0 || prefix > WIDTH[address.family] ? null : { ...address, prefix };
}

/** Whether the address lies in one of the networks; false for a text that is not an address. */
export function isInside(address: string, networks: readonly Network[]): boolean {
  const found = readAddress(address);
  return (
    found !== null &&
    networks.some(({ family, bits, prefix }) => {
      const rest = BigInt(WIDTH[family] - prefix);
      return family === found.family && bits >> rest === found.bits >> rest;
    })
  );
}

const listOf = (...texts: string[]): readonly Network[] =>
  texts.map((text) => {
    const network = readNetwork(text);
    if (network === null) throw new Error(`not a network: ${text}`);
    return network;
  });

/** This machine itself. */
export const LOOPBACK_NETWORKS = listOf("127.0.0.0/8", "::1");

/** The host of an address as `URL` gives it: an IPv6 one may stand in brackets. */
export const bareHost = (hostname: string): string => hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");

/** Whether a host means this machine, by its form alone. */
export function isLoopbackHost(hostname: string): boolean {
  const host = bareHost(hostname);
  return host === "localhost" || host.endsWith(".localhost") || isInside(host, LOOPBACK_NETWORKS);
}

/** Networks that are not the public internet, loopback among them: IANA's special-purpose registries (RFC 6890). */
export const INNER_NETWORKS: readonly Network[] = [
  ...LOOPBACK_NETWORKS,
  ...listOf(
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24", // the relays of 6to4, which are gone
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/3",
    "::/96",
    "::ffff:0:0:0/96", // IPv4 behind a translator, as are the next two
    "64:ff9b::/96",
    "64:ff9b:1::/48",
    "100::/64",
    "100:0:0:1::/64",
    "2001::/23", // protocol assignments, Teredo (2001::/32) among them
    "2001:db8::/32",
    "2002::/16",
    "3fff::/20",
    "5f00::/16",
    "fc00::/7",
    "fe80::/10",
    "fec0::/10",
    "ff00::/8",
  ),
];
