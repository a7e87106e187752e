import { expect, test } from "vitest";
import type { Exchange } from "../transport.ts";
import { checkNetwork } from "./check-network.ts";

// Goal: WeChat Pay has two hosts, and one of them is enough; the sandbox cannot show that.

const NOW = new Date("2026-07-01T00:00:00.000Z");
const clock = { now: () => NOW };

const examine = async (exchange: Exchange) => {
  const way = { apiBase: "https://api.mch.weixin.qq.com", exchange, backupOf: () => null };
  const { findings, reachable, clockIsOff } = await checkNetwork(way, clock);
  const resultOf = (check: string) => findings.find((each) => each.check === check)?.result;
  return { connection: resultOf("connection"), clock: resultOf("clock"), reachable, clockIsOff };
};

const answerAt =
  (date: string): Exchange =>
  async () => ({
    kind: "answer",
    status: 404,
    headers: { get: (name) => (name === "date" ? date : null) },
    body: Buffer.alloc(0),
  });
const silence: Exchange = async () => ({
  kind: "no_answer",
  cause: "ETIMEDOUT",
  mayHaveArrived: false,
  staleConnection: false,
});
const inTime = answerAt("Wed, 01 Jul 2026 00:00:00 GMT");

test("both hosts answer", async () => {
  expect(await examine(inTime)).toEqual({ connection: "ok", clock: "ok", reachable: true, clockIsOff: false });
});

test.each(["api.mch", "api2.mch"])("without %s it works, and is told", async (lost) => {
  const exchange: Exchange = (request, limits) =>
    (request.origin.includes(`${lost}.`) ? silence : inTime)(request, limits);
  expect(await examine(exchange)).toEqual({ connection: "warning", clock: "ok", reachable: true, clockIsOff: false });
});

test("without both nothing is known of the clock", async () => {
  expect(await examine(silence)).toEqual({
    connection: "failed",
    clock: undefined,
    reachable: false,
    clockIsOff: false,
  });
});

test.each([
  ["Wed, 01 Jul 2026 00:04:50 GMT", "warning", false],
  ["Wed, 01 Jul 2026 00:05:10 GMT", "failed", true],
  ["Tue, 30 Jun 2026 23:54:00 GMT", "failed", true],
])("WeChat's date is %s: %s", async (date, result, isOff) => {
  expect(await examine(answerAt(date))).toMatchObject({ clock: result, clockIsOff: isOff });
});
