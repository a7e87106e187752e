import { createHmac } from "node:crypto";
import { Webhook } from "standardwebhooks";
import { expect, test } from "vitest";
import { signatureHeaders } from "./sign.ts";

// Goal: a receiver that knows one of the secrets accepts the message, and refuses any other text, id or time.

const secretOf = (byte: number): string => `whsec_${Buffer.alloc(32, byte).toString("base64")}`;
const message = { id: "evt_1", payload: '{"type":"order.paid"}', sentAt: new Date(Date.now() - 1_500) };

test("the headers are those of Standard Webhooks, made by hand here", () => {
  const headers = signatureHeaders([secretOf(1)], message);
  const seconds = Math.floor(message.sentAt.getTime() / 1_000);
  const text = `evt_1.${seconds}.${message.payload}`;
  expect(headers).toEqual({
    "webhook-id": "evt_1",
    "webhook-timestamp": String(seconds),
    "webhook-signature": `v1,${createHmac("sha256", Buffer.alloc(32, 1)).update(text).digest("base64")}`,
  });
});

test("each of two secrets is enough", () => {
  const headers = signatureHeaders([secretOf(1), secretOf(2)], message);
  expect(headers["webhook-signature"]?.split(" ")).toHaveLength(2);
  for (const secret of [secretOf(1), secretOf(2)]) {
    expect(new Webhook(secret).verify(message.payload, headers)).toEqual({ type: "order.paid" });
  }
  expect(() => new Webhook(secretOf(3)).verify(message.payload, headers)).toThrow();
  expect(() => new Webhook(secretOf(1)).verify(`${message.payload} `, headers)).toThrow();
});
