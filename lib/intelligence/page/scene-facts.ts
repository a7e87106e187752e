import type { Language } from "#lib/texts/language.ts";
import type { Scene } from "../scene/index.ts";
import type { PageFact, PageOrder } from "./page-types.ts";

const VALUE_CHARS_MAX = 64;

interface FactRule {
  readonly keys: readonly string[];
  readonly label: Readonly<Record<Language, string>>;
  readonly as?: "minutes" | "last4";
}

const rule = (keys: readonly string[], labels: readonly [string, string, string], as?: FactRule["as"]): FactRule => ({
  keys,
  label: { "zh-CN": labels[0], "zh-HK": labels[1], en: labels[2] },
  ...(as === undefined ? {} : { as }),
});

const RULES: Partial<Record<Scene, readonly FactRule[]>> = {
  dining: [
    rule(["table", "tableNo", "tableNumber", "table_number", "桌号"], ["桌号", "檯號", "Table"]),
    rule(["guests", "人数"], ["人数", "人數", "Guests"]),
  ],
  takeaway: [rule(["pickupNo", "取餐号"], ["取餐号", "取餐號", "Pickup number"])],
  parking: [
    rule(["plate", "plateNumber", "plate_number", "车牌", "车牌号"], ["车牌", "車牌", "Plate"]),
    rule(["durationMinutes", "minutes", "停车时长"], ["停车时长", "泊車時間", "Parked for"], "minutes"),
    rule(["enteredAt", "入场时间"], ["入场时间", "入場時間", "Entered"]),
  ],
  utilities: [
    rule(["billPeriod", "period", "账期"], ["账期", "賬期", "Period"]),
    rule(["householdNo", "accountNo", "meterNo", "户号"], ["户号", "戶號", "Account"], "last4"),
  ],
  transport: [rule(["route", "线路"], ["线路", "路線", "Route"])],
  travel: [
    rule(["visitDate", "date", "日期"], ["日期", "日期", "Date"]),
    rule(["seat", "座位"], ["座位", "座位", "Seat"]),
  ],
  education: [rule(["school", "schoolName", "学校"], ["学校", "學校", "School"])],
  membership: [
    rule(["level", "会员等级"], ["会员等级", "會員等級", "Level"]),
    rule(["validUntil", "有效期"], ["有效期至", "有效期至", "Valid until"]),
  ],
  topup: [rule(["account", "phone", "充值账号"], ["充值账号", "增值賬號", "Account"], "last4")],
  vending: [rule(["machineId", "machine_id", "机器号"], ["机器号", "機號", "Machine"])],
  donation: [rule(["project", "项目"], ["捐赠项目", "捐贈項目", "Project"])],
  b2b: [rule(["invoiceTitle", "invoice_title", "发票抬头"], ["发票抬头", "發票抬頭", "Invoice to"])],
};

const DURATION_WORDS: Readonly<Record<Language, readonly [hours: string, minutes: string]>> = {
  "zh-CN": ["小时", "分钟"],
  "zh-HK": ["小時", "分鐘"],
  en: ["h", "min"],
};

function durationText(minutes: number, language: Language): string {
  const [hourWord, minuteWord] = DURATION_WORDS[language];
  const hours = Math.floor(minutes / 60);
  const rest = `${Math.floor(minutes % 60)} ${minuteWord}`;
  return hours > 0 ? `${hours} ${hourWord} ${rest}` : rest;
}

function valueText(value: unknown, { as }: FactRule, language: Language): string | null {
  if (typeof value !== "string" && typeof value !== "number") return null;
  if (as === "minutes") {
    const minutes = Number(value);
    return Number.isFinite(minutes) && minutes >= 0 ? durationText(minutes, language) : null;
  }
  const text = String(value).trim().slice(0, VALUE_CHARS_MAX);
  if (text === "") return null;
  return as === "last4" && text.length > 4 ? `****${text.slice(-4)}` : text;
}

/** What this kind of sale is recognised by: table, plate and duration, period and account, … */
export function sceneFacts(scene: Scene, metadata: PageOrder["metadata"], language: Language): PageFact[] {
  return (RULES[scene] ?? []).flatMap((fact) => {
    const key = fact.keys.find((candidate) => Object.hasOwn(metadata, candidate));
    const value = key === undefined ? null : valueText(metadata[key], fact, language);
    return value === null ? [] : [{ label: fact.label[language], value }];
  });
}
