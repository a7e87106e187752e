import type { Words } from "../words.ts";

/** Words of the dashboard's controls. */
export const controls = {
  close: "关闭",
  cancel: "取消",
  undo: "撤销",
  messages: "消息",
  explain: "说明：",
  clear: "清除",
  open: "展开",
  nothing: "没有符合的选项",
  loading: "加载中…",
  copy: "复制",
  copied: "已复制",
  notCopied: "没有复制成功，请长按选中后复制",
  from: "从",
  to: "到",
  anyTime: "全部时间",
  chooseLast: "再选结束日期",
  ranges: {
    today: "今天",
    yesterday: "昨天",
    week: "本周",
    sevenDays: "近 7 天",
    month: "本月",
    lastMonth: "上月",
  },
};

export type ControlsText = Words<typeof controls>;
