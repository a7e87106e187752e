import { expect, test } from "vitest";
import { signatureHeaders } from "../../webhooks/sign.ts";
import { verifyWebhook } from "../index.ts";

// Goal: a delivery that the product signed is accepted, and nothing else is.

const SECRET = `whsec_${Buffer.from("a secret of thirty-two bytes, ok").toString("base64")}`;
const OTHER = `whsec_${Buffer.from("another one of thirty-two bytes!").toString("base64")}`;
const now = new Date("2026-07-01T00:00:00Z");
const payload = JSON.stringify({
  type: "order.paid",
  timestamp: now.toISOString(),
  data: { id: "ord_1", note: "已付" },
});
const headers = signatureHeaders([SECRET], { id: "evt_1", payload, sentAt: now });
const good = { payload, headers, secret: SECRET, now };
const later = (seconds: number) => new Date(now.getTime() + seconds * 1_000);

test("what was signed is accepted: text or bytes, any kind of headers, either secret of a rotation", async () => {
  const event = { id: "evt_1", type: "order.paid", data: { id: "ord_1" } };
  const both = signatureHeaders([OTHER, SECRET], { id: "evt_1", payload, sentAt: now });
  const upper = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), [value]]));
  for (const received of [
    good,
    { ...good, payload: Buffer.from(payload) },
    { ...good, headers: new Headers(headers) },
    { ...good, headers: upper },
    { ...good, headers: both },
    { ...good, secret: [OTHER, SECRET] },
    { ...good, now: later(300) },
    { ...good, now: later(-300) },
  ]) {
    expect(await verifyWebhook(received)).toMatchObject(event);
  }
});

test.each([
  ["another secret", { secret: OTHER }, "signature_wrong"],
  ["another body", { payload: payload.replace("ord_1", "ord_2") }, "signature_wrong"],
  ["a space more", { payload: `${payload} ` }, "signature_wrong"],
  ["another id", { headers: { ...headers, "webhook-id": "evt_2" } }, "signature_wrong"],
  ["another time", { headers: { ...headers, "webhook-timestamp": "1782864001" } }, "signature_wrong"],
  ["no signature", { headers: { ...headers, "webhook-signature": "" } }, "header_missing"],
  ["a signature of another version", { headers: { ...headers, "webhook-signature": "v1a,AAAA" } }, "signature_wrong"],
  ["a signature that is no base64", { headers: { ...headers, "webhook-signature": "v1,%%%" } }, "signature_wrong"],
  ["a time that is none", { headers: { ...headers, "webhook-timestamp": "soon" } }, "timestamp_malformed"],
  ["a delivery of long ago", { now: later(301) }, "timestamp_too_old"],
  ["a delivery of the future", { now: later(-301) }, "timestamp_too_new"],
])("%s is refused", async (_, change, problem) => {
  await expect(verifyWebhook({ ...good, ...change })).rejects.toMatchObject({ problem });
});

test("a secret that is none is the caller's mistake, not a forged delivery", async () => {
  await expect(verifyWebhook({ ...good, secret: "whsec_" })).rejects.toBeInstanceOf(TypeError);
});
