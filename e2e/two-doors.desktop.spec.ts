import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, type Page, test } from "@playwright/test";
import { attachPostgres } from "#lib/bin/postgres/start-postgres.mjs";
import { endChild } from "#lib/testing/child-process.ts";
import { startNext } from "./bench/processes.ts";
import { createCode, retireCode } from "./support/pages/collection.ts";
import { closeOrder, createOrder } from "./support/pages/merchant.ts";
import { PayPage, WECHAT_UA } from "./support/pages/pay-page.ts";
import { payOnceOpen } from "./support/pages/sandbox.ts";
import { freePort, product } from "./support/product.ts";

// Goal: the pages of shoppers are the same whether our own web process draws them or Next does, and both keep them true.

let next: ChildProcess;
let nextUrl: string;
test.beforeAll(async () => {
  const port = await freePort();
  const database = await attachPostgres({ dataDir: `${product.dataDir}/postgres` });
  if (!database) throw new Error("the product's database was not found");
  const secrets = {
    DATABASE_URL: database.url(),
    MASTER_KEY: readFileSync(`${product.dataDir}/master.key`, "utf8").trim(),
  };
  next = await startNext({
    port,
    probe: "/healthz",
    env: { ...product.environment, ...secrets, PUBLIC_URL: product.url },
  });
  nextUrl = `http://127.0.0.1:${port}`;
});
test.afterAll(() => endChild(next));

const PHONE_UA =
  "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36";
const ALIPAY_UA = `${PHONE_UA} AlipayClient/10.5`;

test("what is drawn is the same", async ({ page, request }) => {
  const [open, paid, closed] = [await createOrder(), await createOrder(), await createOrder()];
  const paying = new PayPage(page);
  await paying.open(paid.id, "?by=native");
  await payOnceOpen(paid.outTradeNo);
  await expect(paying.outcome).toBeVisible();
  await closeOrder(closed.id);
  const [free, fixed, retired] = [
    await createCode({ label: "九号收银台", amountMin: 100 }),
    await createCode({ label: "十号收银台", amount: 1_250 }),
    await createCode({ label: "旧台" }),
  ];
  await retireCode(retired.id);
  const visits = [
    { path: `/pay/${open.id}?by=native`, agent: PHONE_UA },
    { path: `/pay/${open.id}`, agent: PHONE_UA },
    { path: `/pay/${open.id}?lang=en&returned=1`, agent: PHONE_UA },
    { path: `/pay/${open.id}?oauth=failed`, agent: WECHAT_UA },
    { path: `/pay/${open.id}`, agent: ALIPAY_UA },
    { path: `/pay/${open.id}`, agent: "curl/8" },
    { path: `/pay/${paid.id}`, agent: PHONE_UA },
    { path: `/pay/${closed.id}?lang=zh-HK`, agent: PHONE_UA },
    { path: pathOf(free), agent: PHONE_UA },
    { path: `${pathOf(free)}?trouble=empty&lang=en`, agent: ALIPAY_UA },
    { path: pathOf(fixed), agent: WECHAT_UA },
    { path: pathOf(retired), agent: PHONE_UA },
    { path: "/pay/nothing/here", agent: PHONE_UA },
  ];
  await page.goto("/healthz");
  for (const { path, agent } of visits) {
    const headers = { "user-agent": agent, "accept-language": "zh-CN" };
    const [own, other] = await Promise.all([product.url, nextUrl].map((door) => request.get(door + path, { headers })));
    expect(own?.status(), path).toBe(other?.status());
    const drawn = await Promise.all([own, other].map(async (answer) => pageOf(page, (await answer?.text()) ?? "")));
    expect(drawn[0]?.length, path).toBeGreaterThan(3);
    expect(drawn[0], path).toEqual(drawn[1]);
  }
});

const pathOf = ({ url }: { url: string }): string => new URL(url).pathname;

/** What a person gets of a page: its title and the elements of `main`, without what each door adds for itself. */
const pageOf = (page: Page, html: string): Promise<string[]> =>
  page.evaluate((text) => {
    const found = new DOMParser().parseFromString(text, "text/html");
    const lines = [found.title];
    const isOwn = (element: Element) =>
      element.id === "pay-live" || element.hasAttribute("data-slot") || element.getAttribute("name") === "token";
    // What moves by itself: the seconds that are left.
    const isMoving = (element: Element) => element.classList.contains("countdown");
    const read = (element: Element, depth: number): void => {
      if (["SCRIPT", "TEMPLATE"].includes(element.tagName) || isMoving(element)) return;
      if (!isOwn(element)) {
        // Ids that are made up while drawing.
        const attributes = [...element.attributes]
          .filter(({ name, value }) => value !== "" && !/^(?:id|for|aria-describedby)$/.test(name))
          .map(({ name, value }) => `${name}=${name === "style" ? (element as HTMLElement).style.cssText : value}`);
        const words = [...element.childNodes]
          .filter((node) => node.nodeType === Node.TEXT_NODE)
          .map((node) => node.textContent)
          .join("");
        lines.push(`${"  ".repeat(depth)}${element.tagName} ${attributes.sort().join(" ")} ${words}`);
      }
      for (const child of element.children) read(child, isOwn(element) ? depth : depth + 1);
    };
    const main = found.querySelector("main");
    if (main !== null) read(main, 0);
    return lines;
  }, html);

test("what is not there is 404 at both, and at our own door needs no script to say so", async ({ request }) => {
  for (const [path, title] of [
    ["/pay/ord_nothing", "没有找到这个订单"],
    ["/c/nothing", "没有找到这个收款码"],
  ] as const) {
    const [own, other] = await Promise.all([product.url, nextUrl].map((door) => request.get(door + path)));
    expect([own?.status(), other?.status()]).toEqual([404, 404]);
    expect(await own?.text()).toMatch(new RegExp(`<h1[^>]*>${title}</h1>`));
  }
});

test("Next's page says paid by itself as well", async ({ page }) => {
  const order = await createOrder();
  const errors: string[] = [];
  page.on("pageerror", ({ message }) => errors.push(message));
  await page.goto(`${nextUrl}/pay/${order.id}?by=native`);
  await expect(page.getByTestId("qr")).toBeVisible();
  await payOnceOpen(order.outTradeNo);
  await expect(page.getByTestId("outcome")).toContainText("支付成功");
  expect(errors).toEqual([]);
});
