// WeChat's JavaScript bridge for pages that the sandbox's phone shows, or that a test opens with WeChat's user agent.
(() => {
  if (window.WeixinJSBridge !== undefined) return;
  const home = new URL(document.currentScript.src).origin;
  // `localhost` and `127.0.0.1` are the same sandbox.
  const swap = { localhost: "127.0.0.1", "127.0.0.1": "localhost" };
  const homes = [home];
  const twin = new URL(home);
  if (swap[twin.hostname] !== undefined) {
    twin.hostname = swap[twin.hostname];
    homes.push(twin.origin);
  }

  const framed = window.parent !== window;
  const waiting = new Map();
  let phone = null;
  let calls = 0;

  const postToParent = (message, origin = "*") => window.parent.postMessage(message, origin);

  window.addEventListener("message", ({ data, origin, source }) => {
    if (!homes.includes(origin) || source !== window.parent || typeof data !== "object" || data === null) return;
    if (data.type === "sandbox-bridge-hello") phone = origin;
    if (data.type !== "sandbox-bridge-result") return;
    waiting.get(data.id)?.({ err_msg: data.err_msg });
    waiting.delete(data.id);
  });
  if (framed) postToParent({ type: "sandbox-bridge-hello" });

  /** Whether the phone's browser frames this page: it answers at once. */
  async function inPhone() {
    for (let tries = 0; framed && phone === null && tries < 20; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    return phone !== null;
  }

  function payInOverlay(params, callback) {
    const frame = document.createElement("iframe");
    frame.src = `${home}/phone/cashier?${new URLSearchParams(params)}`;
    frame.title = "微信支付";
    frame.setAttribute("data-sandbox-cashier", "");
    Object.assign(frame.style, {
      position: "fixed",
      inset: "0",
      width: "100%",
      height: "100%",
      border: "0",
      zIndex: "2147483647",
      background: "transparent",
      colorScheme: "light",
    });
    const onMessage = ({ data, origin, source }) => {
      if (origin !== home || source !== frame.contentWindow || data?.type !== "sandbox-cashier-result") return;
      window.removeEventListener("message", onMessage);
      frame.remove();
      if (data.errMsg !== null) setTimeout(callback, data.answerDelayMs, { err_msg: data.errMsg });
    };
    window.addEventListener("message", onMessage);
    document.body.append(frame);
  }

  async function invoke(method, params = {}, callback = () => undefined) {
    const inside = await inPhone();
    if (method !== "getBrandWCPayRequest") {
      if (inside) postToParent({ type: "sandbox-bridge-call", method }, phone);
      callback({ err_msg: `${method}:ok` });
    } else if (inside) {
      const id = ++calls;
      waiting.set(id, callback);
      postToParent({ type: "sandbox-bridge-pay", id, params }, phone);
    } else payInOverlay(params, callback);
  }

  window.WeixinJSBridge = { invoke, call: (method) => void invoke(method), on: () => undefined };
  const ready = () => document.dispatchEvent(new Event("WeixinJSBridgeReady"));
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", ready);
  else setTimeout(ready);
})();
