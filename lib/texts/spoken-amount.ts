import type { Fen } from "../base/fen.ts";

// Amounts as a person reads them aloud. Cut into pieces of which each has a recording, for phones without a Chinese voice.

/** The languages in which payments are read aloud; the first unless somebody chooses another. */
export const SPOKEN_LANGUAGES = ["zh-CN", "en"] as const;
export type SpokenLanguage = (typeof SPOKEN_LANGUAGES)[number];

/** The tags of voices that speak it. Mandarin, not the Chinese of Hong Kong. */
export const VOICE_TAGS: Readonly<Record<SpokenLanguage, RegExp>> = {
  "zh-CN": /^(?:zh[-_](?:CN|Hans)|cmn|zh$)/i,
  en: /^en/i,
};

/** The pieces that Chinese amounts are made of; public/voice/zh has a recording of each. */
export const CHINESE_PIECES = [
  ...(["零", "一", "二", "三", "四", "五", "六", "七", "八", "九", "两", "十", "百", "千", "万", "亿"] as const),
  ...(["元", "角", "分", "微信收款", "笔", "共"] as const),
] as const;

const DIGITS = "零一二三四五六七八九";
/** Ten thousands, and their ten thousands: Chinese counts in groups of four digits. */
const GROUPS = ["", "万", "亿", "万亿"] as const;
const GROUP = 10_000;

/** 38.50 → 三十八元五角, 10.05 → 十元零五分. */
export const chineseAmount = (amount: Fen | number): string => chineseAmountPieces(amount).join("");

/** {@link chineseAmount} one character at a time. */
export function chineseAmountPieces(amount: Fen | number): string[] {
  const total = Math.abs(amount);
  const yuan = Math.floor(total / 100);
  const jiao = Math.floor(total / 10) % 10;
  const fen = total % 10;
  const pieces: string[] = [];
  if (yuan > 0 || (jiao === 0 && fen === 0)) pieces.push(...quantity(yuan), "元");
  if (jiao > 0) pieces.push(counted(jiao), "角");
  // A gap between yuan and fen is said, as in 十元零五分.
  if (fen > 0) pieces.push(...(yuan > 0 && jiao === 0 ? ["零"] : []), counted(fen), "分");
  return pieces;
}

/** A number of things: 2 → 两, 12 → 十二, 250 → 两百五十. */
const quantity = (count: number): string[] => (count === 2 ? ["两"] : wholeNumber(count));

const counted = (digit: number): string => (digit === 2 ? "两" : DIGITS.charAt(digit));

function wholeNumber(count: number): string[] {
  if (count === 0) return ["零"];
  const groups: number[] = [];
  for (let rest = count; rest > 0; rest = Math.floor(rest / GROUP)) groups.push(rest % GROUP);
  const pieces: string[] = [];
  for (let place = groups.length - 1; place >= 0; place--) {
    const group = groups[place] ?? 0;
    if (group === 0) continue;
    // 零 stands once for the zeros before this group: those of whole groups, and those it begins with.
    const skips = pieces.length > 0 && (group < 1_000 || groups[place + 1] === 0);
    if (skips) pieces.push("零");
    pieces.push(...fourDigits(group, { isFirst: pieces.length === 0, hasUnit: place > 0 }), ...(GROUPS[place] ?? ""));
  }
  return pieces;
}

interface GroupPlace {
  /** Nothing was said before it: 十, not 一十. */
  readonly isFirst: boolean;
  /** 万 or 亿 follows. */
  readonly hasUnit: boolean;
}

function fourDigits(group: number, { isFirst, hasUnit }: GroupPlace): string[] {
  // 两万, but 十二万 and 二十万.
  if (group === 2 && hasUnit) return ["两"];
  const pieces: string[] = [];
  let hasGap = false;
  for (const [unit, word] of [
    [1_000, "千"],
    [100, "百"],
    [10, "十"],
    [1, ""],
  ] as const) {
    const digit = Math.floor(group / unit) % 10;
    if (digit === 0) {
      hasGap = pieces.length > 0;
      continue;
    }
    if (hasGap) pieces.push("零");
    hasGap = false;
    if (unit === 10 && digit === 1 && isFirst && pieces.length === 0) pieces.push("十");
    else pieces.push(unit >= 100 ? counted(digit) : DIGITS.charAt(digit), ...word);
  }
  return pieces;
}

const SMALL =
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(
    " ",
  );
const TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split(" ");
const SCALES = [
  [1_000_000_000, "billion"],
  [1_000_000, "million"],
  [1_000, "thousand"],
] as const;

/** 38.50 → thirty-eight yuan fifty; 0.01 → one fen. */
export function englishAmount(amount: Fen | number): string {
  const total = Math.abs(amount);
  const yuan = Math.floor(total / 100);
  const fen = total % 100;
  if (yuan === 0 && fen > 0) return `${englishNumber(fen)} fen`;
  const cents = fen === 0 ? "" : fen < 10 ? ` and ${englishNumber(fen)} fen` : ` ${englishNumber(fen)}`;
  return `${englishNumber(yuan)} yuan${cents}`;
}

function englishNumber(count: number): string {
  if (count < 20) return SMALL[count] ?? "";
  if (count < 100) {
    const [tens = "", ones] = [TENS[Math.floor(count / 10) - 2], count % 10];
    return ones === 0 ? tens : `${tens}-${SMALL[ones]}`;
  }
  if (count < 1_000) return joined(`${SMALL[Math.floor(count / 100)]} hundred`, count % 100, " and ");
  const [scale, word] = SCALES.find(([each]) => count >= each) ?? [1_000, "thousand"];
  const rest = count % scale;
  return joined(`${englishNumber(Math.floor(count / scale))} ${word}`, rest, rest < 100 ? " and " : " ");
}

const joined = (head: string, rest: number, link: string): string =>
  rest === 0 ? head : `${head}${link}${englishNumber(rest)}`;

/** What is said, and the pieces of it that have recordings; null where there are none. */
export interface SpokenLine {
  readonly text: string;
  readonly pieces: readonly string[] | null;
}

/** Whether a device without a voice for it can play recordings. */
export const hasRecordings = (language: SpokenLanguage): boolean => announcePayment(1, language).pieces !== null;

/** One payment. */
export function announcePayment(amount: Fen | number, language: SpokenLanguage): SpokenLine {
  if (language === "en") return { text: `WeChat Pay received, ${englishAmount(amount)}`, pieces: null };
  const pieces = ["微信收款", ...chineseAmountPieces(amount)];
  return { text: pieces.join(""), pieces };
}

/** Several at once, after a phone slept: how many, and what they come to. */
export function announceSeveral(count: number, sum: Fen | number, language: SpokenLanguage): SpokenLine {
  if (language === "en") {
    return { text: `${englishNumber(count)} payments received, ${englishAmount(sum)} in all`, pieces: null };
  }
  const pieces = ["微信收款", ...quantity(count), "笔", "共", ...chineseAmountPieces(sum)];
  return { text: pieces.join(""), pieces };
}
