import { escapeHtml } from "../phone/pages.ts";
import { MODES, RECEIVERS, type ReceiverInbox, type ReceiverMode, type ReceiverName } from "./inbox.ts";

// The page of the receivers: what arrived, what was turned away, and a switch for each.

const NAMES: Readonly<Record<ReceiverName, string>> = {
  wecom: "企业微信",
  dingtalk: "钉钉",
  feishu: "飞书",
  email: "电子邮件",
  webhook: "Webhook",
  web_push: "浏览器推送",
  official_account: "公众号",
};
const MODE_NAMES: Readonly<Record<ReceiverMode, string>> = {
  ok: "正常接收",
  hang: "不应答",
  error: "答复 500",
  revoked: "已被移除",
  busy: "发送太频繁",
};

const STYLE = `
:root { color-scheme: light dark; --ink: #1b211e; --soft: #5c6660; --line: #dfe5e1; --card: #fff; --page: #f2f5f3; --brand: #0b7a4b; }
@media (prefers-color-scheme: dark) { :root { --ink: #eef2ef; --soft: #a3ada7; --line: #333b37; --card: #1b211e; --page: #111513; --brand: #4cc38a; } }
* { box-sizing: border-box; } body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.6 system-ui, sans-serif; }
main { max-width: 1100px; margin: 0 auto; padding: 20px 16px 64px; } h1 { font-size: 24px; margin: 0 0 4px; } h2 { font-size: 18px; }
.soft { color: var(--soft); font-size: 14px; } .grid { display: grid; gap: 12px; grid-template-columns: repeat(auto-fill, minmax(min(100%, 300px), 1fr)); }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 14px; padding: 14px 16px; overflow-wrap: anywhere; }
.row { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; justify-content: space-between; }
select, button { font: inherit; min-height: 44px; border-radius: 10px; border: 1px solid var(--line); background: var(--page); color: inherit; padding: 4px 12px; }
pre { white-space: pre-wrap; margin: 8px 0 0; font: 14px/1.5 ui-monospace, monospace; color: var(--soft); } ul { list-style: none; padding: 0; display: grid; gap: 12px; }
a { color: var(--brand); display: inline-block; padding: 10px 0; } .tag { color: var(--brand); font-weight: 600; }`;

export function inboxPage(inbox: ReceiverInbox, only?: ReceiverName): string {
  const messages = inbox.messages(only);
  const turned = inbox.turnedAway(only).slice(0, 20);
  return `<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="5"><title>沙箱收件箱</title><link rel="icon" href="data:,"><style>${STYLE}</style></head>
<body><main>
<h1>沙箱收件箱</h1><p class="soft">这里扮演企业微信、钉钉、飞书、邮箱、推送服务和公众号，收到的通知都在下面，每 5 秒刷新。</p>
<div class="grid">${RECEIVERS.map((name) => receiverCard(inbox, name)).join("")}</div>
<h2>${only === undefined ? "收到的通知" : `${NAMES[only]}收到的通知`}（${messages.length}）</h2>
${only === undefined ? "" : `<a href="/receivers">查看全部</a>`}
${messages.length === 0 ? `<p class="card soft">还没有。到后台的「设置 · 通知」添加沙箱渠道，发一条测试消息。</p>` : ""}
<ul>${messages.map(({ id, receiver, at, title, text }) => `<li class="card" data-receiver="${receiver}" data-message="${id}"><div class="row"><strong>${escapeHtml(title)}</strong><span class="tag">${NAMES[receiver]}</span></div><p class="soft">${shownTime(at)}</p><pre>${escapeHtml(text)}</pre></li>`).join("")}</ul>
${turned.length === 0 ? "" : `<h2>没有接收的请求</h2><ul>${turned.map(({ receiver, at, why }) => `<li class="card"><div class="row"><span>${escapeHtml(why)}</span><span class="tag">${NAMES[receiver]}</span></div><p class="soft">${shownTime(at)}</p></li>`).join("")}</ul>`}
</main></body></html>`;
}

const shownTime = (at: string): string =>
  new Date(Date.parse(at) + 8 * 3_600_000).toISOString().slice(0, 19).replace("T", " ");

function receiverCard(inbox: ReceiverInbox, name: ReceiverName): string {
  const options = MODES.map(
    (mode) => `<option value="${mode}"${inbox.mode(name) === mode ? " selected" : ""}>${MODE_NAMES[mode]}</option>`,
  ).join("");
  return `<section class="card"><div class="row"><strong>${NAMES[name]}</strong><a href="/receivers?receiver=${name}">${inbox.messages(name).length} 条</a></div>
<form method="post" action="/receivers/mode" class="row"><input type="hidden" name="receiver" value="${name}">
<select name="mode" aria-label="${NAMES[name]}的行为">${options}</select><button type="submit">应用</button></form></section>`;
}
