import { expect, test } from "vitest";
import { backToPage } from "./back-to-page.ts";

const ask = (query: string) => new Request(`http://pay.example/pay/ord_1/display${query}`, { method: "POST" });

test("back to the page with the visit's choices, those that are changed, and without those that are dropped", () => {
  const back = backToPage(ask("?lang=en&seen=wechat&trouble=x&by=native"), "ord_1", { returned: "1", lang: null });
  expect([back.status, back.headers.get("location")]).toEqual([303, "/pay/ord_1?by=native&seen=wechat&returned=1"]);
  expect(backToPage(ask(""), "ord/1", {}).headers.get("location")).toBe("/pay/ord%2F1");
});
