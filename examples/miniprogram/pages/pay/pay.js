// Where the pay page leads when it is open in a <web-view> of this mini program: a web page cannot pay there, this page can.
// The address is agreed: /pages/pay/pay?orderId=ord_…
const { askOpenid, payOrder } = require("../../lingfu.js");

Page({
  data: { said: "", busy: false },
  onLoad({ orderId }) {
    this.orderId = orderId;
    return this.pay();
  },
  async pay() {
    const { shop, lingfu } = getApp().globalData;
    this.setData({ busy: true, said: "" });
    try {
      const said = await payOrder({ lingfu, orderId: this.orderId, openid: await askOpenid(shop) });
      this.setData({ said });
      // The pay page behind says paid by itself.
      if (said === "paid") wx.navigateBack();
    } catch (cause) {
      this.setData({ said: cause.message });
    }
    this.setData({ busy: false });
  },
});
