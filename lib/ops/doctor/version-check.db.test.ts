import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { isNewer, readRelease, versionCheck } from "./version-check.ts";

// Goal: the release feed is asked once a day, tells of nothing but newer versions, and can do no harm.

let url: string;
let asked: string[] = [];
let answer = { status: 200, text: "" };
const server = createServer((request, response) => {
  asked.push(`${request.method} ${request.headers["user-agent"]} ${request.headers.cookie ?? ""}`.trim());
  response.writeHead(answer.status, { location: "/elsewhere" }).end(answer.text);
});
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/latest`;
});
afterAll(() => server.close());
beforeEach(() => {
  asked = [];
});

const LOOPBACK = { allowPrivate: false, allowLoopback: true };
const look = async (text: string, status = 200) => {
  answer = { status, text };
  const [finding] = await versionCheck({ url, policy: LOOPBACK, version: "0.9.0" }).run();
  return finding;
};

test("a newer version is told with its page, an older or the same one is not", async () => {
  const found = await look('{"tag_name": "v0.10.0", "html_url": "https://code.example/r/0.10.0"}');
  expect(found).toMatchObject({
    result: "ok",
    evidence: { code: "versionNewer", values: { newer: "0.10.0", version: "0.9.0" } },
    next: { code: "readUpgrading", values: { page: "https://code.example/r/0.10.0" } },
  });
  for (const version of ["0.9.0", "0.8.12"]) {
    expect(await look(`{"version": "${version}"}`)).toMatchObject({ evidence: { code: "versionNewest" }, next: null });
  }
  expect(asked).toEqual(["GET lingfu/1", "GET lingfu/1", "GET lingfu/1"]);
});

test("it is asked once and then no more, while its answer is kept", async () => {
  answer = { status: 200, text: '{"version": "1.0.0"}' };
  const check = versionCheck({ url, policy: LOOPBACK, version: "0.9.0" });
  await check.run();
  await check.run();
  expect(asked).toHaveLength(1);
});

test("what it answers instead leaves the check unknown: other pages, redirects, no version, a private address", async () => {
  for (const text of ["", "<html>", "[]", "null", '{"version": "1.0.0-rc.1"}', '{"version": {"a": 1}}']) {
    expect((await look(text))?.result, text).toBe("unknown");
  }
  for (const status of [302, 404, 500]) expect((await look('{"version": "1.0.0"}', status))?.result).toBe("unknown");
  expect(asked).toHaveLength(9);
  const inner = versionCheck({ url, policy: { allowPrivate: false, allowLoopback: false }, version: "0.9.0" });
  expect((await inner.run())[0]?.result).toBe("unknown");
  expect(asked).toHaveLength(9);
});

test("only a page by https is linked", () => {
  const pageOf = (page: string) => readRelease(JSON.stringify({ version: "1.0.0", url: page }))?.page;
  expect(pageOf("https://code.example/1")).toBe("https://code.example/1");
  for (const page of ["http://code.example/1", "javascript:alert(1)", `https://code.example/${"a".repeat(300)}`]) {
    expect(pageOf(page)).toBe("");
  }
  expect(readRelease('{"version": "1.0.0"}')).toEqual({ version: "1.0.0", page: "" });
});

test.each([
  ["0.10.0", "0.9.9", true],
  ["1.0.0", "0.9.9", true],
  ["0.9.9", "0.10.0", false],
  ["0.1.0", "0.1.0", false],
  ["0.1.1", "0.1.0", true],
])("%s is newer than %s: %s", (one, other, newer) => {
  expect(isNewer(one, other)).toBe(newer);
});
