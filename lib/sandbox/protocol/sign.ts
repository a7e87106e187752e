import { createSign, generateKeyPairSync, randomBytes } from "node:crypto";
import { privateKeyOf, randomText } from "../keys.ts";
import type { World } from "../world.ts";

// How WeChat Pay signs what it sends: answers and notices alike (wechatpay.md §3).

export interface Signer {
  readonly serial: string;
  readonly privateKey: string;
}

const certificateSigner = ({ keys }: World): Signer => keys.platform[0];
const publicKeySigner = ({ keys }: World): Signer => ({
  serial: keys.publicKey.id,
  privateKey: keys.publicKey.privateKey,
});

/**
 * The key for an answer. Before the change-over the request's wish is ignored; after it, the wish decides.
 * @param wanted the request's `Wechatpay-Serial`
 * @returns null when the request names a serial that never existed
 */
export function answerSigner(world: World, wanted: string | undefined): Signer | null {
  const { keys } = world;
  if (keys.mode === "certificate") return certificateSigner(world);
  if (wanted === keys.publicKey.id) return publicKeySigner(world);
  if (wanted === undefined) return keys.mode === "public_key" ? publicKeySigner(world) : certificateSigner(world);
  const named = keys.platform.find((certificate) => certificate.serial === wanted);
  if (named !== undefined) return named;
  return keys.retiredSerials.includes(wanted) ? certificateSigner(world) : null;
}

/** @param count how many were signed before: in the mix they come by turns, so that tests meet both at once */
export function noticeSigner(world: World, count: number): Signer {
  const { mode } = world.keys;
  const byPublicKey = mode === "public_key" || (mode === "mix" && count % 2 === 0);
  return byPublicKey ? publicKeySigner(world) : certificateSigner(world);
}

let stranger: Signer | undefined;
/** A sound key that belongs to nobody. */
export function strangeSigner(): Signer {
  stranger ??= {
    serial: randomBytes(20).toString("hex").toUpperCase(),
    privateKey: generateKeyPairSync("rsa", { modulusLength: 2048 })
      .privateKey.export({ type: "pkcs8", format: "pem" })
      .toString(),
  };
  return stranger;
}

export interface SigningFaults {
  readonly badSignature: boolean;
  readonly probe: boolean;
  readonly oldTimestamp: boolean;
}

const OLD_S = 3_600;

/** The `Wechatpay-*` headers over the body. The time is everybody's, not the sandbox's own. */
export function signatureHeaders(
  world: World,
  { signer, body, faults }: { signer: Signer; body: string; faults: SigningFaults },
): Record<string, string> {
  const timestamp = String(world.clock.wallSeconds() - (faults.oldTimestamp ? OLD_S : 0));
  const nonce = randomText(32);
  const signature = createSign("RSA-SHA256")
    .update(`${timestamp}\n${nonce}\n${body}\n`)
    .sign(privateKeyOf(signer.privateKey), "base64");
  return {
    "Wechatpay-Timestamp": timestamp,
    "Wechatpay-Nonce": nonce,
    "Wechatpay-Serial": signer.serial,
    "Wechatpay-Signature-Type": "WECHATPAY2-SHA256-RSA2048",
    "Wechatpay-Signature": spoil(signature, faults),
  };
}

function spoil(signature: string, faults: SigningFaults): string {
  // 355 characters that are no base64: what WeChat's own probes look like.
  if (faults.probe) return `WECHATPAY/SIGNTEST/${signature.slice(0, 336)}`;
  if (!faults.badSignature) return signature;
  return `${signature.startsWith("A") ? "B" : "A"}${signature.slice(1)}`;
}
