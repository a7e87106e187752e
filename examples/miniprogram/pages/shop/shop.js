const { payOrder, startOrder } = require("../../lingfu.js");

Page({
  data: { said: "", busy: false },
  async buy() {
    const { shop, lingfu } = getApp().globalData;
    this.setData({ busy: true, said: "" });
    try {
      const { orderId, openid } = await startOrder(shop);
      this.setData({ said: await payOrder({ lingfu, orderId, openid }) });
    } catch (cause) {
      this.setData({ said: cause.message });
    }
    this.setData({ busy: false });
  },
});
