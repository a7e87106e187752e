import type { Words } from "../words.ts";

export const schedule = {
  everyDay: "每天",
  days: "{from}至{to}",
  comma: "、",
  hours: "{from}–{to}",
  overnight: "{from}–次日{to}",
  weekdays: { 1: "周一", 2: "周二", 3: "周三", 4: "周四", 5: "周五", 6: "周六", 7: "周日" },
};

export type ScheduleText = Words<typeof schedule>;
