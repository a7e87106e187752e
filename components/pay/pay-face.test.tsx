import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { payText, payTextFor } from "#lib/texts/pay.ts";
import { Countdown } from "./countdown.tsx";
import { Heading } from "./heading.tsx";
import { ShopMark } from "./shop-mark.tsx";

// Goal: the page shows whose it is and what is paid for, in words that fit the sale.

test("the shop's mark is its logo, or the first character of its name", () => {
  expect(renderToStaticMarkup(<ShopMark name="老张面馆" logoUrl={null} />)).toContain(">老</span>");
  expect(renderToStaticMarkup(<ShopMark name="😀店" logoUrl={null} />)).toContain(">😀</span>");
  const logo = renderToStaticMarkup(<ShopMark name="老张面馆" logoUrl="/api/shop-logo/a.png" />);
  expect(logo).toContain('src="/api/shop-logo/a.png"');
  expect(logo).toContain('width="32"');
  expect(logo).not.toContain("老");
});

test("the heading says to whom, how much and what it is known by", () => {
  const heading = renderToStaticMarkup(
    <Heading
      merchant="东门停车场"
      amount={1_500}
      label="应付金额"
      fact={{ label: "车牌", value: "粤B12345" }}
      text={payText("zh-CN")}
    />,
  );
  expect(heading.replaceAll(/<[^>]+>/g, " ").replaceAll(/ +/g, " ")).toContain("付款给 东门停车场");
  expect(heading).toContain("应付金额 ¥15.00");
  expect(heading).toContain("粤B12345");
});

test("a donation is given, not paid, and thanked for", () => {
  for (const language of ["zh-CN", "zh-HK", "en"] as const) {
    const [usual, giving] = [payText(language), payTextFor("donation", language)];
    for (const key of ["payTo", "amountDue", "due"] as const) expect(giving[key], key).not.toBe(usual[key]);
    expect(giving.live.paidTitle).toBe(usual.donation.paidTitle);
    expect(giving.live.closedTitle).toBe(usual.live.closedTitle);
    expect(payTextFor("dining", language)).toBe(usual);
  }
});

test("the countdown is small, and its ring shows the share that is left", () => {
  const { live } = payText("zh-CN");
  const half = renderToStaticMarkup(<Countdown left={450_000} spanMs={900_000} words={live} />);
  expect(half).toContain("剩余时间 07:30");
  expect(half).toContain('stroke-dashoffset="0.5"');
  expect(half).toContain('width="16"');
  expect(renderToStaticMarkup(<Countdown left={5} spanMs={0} words={live} />)).toContain('stroke-dashoffset="0"');
});
