// The WeChat browser: frames a page, and answers its bridge by opening the cashier over it.

const { url } = JSON.parse(document.getElementById("start").textContent);
const page = document.querySelector(".web");
const device = document.querySelector(".device");
const pageOrigin = new URL(url).origin;
let cashier = null;

window.addEventListener("message", ({ data, origin, source }) => {
  if (typeof data !== "object" || data === null) return;
  if (cashier !== null && source === cashier.frame.contentWindow && origin === location.origin) onCashierMessage(data);
  if (source !== page.contentWindow || origin !== pageOrigin) return;
  if (data.type === "sandbox-bridge-hello") page.contentWindow.postMessage({ type: "sandbox-bridge-hello" }, origin);
  if (data.type === "sandbox-bridge-pay") openCashier(data);
  if (data.type === "sandbox-bridge-call" && data.method === "closeWindow") location.href = "/phone";
});

function openCashier({ id, params }) {
  cashier?.frame.remove();
  const frame = document.createElement("iframe");
  frame.className = "cashier-frame";
  frame.title = "微信支付";
  frame.src = `/phone/cashier?${new URLSearchParams(params)}`;
  cashier = { id, frame };
  device.append(frame);
}

function onCashierMessage({ type, errMsg, answerDelayMs }) {
  if (type !== "sandbox-cashier-result") return;
  const { id, frame } = cashier;
  frame.remove();
  cashier = null;
  const answer = { type: "sandbox-bridge-result", id, err_msg: errMsg };
  if (errMsg !== null) setTimeout(() => page.contentWindow.postMessage(answer, pageOrigin), answerDelayMs);
}

document.querySelector('[data-action="reload"]').addEventListener("click", () => {
  page.setAttribute("src", page.src);
});
