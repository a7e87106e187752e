import type { CodeEntryText } from "../zh-CN/code-entry.ts";

export const codeEntry: CodeEntryText = {
  open: "有優惠碼？",
  label: "優惠碼",
  placeholder: "輸入優惠碼",
  use: "使用",
  working: "正在核對…",
  inUse: "已使用優惠碼 {code}",
  applied: "優惠碼已使用，價格已更新",
  already: "這個優惠碼已經用在這筆訂單上了",
  unknown: "沒有這個優惠碼，請檢查有沒有輸入錯誤",
  ended: "這個優惠碼已經失效",
  used: "這個優惠碼已經用過了",
  soon: "這個優惠碼的活動還沒有開始",
  hours: "這個優惠碼只在{when}可用",
  threshold: "這個優惠碼是「{rule}」，這筆訂單還未達到",
  notForOrder: "這筆訂單用不了這個優惠碼：{reason}",
  notBetter: "這筆訂單已有的優惠更省，所以沒有換成這個優惠碼",
  tooMany: "嘗試的次數太多了，請過幾分鐘再試",
  busy: "這筆訂單正在付款，請稍後再試",
  failed: "暫時核對不了，請再試一次",
};
