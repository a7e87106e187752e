import type { ScheduleText } from "../zh-CN/schedule.ts";

export const schedule: ScheduleText = {
  everyDay: "每天",
  days: "{from}至{to}",
  comma: "、",
  hours: "{from}–{to}",
  overnight: "{from}–翌日{to}",
  weekdays: { 1: "星期一", 2: "星期二", 3: "星期三", 4: "星期四", 5: "星期五", 6: "星期六", 7: "星期日" },
};
