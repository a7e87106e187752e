// The shop's own server (examples/node-shop.ts) and Lingfu. Both are https, and stand among the request domains of the mini
// program's settings at mp.weixin.qq.com.
App({
  globalData: {
    shop: "https://shop.example.com",
    lingfu: "https://pay.example.com",
  },
});
