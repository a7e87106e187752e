import type { ScheduleText } from "../zh-CN/schedule.ts";

export const schedule: ScheduleText = {
  everyDay: "every day",
  days: "{from}–{to}",
  comma: ", ",
  hours: "{from}–{to}",
  overnight: "{from}–{to} the next day",
  weekdays: { 1: "Mon", 2: "Tue", 3: "Wed", 4: "Thu", 5: "Fri", 6: "Sat", 7: "Sun" },
};
