import {
  adminText,
  approvalsText,
  collectionText,
  counterText,
  lookText,
  peopleText,
  promotionsText,
  tillsText,
} from "../../../lib/texts/admin.ts";
import { collectText } from "../../../lib/texts/collect.ts";
import type { Language } from "../../../lib/texts/language.ts";

/** What stands on the buttons that the day presses, in the language it is spent in. */
export const wordsOf = (language: Language) => ({
  admin: adminText(language),
  approvals: approvalsText(language),
  collection: collectionText(language),
  collect: collectText(language),
  counter: counterText(language),
  look: lookText(language),
  people: peopleText(language),
  promotions: promotionsText(language),
  tills: tillsText(language),
});

/** What the shop calls its things. */
export interface Names {
  readonly shop: string;
  readonly store: string;
  readonly till: string;
  readonly cashier: string;
  readonly partner: string;
  readonly clerk: string;
  readonly code: string;
  readonly promotion: string;
  readonly item: string;
  readonly refundReason: string;
  readonly shiftNote: string;
  readonly closing: string;
}

/** Other tests read pages in English that show them, so they hold no Chinese. */
export const PLAIN_NAMES: Names = {
  shop: "Lingfu Bakery",
  store: "West Street",
  till: "Till 1",
  cashier: "Fang Wang",
  partner: "Jing Li",
  clerk: "Bo Chen",
  code: "Takeaway window",
  promotion: "Gift boxes",
  item: "Gift box",
  refundReason: "Bought the wrong size",
  shiftNote: "The change is counted",
  closing: "WeChat confirmed it; the bill is corrected tomorrow",
};

/** What pictures show a Chinese reader. */
export const CHINESE_NAMES: Names = {
  shop: "灵付烘焙",
  store: "西街店",
  till: "一号收银台",
  cashier: "王芳",
  partner: "李静",
  clerk: "陈博",
  code: "外带窗口",
  promotion: "礼盒满减",
  item: "点心礼盒",
  refundReason: "拿错了尺寸",
  shiftNote: "零钱已清点",
  closing: "微信已确认收款，账单次日更正",
};
