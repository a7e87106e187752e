// Pays an order of Lingfu in a mini program. The mini program's app id is the one that Lingfu is configured with.

const call = (api, options) =>
  new Promise((resolve, reject) => {
    wx[api]({ ...options, success: resolve, fail: ({ errMsg }) => reject(new Error(errMsg)) });
  });

async function request(url, { method = "GET", data } = {}) {
  const answer = await call("request", { url, method, data, timeout: 15000 });
  if (answer.statusCode >= 300) throw new Error(answer.data.detail || `HTTP ${answer.statusCode}`);
  return answer.data;
}

/**
 * Opens WeChat's cashier for the order.
 * @returns "paid", "cancelled", or "unknown" where WeChat has not told yet: the shop's server hears of it by its webhook
 */
async function payOrder({ lingfu, orderId, openid }) {
  const opened = await request(`${lingfu}/api/orders/${orderId}/pay`, {
    method: "POST",
    data: { channel: "miniprogram", openid },
  });
  const { timeStamp, nonceStr, package: prepay, signType, paySign } = opened.jsapi;
  try {
    await call("requestPayment", { timeStamp, nonceStr, package: prepay, signType, paySign });
  } catch (cause) {
    if (/cancel/.test(cause.message)) return "cancelled";
    throw cause;
  }
  return confirm(lingfu, orderId);
}

/** What the cashier says is no proof: Lingfu asks WeChat. */
async function confirm(lingfu, orderId) {
  for (let tries = 0; tries < 5; tries++) {
    const { status } = await request(`${lingfu}/api/orders/${orderId}/check`, { method: "POST", data: {} });
    if (status !== "pending") return status;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  return "unknown";
}

/** `wx.login` gives a code; the shop's server learns from WeChat whose it is, and makes the order. */
async function startOrder(shop) {
  const { code } = await call("login");
  return request(`${shop}/miniprogram`, { method: "POST", data: { code } });
}

/** The same for an order that is there already. */
async function askOpenid(shop) {
  const { code } = await call("login");
  return (await request(`${shop}/openid`, { method: "POST", data: { code } })).openid;
}

module.exports = { askOpenid, payOrder, startOrder };
