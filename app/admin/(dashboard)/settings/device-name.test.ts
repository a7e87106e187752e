import { expect, test } from "vitest";
import { peopleText } from "#lib/texts/admin.ts";
import { deviceName } from "./device-name.ts";

const WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)";

test.each([
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
    "iPhone · Safari",
    "iPhone · Safari",
  ],
  [
    `Mozilla/5.0 (Linux; Android 14; 23127PN0CC) ${WEBKIT} Version/4.0 Chrome/126.0 Mobile Safari/537.36 MicroMessenger/8.0.50`,
    "Android 手机 · 微信",
    "Android phone · WeChat",
  ],
  [
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${WEBKIT} Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0`,
    "Windows 电脑 · Edge",
    "Windows computer · Edge",
  ],
  [
    `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${WEBKIT} Chrome/131.0.0.0 Safari/537.36`,
    "Mac 电脑 · Chrome",
    "Mac computer · Chrome",
  ],
  ["", "不认识的设备", "Unknown device"],
])("%s", (agent, chinese, english) => {
  expect(deviceName(agent, peopleText("zh-CN").devices)).toBe(chinese);
  expect(deviceName(agent, peopleText("en").devices)).toBe(english);
});
