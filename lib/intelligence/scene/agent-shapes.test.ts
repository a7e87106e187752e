import { describe, expect, it } from "vitest";
import { androidModel } from "./android-model.ts";
import { classifyAgent, classifyVisitor } from "./classify-agent.ts";

// Goal: a device is known by whole words and known shapes. Three letters inside a name decide nothing, and no one who holds a
// whole browser is left without a way to pay. All agents here are composed.

const android = (model: string, { mobile = true, version = "11" } = {}) =>
  `Mozilla/5.0 (Linux; Android ${version}; ${model}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/98.0.4758.101${mobile ? " Mobile" : ""} Safari/537.36`;
const webView = (model: string) =>
  `Mozilla/5.0 (Linux; arm; Android 9; ${model} Build/PPR1.180610.011; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/104.0.5112.102 Mobile Safari/537.36`;
const dalvik = (model: string) => `Dalvik/2.1.0 (Linux; U; Android 10; ${model} Build/QKQ1.191222.002)`;
const IPHONE =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1";

const PHONE = { env: "browser", form: "phone", channel: "h5" };
const TABLET = { env: "browser", form: "tablet", channel: "native" };
const SCREEN = { env: "browser", form: "other", channel: "native" };

describe("WeChat on a desktop", () => {
  it.each([
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/132.0.0.0 Safari/537.36 MicroMessenger/7.0.20.1781(0x6700143B) NetType/WIFI MiniProgramEnv/Windows WindowsWechat/WMPF WindowsWechat(0x63090c11) XWEB/11581 Flue",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/98.0.4758.102 Safari/537.36 NetType/WIFI MicroMessenger/6.8.0(0x16080000) MacWechat/3.8.4(0x13080410) XWEB/30817 Flue",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/107.0.0.0 Safari/537.36 MicroMessenger/6.8.0(0x16080000) NetType/WIFI MiniProgramEnv/Mac MacWechat/WMPF MacWechat/3.8.7(0x13080710) XWEB/1191",
  ])("is a desktop with a QR code: %s", (ua) => {
    expect(classifyAgent(ua)).toMatchObject({ env: "wechat", form: "desktop", channel: "native" });
  });

  it("is a mini program where its id, its process or the bridge says so", () => {
    const phone = `${webView("23127PN0CC")} MicroMessenger/8.0.49`;
    for (const mark of ["miniProgram/wx0000000000000000", "Process/appbrand2 WeChat/arm64", "miniProgram"]) {
      expect(classifyAgent(`${phone} ${mark}`)).toMatchObject({ env: "wechat_mini", channel: "miniprogram" });
    }
    expect(classifyAgent(phone).env).toBe("wechat");
    expect(classifyAgent(phone, { bridge: "wechat_mini" }).env).toBe("wechat_mini");
  });
});

describe("letters inside a name decide nothing", () => {
  it.each([
    ["Turbot 10 Build/SP1A.210812.016", TABLET],
    ["M bot Tab 103", TABLET],
    ["C Bot Tab 70", TABLET],
  ])("a tablet called %s", (model, right) => {
    expect(classifyAgent(android(model, { mobile: false }))).toMatchObject(right);
  });

  it.each([
    "VR BOT 552 PLUS", // bot
    "POWER BOT",
    "PSP5504DUO", // psp is a telephone of Prestigio's
    "PSPCK21NA",
    "SGH-T959V", // t95
    "LG-H961AN", // h96
    "B8604", // b860
    "AQUOS sense4", // aquos is also a television's name
    "SH-M15",
    "Archos 45 Platinum", // archos makes tablets of 7 inches and more
    "Archos 50 Oxygen",
    "QUMO QUEST 2",
    "Lenovo Z90a40", // 90 inches
    "HTV31", // tv
    "Moto G Power (2022)",
  ])("a telephone called %s", (model) => {
    expect(classifyAgent(android(model))).toMatchObject(PHONE);
  });

  it("an app's own words are not taken for a machine's or a television's", () => {
    const ecosia = `${android("SM-A310F")} (Ecosia android@62.0.3202.101)`;
    expect(classifyAgent(ecosia)).toMatchObject(PHONE);
    expect(classifyAgent(`${IPHONE} (Ecosia ios@3.0.1.533)`)).toMatchObject(PHONE);
  });
});

describe("televisions, boxes and sticks", () => {
  it.each([
    ...["AFTKA Build/RS8149", "AFTKRT", "AFTMON001", "AFTEU014"],
    ...["X96Q Pro", "T95KPRO", "H96 PRO+", "MXQPRO", "TX3 Mini", "LimeT95", "KM9PRO", "VONTAR H618", "ZIDOO_X9S"],
    ...["50UX10S", "24LEX-7269", "55UCY3", "43ST20H", "85U750TS", "HARPER 55U660TS", "NORDMENDE_55NM6000U"],
    ...["U55E9100Q", "H32F8000CG", "EX-32HS006B", "T43FSM5160", "LD-55SU8815BS"],
    ...["H-LED50FU7001", "SW-LED43UG400", "HGTV-LED55UHDS102T2", "SM-LED65M01SU"],
    ...["haierATVnippori", "Percee TV", "Gazer_TV", "FibeTV", "BeyondTV5", "HIPER MEDIA TV i4 Pro", "SWTV-20AE"],
    ...[
      "SberBox",
      "Rombica Smart Box Q1",
      "Movix Pro Voice",
      "Nokia Streaming Stick 800",
      "OTT Xview AV1",
      "YNDX-00075",
    ],
  ])("%s shows a QR code for any web view", (model) => {
    for (const ua of [android(model), android(model, { mobile: false }), webView(model)]) {
      expect(classifyAgent(ua)).toMatchObject(SCREEN);
      expect(classifyAgent(ua, { mobile: true, platform: "Android" }).channel).toBe("native");
    }
  });

  it.each(["TicWatch Pro S", "ASUS ZenWatch 2", "OW19W2", "AEOCH", "XDH-0F-A1", "EK-GC100"])("so does %s", (model) => {
    expect(classifyAgent(android(model))).toMatchObject(SCREEN);
  });
});

describe("phones with a browser that says little", () => {
  it.each(["iPh8,1", "iPh11,8", "iPh14,3"])("UC on %s", (device) => {
    const ua = `UCWEB/2.0 (iOS; U; iPh OS 15_3; zh-CN; ${device}) U2/1.0.0 UCBrowser/11.3.5.1203`;
    expect(classifyAgent(ua)).toMatchObject(PHONE);
    expect(classifyAgent(`dv(${device});pr(UCBrowser/11.3.5.1203);ov(15_3_1);ss(375x812);bt(GJ);`)).toMatchObject(
      PHONE,
    );
  });

  it.each(["IN2020", "5026J", "POLYTRON W1400", "TECNO CC6", "HM2014819"])("an app on %s", (model) => {
    expect(classifyAgent(dalvik(model))).toMatchObject(PHONE);
  });

  it("a tablet and a television stay what they are", () => {
    expect(classifyAgent(dalvik("SM-X710"))).toMatchObject(TABLET);
    expect(classifyAgent(dalvik("MiTV-AXFR0"))).toMatchObject(SCREEN);
    expect(classifyAgent(android("21051182C", { mobile: false }))).toMatchObject(TABLET);
  });
});

describe("machines", () => {
  it.each([
    `${android("Nexus 5X Build/MMB29P")} (compatible; Googlebot/2.1; +http://www.google.com/bot.html)`,
    `${IPHONE} (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)`,
    `${IPHONE} (compatible; Baiduspider-render/2.0; +http://www.baidu.com/search/spider.html)`,
    "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)",
    "Sogou web spider/4.0(+http://www.sogou.com/docs/help/webmasters.htm#07)",
    "WhatsApp/2.23.20.0 A",
    "TelegramBot (like TwitterBot)",
    "SomeNewCrawler/1.0 (+https://example.com)",
  ])("a crawler or link preview known by name, or by nothing but its name, gets no trade: %s", (ua) => {
    expect(classifyAgent(ua)).toMatchObject({ env: "bot", channel: "none" });
    expect(classifyVisitor(ua).channel).toBe("none");
  });

  it.each([
    `${android("SM-G991B")} (compatible; NeverHeardOfBot/1.0; +https://example.com/bot)`,
    `${IPHONE} RobotWorks/3.1`,
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36 Screenshotter/2",
  ])("a whole browser with a machine's word in it gets a QR code: %s", (ua) => {
    expect(classifyAgent(ua)).toMatchObject({ env: "browser", channel: "native" });
    expect(classifyVisitor(ua).channel).toBe("native");
  });

  it("and a telephone that says so by its hints gets a telephone's page", () => {
    const ua = `${android("SM-G991B")} RobotWorks/3.1`;
    expect(classifyAgent(ua, { mobile: true, platform: "Android" })).toMatchObject(PHONE);
  });
});

describe("the device's name", () => {
  it.each([
    [android("Moto G Power (2022)"), "moto g power (2022)"],
    [webView("23127PN0CC"), "23127pn0cc"],
    ["Mozilla/5.0 (Linux; U; Android 4.0.4; en-us; SGH-T959V Build/IMM76L) AppleWebKit/534.30", "sgh-t959v"],
    ["Dalvik/2.1.0 (Linux## U## Android 7.1.2## TX3 Mini Build/NHG47L)", "tx3 mini"],
    [android("SAMSUNG SM-T550"), "sm-t550"],
    ["Mozilla/5.0 (Android 14; Mobile; rv:130.0) Gecko/130.0 Firefox/130.0", ""],
    ["Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36", "k"],
    [IPHONE, ""],
  ])("of %s", (ua, model) => {
    expect(androidModel(ua.toLowerCase())).toBe(model);
  });
});
