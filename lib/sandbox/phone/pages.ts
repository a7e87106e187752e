import type { PhoneUser } from "../books/records.ts";

// The phone's HTML. It holds all screens; phone.js shows one at a time.

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (sign) => ESCAPES[sign] ?? sign);
/** JSON inside a script element. */
export const scriptJson = (value: unknown): string => JSON.stringify(value).replaceAll("<", "\\u003c");

export const head = (title: string, more = ""): string => `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="color-scheme" content="light">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/phone/phone.css">
<link rel="stylesheet" href="/phone/cashier.css">${more}
</head>`;

export const STATUS_BAR = `<div class="status-bar" aria-hidden="true"><span>9:41</span><span>5G 100%</span></div>`;
const TICK = `<svg class="mark" viewBox="0 0 64 64" aria-hidden="true"><circle cx="32" cy="32" r="32" fill="#07c160"/><path d="M18 33l10 10 19-20" fill="none" stroke="#fff" stroke-width="5" stroke-linecap="round" stroke-linejoin="round"/></svg>`;
const WARNING = `<svg class="mark" viewBox="0 0 64 64" aria-hidden="true"><circle cx="32" cy="32" r="32" fill="#ffc300"/><path d="M32 16v22M32 46v1" fill="none" stroke="#fff" stroke-width="6" stroke-linecap="round"/></svg>`;
const icon = (path: string): string =>
  `<svg viewBox="0 0 24 24" width="22" height="22" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="${path}"/></svg>`;
export const CROSS = icon("M5 5l14 14M19 5L5 19");
const RELOAD = icon("M19 12a7 7 0 1 1-2-5M18 3v4h-4");
const ERASE = icon("M9 5h12v14H9l-6-7zM12 9l6 6M18 9l-6 6");
const SCAN = `<svg viewBox="0 0 32 32" fill="none" stroke="currentColor" stroke-width="2.4" stroke-linecap="round" aria-hidden="true"><path d="M4 11V6a2 2 0 0 1 2-2h5M21 4h5a2 2 0 0 1 2 2v5M28 21v5a2 2 0 0 1-2 2h-5M11 28H6a2 2 0 0 1-2-2v-5M4 16h24"/></svg>`;
const WALLET = `<svg viewBox="0 0 32 32" fill="none" stroke="currentColor" stroke-width="2.4" stroke-linejoin="round" aria-hidden="true"><rect x="3" y="7" width="26" height="19" rx="3"/><path d="M29 13h-8a3.5 3.5 0 0 0 0 7h8"/></svg>`;

const DIGITS = ["1", "2", "3", "4", "5", "6", "7", "8", "9"]
  .map((digit) => `<button type="button" data-digit="${digit}">${digit}</button>`)
  .join("");

const CASHIER = `
<div class="veil" data-screen="veil" hidden></div>
<section class="sheet" data-screen="confirm" role="dialog" tabindex="-1" aria-modal="true" aria-label="付款详情" hidden>
  <div class="head">
    <button type="button" class="close" data-action="cancel" aria-label="取消支付">${CROSS}</button>
    <div class="what" data-part="merchant"></div>
    <div class="amount" data-part="amount"></div>
  </div>
  <dl>
    <dt>商品</dt><dd data-part="description"></dd>
    <dt>付款方式</dt><dd data-part="payer"></dd>
  </dl>
  <button type="button" class="primary" data-action="keypad" data-part="pay">立即支付</button>
</section>
<section class="sheet" data-screen="keypad" role="dialog" aria-modal="true" aria-label="请输入支付密码" hidden>
  <div class="head">
    <button type="button" class="close" data-action="back" aria-label="返回">${CROSS}</button>
    <strong>请输入支付密码</strong>
    <div class="what" data-part="merchant-again" style="margin-top:16px"></div>
    <div class="amount" data-part="amount-again"></div>
    <div class="dots" data-part="dots" role="img" aria-label="已输入0位" style="margin-inline:0">${"<span></span>".repeat(6)}</div>
  </div>
  <div class="hint" data-part="hint" role="status"></div>
  <div class="keys">${DIGITS}<span class="quiet"></span><button type="button" data-digit="0">0</button><button type="button" class="quiet" data-action="erase" aria-label="删除">${ERASE}</button></div>
</section>
<section class="page" data-screen="paid" hidden>
  ${TICK}
  <h1>支付成功</h1>
  <p data-part="merchant-paid"></p>
  <div class="amount" data-part="amount-paid"></div>
  <div class="grow"></div>
  <button type="button" class="secondary" data-action="done">完成</button>
</section>
<section class="page" data-screen="problem" hidden>
  ${WARNING}
  <h1 data-part="problem-title"></h1>
  <p data-part="problem-text"></p>
  <div class="grow"></div>
  <button type="button" class="secondary" data-action="leave">我知道了</button>
</section>
<div data-screen="nothing" hidden></div>`;

const home = ({ shoppers, current, codeUrl }: PhoneHome): string => `
<section class="home-screen" data-screen="home" hidden>
  <header class="bar"><span style="min-width:44px"></span><span class="title">微信 · 沙箱</span><span style="min-width:44px"></span></header>
  <div class="home">
    <div class="pay-card">
      <button type="button" data-action="scan">${SCAN}扫一扫<small>粘贴二维码内容</small></button>
      <a href="/phone/code">${WALLET}收付款<small>出示付款码</small></a>
    </div>
    <div class="panel">
      <h2><label for="code">二维码内容，或网页地址</label></h2>
      <textarea id="code" data-part="code" placeholder="weixin://wxpay/bizpayurl?pr=…&#10;http://localhost:3000/pay/…" autocapitalize="off" spellcheck="false">${escapeHtml(codeUrl)}</textarea>
      <button type="button" class="primary" data-action="open">识别</button>
      <p>支付密码是任意六位数字；输入 000000 可以体验密码错误。</p>
    </div>
    <div class="panel">
      <h2>谁在用这部手机</h2>
      <div class="people">${shoppers
        .map(
          ({ openid, name }) =>
            `<a href="/phone/shopper?openid=${encodeURIComponent(openid)}" aria-current="${openid === current.openid}">${escapeHtml(name)}</a>`,
        )
        .join("")}</div>
    </div>
    <p style="margin:auto 0 0;color:var(--grey);font-size:12px;text-align:center">这是本机的支付沙箱，不会发生真实扣款</p>
  </div>
</section>`;

export interface PhoneHome {
  readonly shoppers: readonly PhoneUser[];
  readonly current: PhoneUser;
  readonly codeUrl: string;
}

export interface PhoneStart {
  readonly mode: "phone" | "sheet" | "h5";
  readonly lookup: Readonly<Record<string, string>> | null;
  readonly problem: { readonly title: string; readonly message: string } | null;
  readonly redirectUrl: string;
  readonly faults: { readonly neverAnswer: boolean; readonly answerDelayMs: number };
}

/** @param homeScreen null if the cashier lies over another page */
export const phonePage = (start: PhoneStart, homeScreen: PhoneHome | null): string => `${head("微信支付沙箱")}
<body class="${start.mode === "sheet" ? "sheet-only" : ""}">
<main class="device">${start.mode === "sheet" ? "" : STATUS_BAR}${homeScreen === null ? "" : home(homeScreen)}${CASHIER}</main>
<script type="application/json" id="start">${scriptJson(start)}</script>
<script type="module" src="/phone/phone.js"></script>
</body></html>`;

export const browserPage = (url: string, title: string): string => `${head(title)}
<body>
<main class="device">${STATUS_BAR}
<header class="bar"><a href="/phone" aria-label="关闭">${CROSS}</a><span class="title">${escapeHtml(title)}</span><button type="button" data-action="reload" aria-label="刷新">${RELOAD}</button></header>
<iframe class="web" title="${escapeHtml(title)}" src="${escapeHtml(url)}" allow="clipboard-write"></iframe>
</main>
<script type="application/json" id="start">${scriptJson({ url })}</script>
<script type="module" src="/phone/browser.js"></script>
</body></html>`;
