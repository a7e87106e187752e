import type { ControlsText } from "../zh-CN/controls.ts";

export const controls: ControlsText = {
  close: "Close",
  cancel: "Cancel",
  undo: "Undo",
  messages: "Messages",
  explain: "About: ",
  clear: "Clear",
  open: "Open",
  nothing: "Nothing matches",
  loading: "Loading…",
  copy: "Copy",
  copied: "Copied",
  notCopied: "Could not copy. Please select the text and copy it by hand",
  from: "From",
  to: "To",
  anyTime: "Any time",
  chooseLast: "Now choose the last day",
  ranges: {
    today: "Today",
    yesterday: "Yesterday",
    week: "This week",
    sevenDays: "Last 7 days",
    month: "This month",
    lastMonth: "Last month",
  },
};
