import { describe, expect, it } from "vitest";
import { classifyAgent, classifyVisitor } from "./classify-agent.ts";

const IPHONE =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148";
const ANDROID =
  "Mozilla/5.0 (Linux; Android 14; 23127PN0CC Build/UKQ1; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/126.0.0.0 Mobile Safari/537.36";
const WINDOWS =
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36";
const MAC =
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15";
const IPAD = "Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148";

describe("who asks", () => {
  it.each([
    [
      "WeChat, iPhone",
      `${IPHONE} MicroMessenger/8.0.50(0x1800323d) NetType/WIFI Language/zh_CN`,
      "wechat",
      "phone",
      "jsapi",
    ],
    [
      "WeChat, Android",
      `${ANDROID} XWEB/1260 MMWEBSDK/20240404 MicroMessenger/8.0.49 WeChat/arm64 Weixin`,
      "wechat",
      "phone",
      "jsapi",
    ],
    ["WeChat, iPad", `${IPAD} MicroMessenger/8.0.50`, "wechat", "tablet", "jsapi"],
    [
      "WeChat, iPad asking for desktop pages",
      `${MAC.replace("Version/17.5 Safari/605.1.15", "Mobile/15E148")} MicroMessenger/8.0.50`,
      "wechat",
      "tablet",
      "jsapi",
    ],
    [
      "WeChat, Windows",
      `${WINDOWS} NetType/WIFI MicroMessenger/7.0.20 WindowsWechat(0x63090a13) XWEB/9185 Flue`,
      "wechat",
      "desktop",
      "native",
    ],
    [
      "WeChat 4, Windows",
      `${WINDOWS} MicroMessenger/7.0.20.1781 UnifiedPCWindowsWechat(0xf2541022) XWEB/16467`,
      "wechat",
      "desktop",
      "native",
    ],
    [
      "WeChat, Mac",
      `${MAC} MicroMessenger/6.8.0(0x16080000) MacWechat/3.8.8 XWEB/11581 Flue`,
      "wechat",
      "desktop",
      "native",
    ],
    [
      "WeChat, Linux",
      `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/116.0.0.0 Safari/537.36 MicroMessenger/7.0.20 UnifiedPCLinuxWechat(0x6400) XWEB/11`,
      "wechat",
      "desktop",
      "native",
    ],
    [
      "WeChat, HarmonyOS NEXT",
      "Mozilla/5.0 (Phone; OpenHarmony 5.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/114.0.0.0 Safari/537.36 ArkWeb/4.1.6.1 Mobile MicroMessenger/8.0.11",
      "wechat",
      "phone",
      "jsapi",
    ],
    [
      "mini program, phone",
      `${ANDROID} MicroMessenger/8.0.49 Process/appbrand0 miniProgram/wx0000000000000000`,
      "wechat_mini",
      "phone",
      "miniprogram",
    ],
    [
      "WeChat, Windows, in the frame that mini programs share",
      `${WINDOWS} MicroMessenger/7.0.20 MiniProgramEnv/Windows WindowsWechat/WMPF XWEB/9185 Flue`,
      "wechat",
      "desktop",
      "native",
    ],
    [
      "mini program, Windows",
      `${WINDOWS} MicroMessenger/7.0.20 MiniProgramEnv/Windows WindowsWechat/WMPF XWEB/9185 miniProgram/wx0000000000000000`,
      "wechat_mini",
      "desktop",
      "miniprogram",
    ],
    ["WeCom, phone", `${IPHONE} wxwork/4.1.30 MicroMessenger/7.0.1 Language/zh`, "wecom", "phone", "guide"],
    ["WeCom, Windows", `${WINDOWS} wxwork/4.1.10 (MicroMessenger/6.2) WindowsWechat`, "wecom", "desktop", "native"],
    ["WeCom, mini program", `${ANDROID} wxwork/4.1.0 MicroMessenger/7.0.1 miniProgram`, "wecom", "phone", "guide"],
    ["Alipay", `${IPHONE} NebulaSDK/1.8 AliApp(AP/10.6.0) AlipayClient/10.6.0`, "alipay", "phone", "guide"],
    [
      "Alipay, HarmonyOS",
      "Mozilla/5.0 (Phone; OpenHarmony 5.0) ArkWeb/4.1 Mobile AliApp(AP/10.6.6)",
      "alipay",
      "phone",
      "guide",
    ],
    ["QQ, iPhone", `${IPHONE} QQ/9.0.60.615 V1_IPH_SQ_9.0.60_1_APP_A`, "qq", "phone", "guide"],
    ["QQ, Android", `${ANDROID} MQQBrowser/6.2 TBS/046281 V1_AND_SQ_8.9.3_0_TIM QQ/8.9.3.9215`, "qq", "phone", "guide"],
    ["QQ, iPad", `${IPAD} IPadQQ/8.9.0 QQ/8.9.0`, "qq", "tablet", "native"],
    [
      "DingTalk",
      `${IPHONE} AliApp(DingTalk/7.5.0) com.laiwang.DingTalk/1 Channel/201200`,
      "other_app",
      "phone",
      "guide",
    ],
    ["Feishu", `${ANDROID} Lark/7.10.5 LarkLocale/zh_CN ChannelName/Feishu`, "other_app", "phone", "guide"],
    ["Taobao", `${IPHONE} WindVane/8.7 AliApp(TB/10.20.0)`, "other_app", "phone", "guide"],
    ["Douyin", `${ANDROID} aweme_300000 BytedanceWebview/d8a21c6`, "other_app", "phone", "guide"],
    ["Weibo", `${IPHONE} Weibo (iPhone15,2__weibo__14.6.0__iphone__os18.0)`, "other_app", "phone", "guide"],
    ["Baidu app", `${ANDROID} T7/13.50 baiduboxapp/13.50.0.10`, "other_app", "phone", "guide"],
    ["QQ browser is a browser", `${ANDROID} MQQBrowser/15.0`, "browser", "phone", "h5"],
    ["QQ browser on a desktop", `${WINDOWS} QQBrowser/12.5`, "browser", "desktop", "native"],
    [
      "UC browser with the Taobao union mark",
      `${IPHONE} UCBrowser/16.0 AliApp(TUnionSDK/0.1.20)`,
      "browser",
      "phone",
      "h5",
    ],
    ["Safari, iPhone", `${IPHONE} Version/18.0 Safari/604.1`, "browser", "phone", "h5"],
    [
      "HarmonyOS NEXT phone",
      "Mozilla/5.0 (Phone; OpenHarmony 5.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/114.0.0.0 Safari/537.36 ArkWeb/4.1.6.1 Mobile HuaweiBrowser/5.0.4",
      "browser",
      "phone",
      "h5",
    ],
    [
      "HarmonyOS NEXT tablet",
      "Mozilla/5.0 (Tablet; OpenHarmony 5.0) AppleWebKit/537.36 Chrome/114.0.0.0 Safari/537.36 ArkWeb/4.1.6.1",
      "browser",
      "tablet",
      "native",
    ],
    [
      "HarmonyOS NEXT laptop",
      "Mozilla/5.0 (2in1; OpenHarmony 5.0) AppleWebKit/537.36 Chrome/114.0.0.0 Safari/537.36 ArkWeb/4.1.6.1",
      "browser",
      "desktop",
      "native",
    ],
    ["Android tablet", ANDROID.replace(" Mobile", "").replace("23127PN0CC", "SM-X710"), "browser", "tablet", "native"],
    ["a phone by Cubot", ANDROID.replace("23127PN0CC", "CUBOT P80"), "browser", "phone", "h5"],
    ["desktop", WINDOWS, "browser", "desktop", "native"],
    [
      "a headless browser sees the page of a desktop",
      WINDOWS.replace("Chrome/", "HeadlessChrome/"),
      "browser",
      "desktop",
      "native",
    ],
    [
      "television",
      "Mozilla/5.0 (SMART-TV; Linux; Tizen 7.0) AppleWebKit/537.36 SamsungBrowser/5.0 Chrome/94.0 TV Safari/537.36",
      "browser",
      "other",
      "native",
    ],
    [
      "console",
      "Mozilla/5.0 (PlayStation; PlayStation 5/8.00) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.4 Safari/605.1.15",
      "browser",
      "other",
      "native",
    ],
    [
      "car",
      "Mozilla/5.0 (X11; GNU/Linux) AppleWebKit/537.36 (KHTML, like Gecko) Chromium/109 Chrome/109 Safari/537.36 Tesla/2023.44",
      "browser",
      "other",
      "native",
    ],
    ["nobody", "", "browser", "other", "native"],
    ["curl", "curl/8.7.1", "bot", "bot", "none"],
    ["python-requests", "python-requests/2.32.3", "bot", "bot", "none"],
    ["okhttp", "okhttp/4.12.0", "bot", "bot", "none"],
    [
      "Googlebot, phone",
      `${ANDROID} (compatible; Googlebot/2.1; +http://www.google.com/bot.html)`,
      "bot",
      "bot",
      "none",
    ],
    ["link preview", "facebookexternalhit/1.1", "bot", "bot", "none"],
    ["link preview named like its app", "DingTalkBot-LinkService/1.0", "bot", "bot", "none"],
  ])("%s", (_name, ua, env, form, channel) => {
    expect(classifyAgent(ua)).toMatchObject({ env, form, channel });
  });

  it("draws the pay page for programs sent for it, and never for crawlers", () => {
    for (const ua of ["curl/8.7.1", "node", "python-requests/2.32.3"]) {
      expect(classifyVisitor(ua)).toMatchObject({ env: "browser", channel: "native" });
    }
    for (const ua of [
      "facebookexternalhit/1.1",
      "Mozilla/5.0 (compatible; Googlebot/2.1)",
      "DingTalkBot-LinkService/1.0",
    ]) {
      expect(classifyVisitor(ua)).toMatchObject({ env: "bot", channel: "none" });
    }
    expect(classifyVisitor(`${IPHONE} MicroMessenger/8.0.50`).channel).toBe("jsapi");
  });

  it("hears the page: a Mac with many touch points is an iPad", () => {
    expect(classifyAgent(MAC, { maxTouchPoints: 5 })).toMatchObject({ form: "tablet", os: "ios" });
    expect(classifyAgent(MAC, { maxTouchPoints: 0 })).toMatchObject({ form: "desktop", os: "macos" });
  });

  it("hears the bridge: an old WeChat may hide that it is a mini program", () => {
    const ua = `${ANDROID} MicroMessenger/6.7.0`;
    expect(classifyAgent(ua, { bridge: "wechat_mini" })).toMatchObject({ env: "wechat_mini", channel: "miniprogram" });
  });

  it("hears client hints", () => {
    const desktopSite = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/126.0.0.0 Safari/537.36";
    expect(classifyAgent(desktopSite, { mobile: true, platform: "Android" })).toMatchObject({
      form: "phone",
      os: "android",
    });
    expect(classifyAgent(desktopSite, { mobile: false, platform: "Android" }).form).toBe("tablet");
    expect(classifyAgent(ANDROID, { formFactors: '"Automotive"' }).form).toBe("other");
  });
});
