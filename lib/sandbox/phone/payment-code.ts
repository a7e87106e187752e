import type { StoredTrade } from "../books/records.ts";
import { CODE_SHOWN_MS } from "../books/wallet.ts";
import type { SandboxContext } from "../context.ts";
import { type HttpAnswer, type HttpRoute, html, type Incoming, json } from "../http.ts";
import { barcodeSvg, qrSvg } from "./code-images.ts";
import { CROSS, escapeHtml, head, type PhoneStart, phonePage, STATUS_BAR, scriptJson } from "./pages.ts";
import { currentShopper } from "./session.ts";

/** The phone's payment code (付款码), which a counter scans. */
export const codeRoutes = (context: SandboxContext): HttpRoute[] => [
  { method: "GET", path: "/phone/code", run: (incoming) => showCode(context, incoming) },
  { method: "GET", path: "/phone/code/now", run: (incoming) => json(200, nowOf(context, incoming)) },
  { method: "GET", path: "/phone/code/confirm", run: (incoming) => confirm(incoming) },
];

interface Now {
  readonly authCode: string;
  readonly barcode: string;
  readonly qr: string;
  readonly shopper: string;
  /** Real milliseconds until the next code. */
  readonly changesInMs: number;
  /** The order number of a payment that waits for the password. */
  readonly waiting: string | null;
  /** The newest payment by code of this person. */
  readonly paid: { readonly outTradeNo: string; readonly total: number; readonly merchantName: string } | null;
}

function nowOf(context: SandboxContext, incoming: Incoming): Now {
  const { openid, name } = currentShopper(context, incoming);
  const now = context.clock.now();
  const code = context.wallet.show(openid, now);
  const mine = [...context.store.trades.values()].filter((one) => one.product === "codepay" && one.openid === openid);
  const paid = mine.filter((one) => one.payment !== null).at(-1);
  return {
    authCode: code.text,
    barcode: barcodeSvg(code.text),
    qr: qrSvg(code.text),
    shopper: name,
    changesInMs: Math.ceil(context.clock.realDelayMs(code.createdAt + CODE_SHOWN_MS)),
    waiting: mine.find((one) => one.state === "USERPAYING")?.outTradeNo ?? null,
    paid: paid === undefined ? null : receiptOf(context, paid),
  };
}

const receiptOf = ({ merchantName }: SandboxContext, { outTradeNo, total }: StoredTrade) => ({
  outTradeNo,
  total,
  merchantName,
});

/** The usual cashier; it returns to the code. */
function confirm({ url }: Incoming): HttpAnswer {
  const start: PhoneStart = {
    mode: "h5",
    lookup: { outTradeNo: url.searchParams.get("out_trade_no") ?? "" },
    problem: null,
    redirectUrl: "/phone/code",
    faults: { neverAnswer: false, answerDelayMs: 0 },
  };
  return html(200, phonePage(start, null));
}

const grouped = (code: string): string => code.replace(/^(....)(....)(....)(.*)$/, "$1 $2 $3 $4");

function showCode(context: SandboxContext, incoming: Incoming): HttpAnswer {
  const now = nowOf(context, incoming);
  return html(
    200,
    `${head("付款码 · 微信支付沙箱", '\n<link rel="stylesheet" href="/phone/code.css">')}
<body>
<main class="device code-screen">${STATUS_BAR}
<header class="bar"><a href="/phone" aria-label="返回">${CROSS}</a><span class="title">收付款</span><span class="gap"></span></header>
<section class="code-card" aria-label="付款码">
  <h1>向商家付款</h1>
  <div class="barcode" data-part="barcode">${now.barcode}</div>
  <p class="digits" data-part="digits">${grouped(now.authCode)}</p>
  <div class="qr" data-part="qr">${now.qr}</div>
  <p class="hint">付款码每分钟自动更新，请勿截图</p>
  <p class="who"><span data-part="shopper">${escapeHtml(now.shopper)}</span> · 零钱</p>
  <button type="button" class="secondary" data-action="copy">复制付款码</button>
</section>
<p class="message" role="status" data-part="message"></p>
</main>
<script type="application/json" id="start">${scriptJson({ now })}</script>
<script type="module" src="/phone/code.js"></script>
</body></html>`,
  );
}
