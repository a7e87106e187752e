import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AMOUNT_FEN_MAX } from "../base/limits.ts";
import {
  announcePayment,
  announceSeveral,
  CHINESE_PIECES,
  chineseAmount,
  chineseAmountPieces,
  englishAmount,
  VOICE_TAGS,
} from "./spoken-amount.ts";

// Goal: a shopkeeper who hears the amount, and does not look, knows it to the fen.

describe("Chinese", () => {
  test.each([
    [0, "零元"],
    [1, "一分"],
    [2, "两分"],
    [10, "一角"],
    [20, "两角"],
    [25, "两角五分"],
    [99, "九角九分"],
    [100, "一元"],
    [200, "两元"],
    [101, "一元零一分"],
    [110, "一元一角"],
    [222, "两元两角两分"],
    [1_000, "十元"],
    [1_005, "十元零五分"],
    [1_050, "十元五角"],
    [1_200, "十二元"],
    [2_000, "二十元"],
    [2_200, "二十二元"],
    [3_850, "三十八元五角"],
    [10_000, "一百元"],
    [10_005, "一百元零五分"],
    [10_100, "一百零一元"],
    [11_000, "一百一十元"],
    [11_200, "一百一十二元"],
    [20_000, "两百元"],
    [20_200, "两百零二元"],
    [22_222, "两百二十二元两角两分"],
    [100_000, "一千元"],
    [100_100, "一千零一元"],
    [101_050, "一千零一十元五角"],
    [110_000, "一千一百元"],
    [200_000, "两千元"],
    [200_200, "两千零二元"],
    [1_000_000, "一万元"],
    [1_000_100, "一万零一元"],
    [1_001_000, "一万零一十元"],
    [1_010_000, "一万零一百元"],
    [1_100_000, "一万一千元"],
    [1_110_100, "一万一千一百零一元"],
    [2_000_000, "两万元"],
    [2_020_000, "两万零两百元"],
    [10_000_000, "十万元"],
    [10_001_000, "十万零一十元"],
    [10_200_000, "十万两千元"],
    [12_000_000, "十二万元"],
    [20_050_000, "二十万零五百元"],
    [22_000_000, "二十二万元"],
    [100_000_000, "一百万元"],
    [100_000_001, "一百万元零一分"],
    [100_500_000, "一百万五千元"],
    [100_050_000, "一百万零五百元"],
    [102_000_000, "一百零二万元"],
    [200_000_000, "两百万元"],
    [AMOUNT_FEN_MAX, "一千万元"],
    [10_000_000_000, "一亿元"],
    [10_000_000_100, "一亿零一元"],
    [20_000_000_000, "两亿元"],
    [10_100_000_000, "一亿零一百万元"],
  ])("%i fen are read as %s", (fen, text) => expect(chineseAmount(fen)).toBe(text));

  test("what is read can be written down again, whatever the amount", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: AMOUNT_FEN_MAX }), (fen) => {
        expect(fenOfChinese(chineseAmount(fen))).toBe(fen);
      }),
      { numRuns: 5_000 },
    );
  });

  test("no two zeros follow each other, none ends a number, and every piece has a recording", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: AMOUNT_FEN_MAX }), (fen) => {
        const pieces = chineseAmountPieces(fen);
        expect(pieces.join("")).not.toMatch(/零零|零[元角分万亿]|二[百千]/);
        for (const piece of pieces) expect(CHINESE_PIECES).toContain(piece);
      }),
      { numRuns: 2_000 },
    );
  });

  test("the sentence", () => {
    expect(announcePayment(3_850, "zh-CN")).toEqual({
      text: "微信收款三十八元五角",
      pieces: ["微信收款", "三", "十", "八", "元", "五", "角"],
    });
    expect(announceSeveral(2, 400, "zh-CN").text).toBe("微信收款两笔共四元");
    expect(announceSeveral(12, 123_400, "zh-CN").text).toBe("微信收款十二笔共一千两百三十四元");
  });
});

test.each([
  ["zh-CN", ["zh-CN", "zh_CN", "zh-Hans-CN", "cmn-CN", "zh"], ["zh-HK", "zh-TW", "yue", "en-US"]],
  ["en", ["en", "en-US", "en_GB"], ["zh-CN", "fr-FR"]],
] as const)("%s is spoken by voices of %s, not of %s", (language, yes, no) => {
  for (const tag of yes) expect(VOICE_TAGS[language].test(tag)).toBe(true);
  for (const tag of no) expect(VOICE_TAGS[language].test(tag)).toBe(false);
});

describe("English", () => {
  test.each([
    [1, "one fen"],
    [50, "fifty fen"],
    [100, "one yuan"],
    [105, "one yuan and five fen"],
    [3_850, "thirty-eight yuan fifty"],
    [101_050, "one thousand and ten yuan fifty"],
    [11_500, "one hundred and fifteen yuan"],
    [1_234_567, "twelve thousand three hundred and forty-five yuan sixty-seven"],
    [AMOUNT_FEN_MAX, "ten million yuan"],
  ])("%i fen are read as %s", (fen, text) => expect(englishAmount(fen)).toBe(text));

  test("the sentence", () => {
    expect(announcePayment(3_850, "en")).toEqual({
      text: "WeChat Pay received, thirty-eight yuan fifty",
      pieces: null,
    });
    expect(announceSeveral(12, 12_000, "en").text).toBe("twelve payments received, one hundred and twenty yuan in all");
  });
});

/** Reads Chinese by the value of its characters, without looking at where zeros are said. */
function fenOfChinese(text: string): number {
  const [, yuan = "", jiao = "", fen = ""] = /^(?:(.*)元)?(?:(.)角)?(?:零?(.)分)?$/.exec(text) ?? [];
  return numberOf(yuan) * 100 + numberOf(jiao) * 10 + numberOf(fen);
}

function numberOf(text: string): number {
  let [total, group, digit] = [0, 0, 0];
  for (const each of text) {
    const unit = { 十: 10, 百: 100, 千: 1_000 }[each];
    if (unit !== undefined) {
      group += (digit === 0 ? 1 : digit) * unit;
      digit = 0;
    } else if (each === "万") {
      total = (total + group + digit) * 10_000;
      [group, digit] = [0, 0];
    } else digit = each === "两" ? 2 : "零一二三四五六七八九".indexOf(each);
  }
  return total + group + digit;
}
