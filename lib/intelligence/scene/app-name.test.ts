import { expect, test } from "vitest";
import { appNameOf } from "./app-name.ts";

const IPHONE =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148";
const ANDROID = "Mozilla/5.0 (Linux; Android 14; V2324A) AppleWebKit/537.36 Chrome/116.0.0.0 Mobile Safari/537.36";

test.each([
  ["alipay", `${IPHONE} NebulaSDK/1.8 AliApp(AP/10.6.0) AlipayClient/10.6.0`],
  ["qq", `${ANDROID} MQQBrowser/6.2 TBS/046281 V1_AND_SQ_8.9.3_0_TIM QQ/8.9.3.9215`],
  ["wecom", `${IPHONE} wxwork/4.1.30 MicroMessenger/7.0.1 Language/zh`],
  // Also says AliApp, as Taobao does.
  ["dingtalk", `${IPHONE} AliApp(DingTalk/7.5.0) com.laiwang.DingTalk/1 Channel/201200`],
  ["taobao", `${IPHONE} WindVane/8.7 AliApp(TB/10.20.0)`],
  ["feishu", `${ANDROID} Lark/7.10.5 LarkLocale/zh_CN ChannelName/Feishu`],
  ["douyin", `${ANDROID} aweme_300000 BytedanceWebview/d8a21c6`],
  ["toutiao", `${ANDROID} NewsArticle/9.1 BytedanceWebview/d8a21c6`],
  ["weibo", `${IPHONE} Weibo (iPhone15,2__weibo__14.6.0__iphone__os18.0)`],
  ["baidu", `${ANDROID} T7/13.50 baiduboxapp/13.50.0.10`],
  ["kuaishou", `${ANDROID} Kwai/11.1 ksWebView/1`],
])("%s is told by its name", (name, ua) => {
  expect(appNameOf(ua)).toBe(name);
});

test.each([
  ["a browser", `${ANDROID} MQQBrowser/15.0`],
  ["WeChat", `${IPHONE} MicroMessenger/8.0.50(0x18003237) NetType/WIFI Language/zh_CN`],
  [
    "a browser's words in a link",
    "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)",
  ],
  ["an app that nobody listed by name", `${ANDROID} hupu/8.0`],
  ["nothing", ""],
])("%s has no name to tell", (_what, ua) => {
  expect(appNameOf(ua)).toBeNull();
});
