import { createHmac } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../server.ts";
import { SECRETS } from "./inbox.ts";

// Goal: the receivers refuse what the real ones refuse, in their words, and keep what they took.

let folder: string;
let sandbox: Sandbox;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "receivers-"));
  sandbox = await startSandbox({ port: 0, dataDir: folder });
});
afterEach(() => control({ clear: true }));
afterAll(async () => {
  await sandbox.close();
  await rm(folder, { recursive: true });
});

async function control(body?: object) {
  const url = `${sandbox.url}/control/receivers`;
  return (
    await fetch(url, body === undefined ? {} : { method: "POST", body: JSON.stringify(body) })
  ).json() as Promise<{
    settings: Record<string, Record<string, string | number>>;
    messages: { receiver: string; title: string }[];
    turnedAway: { receiver: string; why: string }[];
    error?: { message: string };
  }>;
}
const post = async (path: string, body: unknown) =>
  (await fetch(`${sandbox.url}/receivers${path}`, { method: "POST", body: JSON.stringify(body) })).json();

const MARKDOWN = { msgtype: "markdown", markdown: { content: "**微信收款 ¥1.00**\n> 订单：LF1" } };
const wecom = (key: string, body: unknown = MARKDOWN) => post(`/wecom/cgi-bin/webhook/send?key=${key}`, body);

test("WeCom: a wrong address, a text too long, the twenty-first message of a minute", async () => {
  expect(await wecom("other")).toMatchObject({ errcode: 93_000 });
  const long = { msgtype: "markdown", markdown: { content: "长".repeat(1_366) } };
  expect(await wecom(SECRETS.wecomKey, long)).toMatchObject({ errcode: 40_058 });
  for (let count = 1; count <= 20; count++) expect(await wecom(SECRETS.wecomKey)).toEqual({ errcode: 0, errmsg: "ok" });
  expect(await wecom(SECRETS.wecomKey)).toMatchObject({ errcode: 45_009 });
  const { messages } = await control();
  expect(messages).toHaveLength(20);
  expect(messages[0]).toMatchObject({ receiver: "wecom", title: "微信收款 ¥1.00" });
});

test("DingTalk: signed by its secret and in time, or not at all", async () => {
  const send = (timestamp: number, secret: string) => {
    const sign = createHmac("sha256", secret).update(`${timestamp}\n${secret}`).digest("base64");
    const query = new URLSearchParams({ access_token: SECRETS.dingtalkToken, timestamp: String(timestamp), sign });
    return post(`/dingtalk/robot/send?${query}`, { msgtype: "markdown", markdown: { title: "a", text: "b" } });
  };
  expect(await send(Date.now(), "SECwrong")).toEqual({ errcode: 310_000, errmsg: "sign not match" });
  expect(await send(Date.now() - 3_700_000, SECRETS.dingtalkSecret)).toMatchObject({ errcode: 310_000 });
  expect(await send(Date.now(), SECRETS.dingtalkSecret)).toMatchObject({ errcode: 0 });
});

test("Feishu: signed with time and secret as the key, not the other way round", async () => {
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const card = { header: { title: { content: "a" } }, elements: [{ tag: "markdown", content: "b" }] };
  const send = (sign: string) =>
    post(`/feishu/open-apis/bot/v2/hook/${SECRETS.feishuToken}`, { timestamp, sign, msg_type: "interactive", card });
  const wrong = createHmac("sha256", SECRETS.feishuSecret)
    .update(`${timestamp}\n${SECRETS.feishuSecret}`)
    .digest("base64");
  const right = createHmac("sha256", `${timestamp}\n${SECRETS.feishuSecret}`).digest("base64");
  expect(await send(wrong)).toMatchObject({ code: 19_021 });
  expect(await send(right)).toMatchObject({ code: 0 });
});

test("the official account: a token by its secret, messages by the token and to followers", async () => {
  const token = (secret: string) =>
    post("/official/cgi-bin/stable_token", { grant_type: "client_credential", appid: SECRETS.officialAppId, secret });
  expect(await token("wrong")).toMatchObject({ errcode: 40_125 });
  const given = (await token(SECRETS.officialSecret)) as { access_token: string };
  expect(await token(SECRETS.officialSecret)).toMatchObject({ access_token: given.access_token });
  const send = (access: string, touser: string) =>
    post(`/official/cgi-bin/message/template/send?access_token=${access}`, {
      ...{ touser, template_id: SECRETS.officialTemplate },
      data: { thing1: { value: "a" } },
    });
  expect(await send("old", SECRETS.officialOpenid)).toMatchObject({ errcode: 40_001 });
  expect(await send(given.access_token, "oStranger")).toMatchObject({ errcode: 43_004 });
  expect(await send(given.access_token, SECRETS.officialOpenid)).toMatchObject({ errcode: 0 });
});

test("mail: nobody sends without the right password", async () => {
  const { settings } = await control();
  const { host, port } = settings.email as { host: string; port: number };
  const said = await new Promise<string>((resolve, reject) => {
    let heard = "";
    const socket = connect(port, host);
    const lines = [
      "EHLO x",
      `AUTH PLAIN ${Buffer.from("\0a\0b").toString("base64")}`,
      "MAIL FROM:<a@b.example>",
      "QUIT",
    ];
    socket.on("data", (chunk) => {
      heard += chunk.toString();
      if (!/^\d{3} .*\r\n$/m.test(chunk.toString())) return;
      const line = lines.shift();
      if (line !== undefined) socket.write(`${line}\r\n`);
    });
    socket.on("close", () => resolve(heard));
    socket.on("error", reject);
  });
  expect(said).toMatch(/^220 [\s\S]*\r\n535 [\s\S]*\r\n530 [\s\S]*\r\n221 /);
});

test("a message that is not sealed for the device is not taken; a switch that does not exist is refused", async () => {
  const answer = await fetch(`${sandbox.url}/receivers/push/device`, {
    method: "POST",
    body: "x",
    headers: { ttl: "60" },
  });
  expect(answer.status).toBe(403);
  expect(await control({ receiver: "pigeon", mode: "ok" })).toMatchObject({
    error: { message: '"receiver" is not known' },
  });
  await control({ receiver: "wecom", mode: "error" });
  expect((await fetch(`${sandbox.url}/receivers/wecom/cgi-bin/webhook/send`, { method: "POST" })).status).toBe(500);
  const page = await (await fetch(`${sandbox.url}/receivers`)).text();
  expect(page).toContain("沙箱收件箱");
  expect(page).toContain('<option value="error" selected>');
});
