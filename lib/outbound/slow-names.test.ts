import { afterEach, beforeEach, expect, test, vi } from "vitest";

// Goal: a resolver that does not answer holds nobody up: neither a channel that is set up nor a mail that is sent.

const lookup = vi.hoisted(() => vi.fn());
vi.mock("node:dns/promises", () => ({ lookup }));
const { allowedAddress, targetProblem } = await import("./target.ts");

const STRICT = { allowPrivate: false, allowLoopback: false };
beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  lookup.mockReset();
});

test.each([
  ["an address to connect to", () => allowedAddress("mail.shop.example", STRICT)],
  ["a target", () => targetProblem("https://hook.shop.example/", STRICT)],
])("%s: no answer is an answer after two seconds", async (_, ask) => {
  lookup.mockReturnValue(new Promise(() => {}));
  const asked = ask();
  await vi.advanceTimersByTimeAsync(2_000);
  await expect(asked).resolves.toBeNull();
});

test("of several addresses one that is allowed is taken, and none where all are inner ones", async () => {
  lookup.mockResolvedValue([{ address: "10.0.0.1" }, { address: "1.1.1.1" }]);
  expect(await allowedAddress("mail.shop.example", STRICT)).toBe("1.1.1.1");
  lookup.mockResolvedValue([{ address: "10.0.0.1" }, { address: "127.0.0.1" }]);
  expect(await allowedAddress("mail.shop.example", STRICT)).toBeNull();
  lookup.mockRejectedValue(new Error("ENOTFOUND"));
  expect(await allowedAddress("mail.shop.example", STRICT)).toBeNull();
  expect(await allowedAddress("10.0.0.1", STRICT)).toBeNull();
});
