import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { chooseLanguage, FULL_LANGUAGES, LANGUAGES, type Language, textsIn } from "./language.ts";
import { fill } from "./words.ts";

describe("the chooser", () => {
  test.each([
    [undefined, null, "zh-CN"],
    [undefined, "", "zh-CN"],
    [undefined, "zh", "zh-CN"],
    [undefined, "zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"],
    [undefined, "zh-TW,zh;q=0.9,en;q=0.8", "zh-HK"],
    [undefined, "zh-Hant-HK", "zh-HK"],
    [undefined, "en-GB,en;q=0.9,zh;q=0.1", "en"],
    [undefined, "en;q=0.3, zh-CN;q=0.9", "zh-CN"],
    [undefined, "zh;q=0.2,en;q=0.9", "en"],
    [undefined, "fr-FR,fr;q=0.9", "en"],
    [undefined, "fr-FR, zh-CN;q=0.2", "zh-CN"],
    [undefined, "en;q=0,zh", "zh-CN"],
    [undefined, "en;q=0", "zh-CN"],
    [undefined, "*", "zh-CN"],
    ["en", "zh-CN", "en"],
    ["zh-HK", "en", "zh-HK"],
    ["toString", "zh-CN", "zh-CN"],
    ["xx", "en", "en"],
  ] as const)("choice %s and header %j give %s", (chosen, header, language) => {
    expect(chooseLanguage(chosen, header)).toBe(language);
  });

  test.each([
    [undefined, "fr,zh-TW;q=0.5", "zh-CN"],
    [undefined, "zh-HK,en;q=0.5", "zh-CN"],
    ["zh-HK", "en", "en"],
  ] as const)("where zh-HK is not offered, choice %s and header %j give %s", (chosen, header, language) => {
    expect(chooseLanguage(chosen, header, FULL_LANGUAGES)).toBe(language);
  });
});

test("a blank without a value stays visible", () => {
  expect(fill("{a} of {b}", { a: 1 })).toBe("1 of {b}");
});

test("one of something is said in its own word", () => {
  const said = (count: number | string) => fill("{count|payment|payments}, {sum}", { count, sum: "¥3.00" });
  expect([0, 1, 2, "1", "1,001"].map(said)).toEqual([
    "0 payments, ¥3.00",
    "1 payment, ¥3.00",
    "2 payments, ¥3.00",
    "1 payment, ¥3.00",
    "1,001 payments, ¥3.00",
  ]);
});

// Every file of a language folder holds the same topic as its namesake in zh-CN, under the same names.

const folder = (language: Language) => new URL(`./${language}/`, import.meta.url);
const topics = (language: Language) => readdirSync(folder(language)).sort();

async function entries(language: Language, topic: string): Promise<Map<string, unknown>> {
  const found = new Map<string, unknown>();
  const collect = (at: string, value: unknown): void => {
    if (typeof value !== "object" || value === null) found.set(at, value);
    else for (const [key, inner] of Object.entries(value)) collect(`${at}.${key}`, inner);
  };
  collect(topic, { ...(await import(new URL(topic, folder(language)).href)) });
  return found;
}

const blanks = (value: unknown) =>
  typeof value === "string" ? (value.match(/\{\w+(?=[}|])/g) ?? []).sort() : typeof value;

/** English writes the day in figures, Chinese its month and date. */
const OTHER_BLANKS = new Set(["pay.ts.pay.live.dayAndTime", "pay-live.ts.payLive.dayAndTime"]);
/** What a language says of itself is meant to differ. */
const OF_ITSELF = "about.ts";
/** Menus and names of WeChat's own console, which is in Chinese alone. */
const OF_THE_CONSOLE =
  /账户中心|商户信息|API安全|APIv[23]密钥|商户API证书|微信支付公钥|产品中心|AppID账号管理|设置与开发|开发接口管理/g;

const TRANSLATIONS = LANGUAGES.filter((language) => language !== "zh-CN").flatMap((language) =>
  topics(language)
    .filter((topic) => topic !== OF_ITSELF && topic !== "index.ts")
    .map((topic) => [language, topic] as const),
);

describe("no text is missing or untranslated", () => {
  test("a language with all texts has every topic, and none has a topic of its own", () => {
    for (const language of FULL_LANGUAGES) expect(topics(language), language).toEqual(topics("zh-CN"));
    for (const language of LANGUAGES) expect(topics("zh-CN")).toEqual(expect.arrayContaining(topics(language)));
  });

  test("every folder is a language, and every topic of a folder is in its dictionary", async () => {
    const folders = readdirSync(new URL(".", import.meta.url), { withFileTypes: true });
    const named = folders.flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
    expect(named.sort()).toEqual([...LANGUAGES].sort());
    for (const language of LANGUAGES) {
      for (const topic of topics(language).filter((each) => each !== "index.ts" && !isPartOfAdmin(each))) {
        const name = topic.replace(/\.ts$/, "") as keyof ReturnType<typeof textsIn>;
        const own = await import(new URL(topic, folder(language)).href);
        expect(textsIn(language)[name], `${language}/${topic}`).toBe(own[name]);
      }
    }
  });

  test("a language that stands in for another has all texts", () => {
    const standIns = LANGUAGES.flatMap((language) => textsIn(language).about.standIn ?? []);
    expect(standIns.filter((language) => !FULL_LANGUAGES.some((full) => full === language))).toEqual([]);
  });

  test.each(TRANSLATIONS)("%s/%s has the names and blanks of zh-CN", async (language, topic) => {
    const [original, translated] = [await entries("zh-CN", topic), await entries(language, topic)];
    expect(original.size).toBeGreaterThan(0);
    const shape = (texts: Map<string, unknown>) =>
      Object.fromEntries([...texts].map(([at, text]) => [at, OTHER_BLANKS.has(at) ? "" : blanks(text)]));
    expect(shape(translated)).toEqual(shape(original));
  });

  test.each(TRANSLATIONS)("%s/%s is in its own script", async (language, topic) => {
    const original = await entries("zh-CN", topic);
    for (const [at, text] of await entries(language, topic)) {
      if (typeof text !== "string") continue;
      if (original.get(at) !== "") expect(text, `${at} is empty`).not.toBe("");
      if (language === "en") expect(text.replace(OF_THE_CONSOLE, ""), at).not.toMatch(/\p{Script=Han}/u);
      if (language === "zh-HK") expect(text, at).not.toMatch(SIMPLIFIED_ONLY);
    }
  });
});

/** The dashboard's texts are one dictionary, cut into files. */
const isPartOfAdmin = (topic: string): boolean =>
  /^(alerts|audit|charts|home|insights|reconciliation|settings|trends)\.ts$/.test(topic);

/** Common characters that are written in this way in simplified Chinese only. */
const SIMPLIFIED_ONLY =
  /[这们个为务业东丝两严丧丰临举义乐买乱争于产亲亿仅从仓仪众优会传伤价优关兴写军农决况净减几击创刷劳势区医华协单卖卫压厂历发变叶号听员响团围图国场块坏坚声处备够头奖妇学宁宝实审宽对导尔层岁币师带帮广庄应庆库开异张弹强归当录径彻忆态总恶悬惊惯愿懒戏战户扩扫扬抢护报担择据损换挤时显暂术机权条来杨极构标样档检欢欧毕气汇汉没济测满滤点热爱状环现电画监盘矿码确离种积称稳竞笔简类紧纠红约级纪纯纸线组细终经结绍绑给络绝统继绩续维缓编缴缺罗职联脚节药虑补装览观规视觉触订认讨让训议记讲许设访证评识诉词试话询该详语误说请诸读课调谁谈谢账质贴费资赠赶车轨转轮软轻载较输辑边达迁过运还进远连迟适选递逻邮释钟钥钱铁银锁错键长门闭问间闻阅队阳阴际随难雾静项顺须顾预领频题颜额风饭饮馆马驾验鲜鸟龙]/u;
