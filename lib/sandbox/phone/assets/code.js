// The payment code: renews itself, and follows what the counter does with it.

const part = (name) => document.querySelector(`[data-part="${name}"]`);
let { now } = JSON.parse(document.getElementById("start").textContent);
const POLL_MS = 1_000;

const grouped = (code) => code.replace(/^(....)(....)(....)(.*)$/, "$1 $2 $3 $4");

function show(next) {
  if (next.authCode !== now.authCode) {
    part("barcode").innerHTML = next.barcode;
    part("qr").innerHTML = next.qr;
    part("digits").textContent = grouped(next.authCode);
  }
  part("shopper").textContent = next.shopper;
  if (next.paid !== null && next.paid.outTradeNo !== now.paid?.outTradeNo) {
    part("message").textContent = `已向${next.paid.merchantName}付款 ¥${(next.paid.total / 100).toFixed(2)}`;
  }
  now = next;
}

async function refresh() {
  try {
    const next = await (await fetch("/phone/code/now")).json();
    if (next.waiting !== null) {
      location.replace(`/phone/code/confirm?out_trade_no=${encodeURIComponent(next.waiting)}`);
      return;
    }
    show(next);
  } catch {
    // The sandbox restarts now and then; the next refresh finds it.
  }
  setTimeout(refresh, Math.min(POLL_MS, Math.max(now.changesInMs, 50)));
}

document.querySelector('[data-action="copy"]').addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText(now.authCode);
    part("message").textContent = "付款码已复制";
  } catch {
    part("message").textContent = now.authCode;
  }
});
void refresh();
