import { expect, type Page, test } from "@playwright/test";
import { parse } from "acorn";
import { openOldChrome } from "./support/old-chrome.ts";
import { createCode } from "./support/pages/collection.ts";
import { createOrder } from "./support/pages/merchant.ts";
import { PayPage, WECHAT_UA } from "./support/pages/pay-page.ts";
import { payInSandbox } from "./support/pages/sandbox.ts";
import { product } from "./support/product.ts";

// Goal: the pay page and the page of a collection code look right and say *paid* from Chrome 78 and Safari 13 on.

/** ES2019 is what both speak; Safari reads no look-behind in a regular expression before 16.4. */
const ECMA_VERSION = 2019;
const OLD_PHONE =
  "Mozilla/5.0 (Linux; Android 10; V1921A) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/79.0.3945.116 Mobile Safari/537.36";

async function pagesToRead(): Promise<{ url: string; userAgent: string }[]> {
  const [order, code] = [await createOrder(), await createCode({ label: "七号收银台" })];
  const pay = `${product.url}/pay/${order.id}`;
  return [
    { url: `${pay}?by=native`, userAgent: OLD_PHONE },
    { url: pay, userAgent: OLD_PHONE },
    // The silent sign-in is behind it.
    { url: `${pay}?oauth=failed`, userAgent: WECHAT_UA },
    // Another app: the way to WeChat.
    { url: pay, userAgent: `${OLD_PHONE} AlipayClient/10.5` },
    { url: code.url, userAgent: OLD_PHONE },
    { url: `${product.url}/pay/ord_nothing`, userAgent: OLD_PHONE },
  ];
}

test("no script and no style that is sent needs a newer engine", async ({ request }) => {
  const scripts = new Map<string, string>();
  const styles = new Map<string, string>();
  const read = async (path: string) => (await request.get(new URL(path, product.url).href)).text();
  for (const { url, userAgent } of await pagesToRead()) {
    const html = await (await request.get(url, { headers: { "user-agent": userAgent } })).text();
    for (const [at, { src, lines }] of scriptsOf(html).entries()) {
      if (src === null) scripts.set(`${url} #${at}`, lines);
      else scripts.set(src, await read(src));
    }
    for (const [, href = ""] of html.matchAll(/href="([^"]+\.css[^"]*)"/g)) styles.set(href, await read(href));
    expect([...html.matchAll(/<svg\b(?![^>]*\bwidth="\d)[^>]*>/g)].map(([tag]) => tag)).toEqual([]);
  }
  expect(scripts.size).toBeGreaterThan(7);
  expect(styles.size).toBeGreaterThan(0);
  expect([...scripts].flatMap(([name, text]) => tooNewScript(name, text))).toEqual([]);
  expect([...styles].flatMap(([name, text]) => tooNewStyle(name, text))).toEqual([]);
});

/** Those that are run here: what is marked `noModule` is for engines older than ours, and data is not run. */
const scriptsOf = (html: string): { src: string | null; lines: string }[] =>
  [...html.matchAll(/<script\b([^>]*)>([\s\S]*?)<\/script>/g)]
    .filter(([, attributes = ""]) => !/\bnoModule\b|application\/json/i.test(attributes))
    .map(([, attributes = "", lines = ""]) => ({ src: /\bsrc="([^"]+)"/.exec(attributes)?.[1] ?? null, lines }));

function tooNewScript(name: string, text: string): string[] {
  const found: string[] = [];
  try {
    parse(text, {
      ecmaVersion: ECMA_VERSION,
      onToken: (token) => {
        const pattern = token.type.label === "regexp" ? String(Reflect.get(token, "value").pattern) : "";
        if (/\(\?<[=!]/.test(pattern)) found.push(`${name}: ${pattern}`);
      },
    });
  } catch (cause) {
    const at = cause instanceof SyntaxError ? Number(Reflect.get(cause, "pos")) : 0;
    found.push(`${name}: ${cause} near ${text.slice(at - 40, at + 40)}`);
  }
  return found;
}

/** What old engines drop without a word. What stands in a query that they do not pass is not for them. */
const TOO_NEW: readonly RegExp[] = [
  /@layer\b/g,
  /(?<!\\)@container\b/g,
  /@property\b/g,
  /:has\(/g,
  /\b(?:oklch|oklab|color-mix|light-dark|clamp)\(/g,
  /[\d.](?:cqi|cqw|cqb|lh)\b/g,
  /(?<=[{;])(?:inset|inset-inline|inset-block|padding-inline|padding-block|margin-inline|margin-block|rotate|scale|translate):/g,
  /::backdrop\b/g,
  // Each of these needs a plain value before it.
  /(?<=[{;])([a-z-]+):(?![^;}]*;\1:)(?<!\1:[^;}]*;\1:)[^;}]*(?:\bmin\(|\bmax\(|\ddvh)[^;}]*/g,
];
/** Form controls that the pay page does not have. */
const HARMLESS = /^::-webkit-date-and-time-value/;

function tooNewStyle(name: string, text: string): string[] {
  let plain = text;
  for (let before = ""; before !== plain; ) {
    before = plain;
    plain = plain.replace(/@supports (?!not\b)[^{}]*\{(?:[^{}]|\{[^{}]*\})*\}/g, "");
  }
  const rules = plain.split("}").filter((rule) => !HARMLESS.test(rule));
  const usable = rules.join("}");
  return TOO_NEW.flatMap((pattern) => (usable.match(pattern) ?? []).map((found) => `${name}: ${found}`));
}

test("where one of its scripts cannot be read, the page still says paid by itself", async ({ page }) => {
  const unreadable = await makeUnreadable(page);
  const pay = new PayPage(page);
  await pay.open((await createOrder()).id);
  const codeUrl = (await pay.scan()) ?? "";
  expect(unreadable.size).toBe(1);
  // Nothing that was never started may pretend to tick.
  await expect(page.getByText("剩余时间")).toBeHidden();
  await payInSandbox({ codeUrl });
  await expect(pay.outcome).toHaveText("支付成功");
  expect(await page.evaluate(() => window.lingfuLive)).toBeUndefined();
  await expect(page).toHaveTitle(/^支付成功/);
});

/** The largest script becomes one that this engine cannot read, as a `static {}` block is to an older one. */
async function makeUnreadable(page: Page): Promise<Set<string>> {
  const sizes = new Map<string, number>();
  const html = await (await page.request.get(`/pay/${(await createOrder()).id}`)).text();
  for (const { src } of scriptsOf(html)) {
    if (src !== null) sizes.set(src, (await (await page.request.get(src)).body()).length);
  }
  const [[largest = ""] = []] = [...sizes].toSorted(([, one], [, other]) => other - one);
  const met = new Set<string>();
  await page.route(
    (url) => url.pathname === new URL(largest, product.url).pathname,
    (route) => {
      met.add(route.request().url());
      return route.fulfill({ contentType: "application/javascript", body: "class A { static future { } }" });
    },
  );
  return met;
}

test("Chromium 92 shows the page as newer ones do, and says paid", async ({ baseURL }, info) => {
  const old = await openOldChrome({ userAgent: OLD_PHONE, width: 390, height: 844 });
  try {
    const order = await createOrder();
    await old.open(`${baseURL}/pay/${order.id}?by=native&lang=zh-CN`);
    await expect.poll(() => old.evaluate("window.lingfuLive")).toBe(true);
    const layout = await old.evaluate<PageLayout>(LAYOUT);
    expect(layout.wide, "nothing reaches beyond the screen").toBeLessThanOrEqual(390);
    expect(layout.code.bottom, "the code is on the first screen").toBeLessThanOrEqual(700);
    expect(layout.code.width).toBeGreaterThan(200);
    expect(Math.abs(layout.code.width - layout.code.height)).toBeLessThanOrEqual(1);
    expect(layout.amountPx).toBeGreaterThanOrEqual(48);
    expect(layout.card, "the card stands on its ground").not.toBe("rgba(0, 0, 0, 0)");
    await old.screenshot(info.outputPath("old-code.png"));
    await payInSandbox({ outTradeNo: order.outTradeNo });
    await expect.poll(() => old.evaluate(OUTCOME)).toBe("支付成功");
    await old.screenshot(info.outputPath("old-paid.png"));

    await old.open(`${product.url}/pay/${(await createOrder()).id}`);
    await expect.poll(() => old.evaluate("window.lingfuLive")).toBe(true);
    expect(await old.evaluate<number>(BUTTON_BOTTOM), "the button is under the thumb").toBeLessThanOrEqual(844);
    await old.screenshot(info.outputPath("old-button.png"));

    await old.open((await createCode({ label: "八号收银台" })).url);
    await expect.poll(() => old.evaluate(BUTTON_BOTTOM)).toBeLessThanOrEqual(844);
    await old.screenshot(info.outputPath("old-collect.png"));
    expect(old.errors).toEqual([]);
  } finally {
    await old.close();
  }
});

interface PageLayout {
  readonly wide: number;
  readonly code: { readonly bottom: number; readonly width: number; readonly height: number };
  readonly amountPx: number;
  readonly card: string;
}

const LAYOUT = `(function(){var q=function(s){return document.querySelector(s)};
var box=q("[data-testid=qr] svg, [data-testid=qr] img").getBoundingClientRect();
return {wide:document.documentElement.scrollWidth,code:{bottom:box.bottom,width:box.width,height:box.height},
amountPx:parseFloat(getComputedStyle(q("[data-testid=amount]")).fontSize),card:getComputedStyle(q(".pay-stage")).backgroundColor}})()`;
const OUTCOME = `(document.querySelector("[data-testid=outcome]")||{}).textContent`;
const BUTTON_BOTTOM = `(function(){var b=document.querySelector("button.w-full");return b?b.getBoundingClientRect().bottom:1e9})()`;
