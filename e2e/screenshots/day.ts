import { mkdirSync } from "node:fs";
import path from "node:path";
import { type Page, test } from "@playwright/test";
import { ShopDay } from "../support/day/shop-day.ts";
import { spendDay } from "../support/day/spend-day.ts";
import { CHINESE_NAMES, PLAIN_NAMES } from "../support/day/words.ts";
import { DAY_LOOKS, type DayLook } from "./names.ts";
import { settle } from "./shoot.ts";

// The shopkeeper's day with a picture of each step, to be looked at by a person: DAY=zh|zh-dark|en npm run screenshots.
// The pictures are in test-results/<DAY>-<width>/pictures; DAY_WIDTH=360 takes them on a narrower phone.

const look = process.env.DAY as DayLook;
const { language, colorScheme } = DAY_LOOKS[look];
const width = Number(process.env.DAY_WIDTH ?? 390);

test.use({ locale: language, colorScheme, viewport: { width, height: 844 } });

test(`a shopkeeper's day: ${look}, ${width} px`, async ({ page, browser }) => {
  test.setTimeout(300_000);
  const folder = path.resolve(`test-results/${look}-${width}/pictures`);
  mkdirSync(folder, { recursive: true });
  let taken = 0;
  const shoot = async (shown: Page, name: string) => {
    await settle(shown);
    await shown.screenshot({ path: path.join(folder, `${String(++taken).padStart(2, "0")}-${name}.png`) });
  };
  const names = language === "zh-CN" ? CHINESE_NAMES : PLAIN_NAMES;
  await spendDay(new ShopDay({ page, browser, language, names, shoot, isAlone: true }));
});
