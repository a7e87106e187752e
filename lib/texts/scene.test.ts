import { expect, test } from "vitest";
import { sceneReasonText } from "./scene.ts";

test.each([
  ["industry", "parking", "商户行业“停车”", "The shop’s industry is “Parking”"],
  ["metadata", "donation", "订单注明场景“donation”", "The order states the scene “donation”"],
  ["metadata", "plate", "订单带有车牌", "The order has a number plate"],
  ["fulfilment", "delivery", "需要配送", "It is delivered"],
  ["item", "燕麦拿铁", "商品“燕麦拿铁”", "The item “燕麦拿铁”"],
  ["item", "…", "商品名称相符", "The item’s name fits"],
  ["merchant", "…", "店名相符", "The shop’s name fits"],
  ["correction", "…", "商户更正过此商品的场景", "You corrected the scene of this item"],
  ["correction", "帆布袋", "商户更正过“帆布袋”的场景", "You corrected the scene of “帆布袋”"],
  ["amount", "12.00", "金额 ¥12.00 相符", "The amount of ¥12.00 fits"],
  ["hour", "12", "12 时付款", "Paid at 12 o’clock"],
])("%s %s", (signal, value, chinese, english) => {
  expect(sceneReasonText({ signal, value }, "zh-CN")).toBe(chinese);
  expect(sceneReasonText({ signal, value }, "en")).toBe(english);
});

test.each([
  ["industry", "停车", "商户行业“停车”"],
  ["metadata", "车牌", "订单带有车牌"],
  ["weather", "rain", "下雨"],
])("an older order says what it holds: %s %s", (signal, value, text) => {
  expect(sceneReasonText({ signal, value, text }, "en")).toBe(text);
});
