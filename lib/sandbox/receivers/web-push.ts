import { createDecipheriv, createPublicKey, hkdfSync, verify } from "node:crypto";
import { type HttpAnswer, type HttpRoute, type Incoming, json } from "../http.ts";
import { type ReceiverInbox, SECRETS } from "./inbox.ts";

// A push service (RFC 8030) and the device behind it: it checks the sender's VAPID token (RFC 8292) and opens the message (RFC 8291).

export const pushRoutes = (inbox: ReceiverInbox): HttpRoute[] => [
  { method: "POST", path: "/receivers/push/:device", run: (incoming) => receive(inbox, incoming) },
];

function receive(inbox: ReceiverInbox, incoming: Incoming): HttpAnswer {
  const mode = inbox.mode("web_push");
  const refuse = (status: number, why: string): HttpAnswer => {
    inbox.turnAway("web_push", why);
    return json(status, { errno: status, message: why });
  };
  if (mode === "hang") return { ...refuse(200, "hang"), fate: "hang" };
  if (mode === "error") return refuse(500, "error");
  if (mode === "revoked") return refuse(410, "push subscription has unsubscribed or expired");
  if (mode === "busy") return { ...refuse(429, "too many requests"), headers: { "Retry-After": "60" } };
  const { headers, body } = incoming;
  const problem = vapidProblem(incoming, inbox.now);
  if (problem !== null) return refuse(403, problem);
  if (!/^\d+$/.test(String(headers.ttl ?? ""))) return refuse(400, "missing TTL");
  if (headers["content-encoding"] !== "aes128gcm") return refuse(415, "content-encoding must be aes128gcm");
  const text = openPush(body);
  if (text === null) return refuse(400, "the message cannot be opened");
  const said = JSON.parse(text) as { title?: unknown; body?: unknown };
  inbox.take("web_push", { title: String(said.title ?? ""), text: String(said.body ?? ""), raw: said });
  return { status: 201, headers: { Location: `/receivers/push/message/${inbox.messages("web_push")[0]?.id}` } };
}

/** `vapid t=<JWT>, k=<public key>`: signed with ES256 for our origin, at most a day ahead. */
function vapidProblem({ headers, origin }: Incoming, now: number): string | null {
  const found = /^vapid t=([\w.-]+), ?k=([\w-]+)$/.exec(headers.authorization ?? "");
  const [token = "", key = ""] = found?.slice(1) ?? [];
  const [head = "", claims = "", signature = ""] = token.split(".");
  const point = Buffer.from(key, "base64url");
  if (point.length !== 65 || point[0] !== 4) return "no VAPID key";
  const [x, y] = [point.subarray(1, 33).toString("base64url"), point.subarray(33).toString("base64url")];
  const publicKey = createPublicKey({ key: { kty: "EC", crv: "P-256", x, y }, format: "jwk" });
  const isSigned = verify(
    "sha256",
    Buffer.from(`${head}.${claims}`),
    { key: publicKey, dsaEncoding: "ieee-p1363" },
    Buffer.from(signature, "base64url"),
  );
  if (!isSigned) return "the VAPID signature is wrong";
  const said = JSON.parse(Buffer.from(claims, "base64url").toString()) as { aud?: string; exp?: number; sub?: string };
  if (said.aud !== origin) return `the VAPID audience is ${said.aud}, not ${origin}`;
  const ahead = (said.exp ?? 0) - now / 1_000;
  if (ahead <= 0 || ahead > 86_400) return "the VAPID token has ended, or ends too late";
  return /^(mailto:|https:)/.test(said.sub ?? "") ? null : "the VAPID subject is no contact";
}

/** RFC 8188 with the keys of RFC 8291 §3.4, one record. @returns null when it was not made for this device */
function openPush(body: Buffer): string | null {
  const { ecdh, auth } = SECRETS.push;
  if (body.length < 86) return null;
  const salt = body.subarray(0, 16);
  const idLength = body.readUInt8(20);
  const sender = body.subarray(21, 21 + idLength);
  const sealed = body.subarray(21 + idLength);
  try {
    const device = ecdh.getPublicKey();
    const shared = ecdh.computeSecret(sender);
    const info = Buffer.concat([Buffer.from("WebPush: info\0"), device, sender]);
    const material = Buffer.from(hkdfSync("sha256", shared, auth, info, 32));
    const key = Buffer.from(hkdfSync("sha256", material, salt, "Content-Encoding: aes128gcm\0", 16));
    const nonce = Buffer.from(hkdfSync("sha256", material, salt, "Content-Encoding: nonce\0", 12));
    const decipher = createDecipheriv("aes-128-gcm", key, nonce);
    decipher.setAuthTag(sealed.subarray(-16));
    const plain = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
    // The last record ends with 0x02 and any padding of zeros.
    const end = plain.lastIndexOf(2);
    return end < 0 ? null : plain.subarray(0, end).toString("utf8");
  } catch {
    return null;
  }
}

/** What a browser would hand to the shop when it subscribes. */
export function sandboxSubscription(url: string) {
  const { ecdh, auth } = SECRETS.push;
  return {
    endpoint: `${url}/receivers/push/sandbox-device`,
    p256dh: Buffer.from(ecdh.getPublicKey()).toString("base64url"),
    auth: auth.toString("base64url"),
  };
}
