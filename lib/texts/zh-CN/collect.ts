import type { Words } from "../words.ts";

export const collect = {
  title: "收银台",
  payTo: "付款给",
  amount: "付款金额",
  between: "{min} 到 {max}",
  note: "备注（选填）",
  noteHint: "例如桌号、姓名，最多 {count} 个字",
  go: "去付款",
  goAmount: "付款 {amount}",
  next: "下一步在微信里确认付款",
  secured: "由微信支付收款",
  sandbox: "沙箱 · 不是真的钱",
  sandboxPhone: "用沙箱手机打开",
  troubles: {
    empty: "请输入付款金额",
    malformed: "请只输入数字，例如 12.50",
    decimals: "最多两位小数，例如 12.50",
    below: "最少 {min}",
    above: "最多 {max}",
    note: "备注最多 {count} 个字，不能换行",
    changed: "商家刚刚改了金额，请核对后再付",
    stale: "页面放得太久了，请再提交一次",
    busy: "提交得太频繁了，请稍等片刻再试",
    failed: "刚才没能下单，没有扣款，请再试一次",
  },
  missingTitle: "没有找到这个收款码",
  missingHint: "二维码可能被弄脏了，或链接不完整。请重新扫码，或请店员帮忙",
  retiredTitle: "这个收款码已停用",
  retiredHint: "没有扣款。请店员出示新的收款码，或换一种方式付款",
  unpayableTitle: "商家还不能收款",
  unpayableHint: "没有扣款。商家的微信支付还没有配置好，请换一种方式付款",
  unavailableTitle: "页面暂时打不开",
  unavailableHint: "没有扣款，请稍后再试",
  retry: "重试",
};

export type CollectText = Words<typeof collect>;
