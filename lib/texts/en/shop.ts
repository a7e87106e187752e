import type { ShopText } from "../zh-CN/shop.ts";

export const shop: ShopText = {
  before: "Before offers",
  title: "Lingfu Coffee",
  tagline: "Freshly roasted, ready when you are",
  menu: "Today’s menu",
  less: "Less",
  more: "More",
  count: "pcs",
  cart: "{count} in your bag",
  empty: "Pick something you like",
  pay: "Check out",
  trouble: "That order did not go through. Please try again",
  pickFirst: "Please choose something first",
  demo: "Demo shop",
  demoHint: "A demo shop in the sandbox: nothing is really charged.",
  admin: "Merchant console",
  offers: "Offers",
  goods: {
    latte: { name: "Oat latte", note: "Double shot, oat milk" },
    "pour-over": { name: "Yirgacheffe pour-over", note: "Citrus and jasmine" },
    "cold-brew": { name: "12-hour cold brew", note: "Crisp, a little sweet" },
    soda: { name: "Lime soda", note: "No caffeine" },
    croissant: { name: "Butter croissant", note: "Baked every morning" },
    basque: { name: "Basque cheesecake", note: "Burnt top, soft heart" },
  },
  promotions: {
    "demo-second-half": "Second coffee at half price",
    "demo-bakery-30-5": "¥5 off bakery from ¥30",
    "demo-100-20": "¥20 off from ¥100, while it lasts",
    "demo-till-3": "¥3 off, if you like, when paying",
  },
};
