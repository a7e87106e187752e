import { expect, test } from "vitest";
import { composeMessage } from "./compose-message.ts";

test("a sign-in from a new device says from where, and leads to the devices that are signed in", () => {
  const notification = {
    ...{ id: "7", event: "access", kind: "new_device", recovered: false, critical: true },
    ...{ orderId: null, outTradeNo: null, amount: null, detail: { address: "203.0.113.9" } },
    createdAt: new Date("2026-11-30T04:00:00Z"),
    person: { id: "usr_1", email: "zhang@shop.test", disabled: false },
  };
  const message = composeMessage(notification, { language: "en", publicUrl: "https://pay.shop.test" });
  expect(message).toMatchObject({
    level: "critical",
    title: "A new device signed in to your account",
    link: "https://pay.shop.test/admin/settings/account",
  });
  expect(message.facts).toContainEqual(expect.objectContaining({ value: "203.0.113.9" }));
});

test("others hear of it by the person's name, and are led to the people", () => {
  const notification = {
    ...{ id: "8", event: "access", kind: "own_password", recovered: false, critical: true },
    ...{ orderId: null, outTradeNo: null, amount: null },
    detail: { person: "zhang@shop.test", actor: "owner@shop.test" },
    createdAt: new Date("2026-11-30T04:00:00Z"),
  };
  const message = composeMessage(notification, { language: "en", publicUrl: "https://pay.shop.test" });
  expect(message).toMatchObject({
    title: "zhang@shop.test: password changed",
    link: "https://pay.shop.test/admin/settings/users",
  });
  expect(message.facts).toContainEqual({ label: "Done by", value: "owner@shop.test" });
});
