import { describe, expect, test } from "vitest";
import { counterText } from "#lib/texts/admin.ts";
import { itemsText, presetsText, readSettings } from "./read-settings.ts";

// Goal: what a shopkeeper types for the keypad is taken exactly, or what is wrong is named.

const words = counterText("zh-CN");
const read = (presets: string, items: string) => readSettings({ presets, items }, words);

test("amounts and items as one types them", () => {
  expect(read("10 20.5，¥50、100", "燕麦拿铁 26\n\n  黄油 可颂   12.50 \n茶\t¥3")).toEqual({
    value: {
      presets: [1_000, 2_050, 5_000, 10_000],
      items: [
        { name: "燕麦拿铁", fen: 2_600 },
        { name: "黄油 可颂", fen: 1_250 },
        { name: "茶", fen: 300 },
      ],
    },
  });
  expect(read("", "")).toEqual({ value: { presets: [], items: [] } });
});

test("what was set is shown as it can be typed again", () => {
  const settings = { presets: [1_000, 2_050], items: [{ name: "黄油 可颂", fen: 1_250 }] };
  expect([presetsText(settings), itemsText(settings)]).toEqual(["10 20.50", "黄油 可颂 12.50"]);
  expect(read(presetsText(settings), itemsText(settings))).toEqual({ value: settings });
});

describe("what is wrong is named", () => {
  test.each([
    ["10 x", "", "「x」"],
    ["0", "", "「0」"],
    ["1.234", "", "「1.234」"],
    ["10000001", "", "「10000001」"],
    ["1 2 3 4 5 6 7 8 9", "", "8"],
    ["", "茶 3\n咖啡", "第 2 行"],
    ["", "茶 三元", "第 1 行"],
    ["", `${"长".repeat(21)} 3`, "第 1 行"],
    ["", "茶 3\n".repeat(61), "60"],
  ])("%j %#", (presets, items, named) => {
    const answer = read(presets, items);
    expect("problem" in answer && answer.problem).toContain(named);
  });
});
