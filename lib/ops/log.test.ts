import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { Secret } from "#lib/base/secret.ts";
import { createLog, withRequestId } from "./log.ts";

function capture(level = "info") {
  const lines: string[] = [];
  const log = createLog({ process: "test", level, write: (line) => void lines.push(line) });
  return { log, lines, last: () => JSON.parse(lines.at(-1) ?? "null") };
}

test("one JSON line per event, the event's name before its fields", () => {
  const { log, lines, last } = capture();
  log.info("payment.settled", { orderId: "ord_1", amountFen: 1234, at: new Date(0), sum: 12n });
  expect(lines).toHaveLength(1);
  expect(last()).toMatchObject({
    level: 30,
    event: "payment.settled",
    orderId: "ord_1",
    amountFen: 1234,
    at: "1970-01-01T00:00:00.000Z",
    sum: "12",
    process: "test",
  });
  expect(lines[0]?.indexOf('"event"')).toBeLessThan(lines[0]?.indexOf('"orderId"') ?? 0);
  log.debug("not.wanted");
  expect(lines).toHaveLength(1);
});

test("no secret gets into a line, wherever it hides", () => {
  const { log, lines } = capture();
  log.warn("x", {
    Authorization: "Bearer abcdefgh12345678",
    nested: { deep: { api_v3_key: "hidden-1", privateKey: "hidden-2" } },
    wrapped: new Secret("hidden-3"),
    bytes: Buffer.from("hidden-4"),
    body: { openid: "hidden-5" },
    note: "call with sk_hidden6hidden6 or whsec_hidden7hidden7 please",
    pem: "-----BEGIN PRIVATE KEY-----\nhidden-8\n-----END PRIVATE KEY-----",
    cause: new Error("cannot reach postgres://user:hidden9@hidden9@host/db", {
      cause: Object.assign(new Error("inner"), { detail: "Key (x)=(hidden-10)", parameters: ["hidden-11"] }),
    }),
  });
  expect(lines.join("")).not.toMatch(/hidden|abcdefgh/);
  expect(lines.join("")).toContain("inner");
});

test("circles and giants do not hurt", () => {
  const { log, last } = capture();
  const circle: Record<string, unknown> = { name: "a" };
  circle.self = circle;
  log.info("x", { circle, long: "y".repeat(100_000), many: Array.from({ length: 10_000 }, (_, index) => index) });
  expect(JSON.stringify(last()).length).toBeLessThan(10_000);
});

test("lines carry the id of the request they belong to, also when requests overlap", async () => {
  const { log, lines } = capture();
  await Promise.all(
    ["req_1", "req_2"].map((id, index) =>
      withRequestId(id, async () => {
        await sleep(5 - index * 4);
        log.info(`of ${id}`);
      }),
    ),
  );
  log.info("of none");
  const seen = lines.map((line) => JSON.parse(line)).map(({ event, requestId }) => [event, requestId]);
  expect(seen).toHaveLength(3);
  expect(seen).toEqual(
    expect.arrayContaining([
      ["of req_1", "req_1"],
      ["of req_2", "req_2"],
      ["of none", undefined],
    ]),
  );
});
