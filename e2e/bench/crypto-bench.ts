import { createDecipheriv, createPublicKey, generateKeyPairSync, randomBytes, verify } from "node:crypto";
import { Secret } from "#lib/base/secret.ts";
import { openGcm } from "../../lib/gateways/wechat/crypto/shared-key.ts";
import { type NoticeReader, readV3Notification } from "../../lib/gateways/wechat/v3/read-notification.ts";
import { readSignature, signatureHolds } from "../../lib/gateways/wechat/v3/verify-signature.ts";
import { noticeOf } from "./notices.ts";

const ROUNDS = 15;
const CALLS = 1_000;

interface BenchedWay {
  readonly name: string;
  readonly run: () => unknown;
}

/** Verifying and opening a v3 notice, next to the calls of node:crypto that it cannot do without. */
export async function benchCrypto(): Promise<void> {
  const { ways, check } = prepare();
  await check();
  const seconds = new Map(ways.map(({ name }) => [name, [] as number[]]));
  for (let round = 0; round <= ROUNDS; round++) {
    for (const { name, run } of ways) {
      const taken = await timed(run);
      // The first round warms up.
      if (round > 0) seconds.get(name)?.push(taken);
    }
  }
  const [floor = 0, ...others] = ways.map(({ name }) => median(seconds.get(name) ?? []));
  const perSecond = (taken: number) => Math.round(CALLS / taken);
  console.table(
    ways.map(({ name }, at) => ({
      name,
      "per second": perSecond(at === 0 ? floor : (others[at - 1] ?? 0)),
      "of the floor": at === 0 ? 1 : Number((floor / (others[at - 1] ?? 1)).toFixed(2)),
    })),
  );
}

/** Seconds of CPU, which other work on the machine does not change. */
async function timed(run: () => unknown): Promise<number> {
  const since = process.cpuUsage();
  for (let call = 0; call < CALLS; call++) {
    const result = run();
    if (result instanceof Promise) await result;
  }
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1_000_000;
}

const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? 0;

function prepare() {
  const pair = generateKeyPairSync("rsa", {
    modulusLength: 2_048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const apiV3Key = randomBytes(16).toString("hex");
  const publicKey = { id: "PUB_KEY_ID_1", privateKey: pair.privateKey, publicKey: pair.publicKey };
  const party = { mchid: "1900000001", appid: "wx0000000000000000" };
  const notice = noticeOf({ ...party, apiV3Key, publicKey }, "LF-1", "/payment/notify");
  const headers = new Headers({ ...notice.headers });
  const body = Buffer.from(notice.body ?? "");
  const now = new Date(Number(headers.get("wechatpay-timestamp")) * 1_000);
  const key = createPublicKey(pair.publicKey);
  const reader: NoticeReader = {
    ...{ accountId: "acc", appId: party.appid, merchantNumber: party.mchid, apiV3Key: new Secret(apiV3Key) },
    keys: { find: async () => key, findOrRefresh: async () => key, refresh: async () => {}, noteUse: () => {} },
  };
  const { resource } = JSON.parse(body.toString()) as { resource: EncryptedResource };
  const sealed = { ...resource, associatedData: resource.associated_data };
  const whole = () => readV3Notification({ headers, body }, [reader], now);
  const ways: BenchedWay[] = [
    { name: "node:crypto alone", run: () => bare({ headers, body, resource, apiV3Key, key }) },
    {
      name: "our verifying and opening",
      run() {
        const claimed = readSignature(headers, now);
        if (claimed.kind !== "claimed" || !signatureHolds(claimed, body, key)) throw new Error("it must hold");
        return openGcm(sealed, apiV3Key);
      },
    },
    { name: "the whole notice in our words", run: whole },
  ];
  const check = async () => {
    if ((await whole()).kind !== "payment") throw new Error("the notice must be read");
  };
  return { ways, check };
}

interface EncryptedResource {
  readonly ciphertext: string;
  readonly nonce: string;
  readonly associated_data: string;
}

interface SignedNotice {
  readonly headers: Headers;
  readonly body: Buffer;
  readonly resource: EncryptedResource;
  readonly apiV3Key: string;
  readonly key: ReturnType<typeof createPublicKey>;
}

/** The unavoidable part: the signed text, one verification, one opening. */
function bare({ headers, body, resource, apiV3Key, key }: SignedNotice): Buffer {
  const signed = `${headers.get("wechatpay-timestamp")}\n${headers.get("wechatpay-nonce")}\n${body}\n`;
  const signature = Buffer.from(headers.get("wechatpay-signature") ?? "", "base64");
  if (!verify("sha256", Buffer.from(signed), key, signature)) throw new Error("it must hold");
  const bytes = Buffer.from(resource.ciphertext, "base64");
  const decipher = createDecipheriv("aes-256-gcm", apiV3Key, resource.nonce);
  decipher.setAAD(Buffer.from(resource.associated_data)).setAuthTag(bytes.subarray(-16));
  return Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]);
}
