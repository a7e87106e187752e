import { expect, type Page, type Request } from "@playwright/test";
import { mayDo, type Right, ROLES } from "../lib/auth/admin-roles.ts";
import { dashboardPages } from "./support/dashboard-pages.ts";
import { product } from "./support/product.ts";
import { test } from "./support/walk-pages.ts";

// Every page of the dashboard for every role, and how much script each loads: neither depends on the screen.

const PAGES = dashboardPages();
/** Of script for one page as it travels, without charts. */
const SCRIPT_KB_MAX = 180;
/** Of HTML before it is compressed, for the page of many curves: the lists of others grow with what other tests do. */
const HEALTH_HTML_KB_MAX = 150;

for (const role of ROLES) {
  test(`a ${role} sees what the role may, and a page that says so where it may not`, async ({
    browser,
    states,
    addressOf,
  }) => {
    const context = await browser.newContext({
      baseURL: product.url,
      storageState: states.get(role) ?? "",
      locale: "zh-CN",
    });
    const page = await context.newPage();
    const seen: Record<string, boolean> = {};
    const expected: Record<string, boolean> = {};
    for (const { route, right } of PAGES) {
      const example = addressOf(route);
      if (right === undefined || example === null) continue;
      seen[route] = (await titleOf(page, `/admin${example}`)) !== "没有权限";
      expected[route] = right === null || mayDo(role, right as Right);
    }
    expect(seen).toEqual(expected);
    expect(Object.values(seen).includes(false)).toBe(role !== "owner");
    await context.close();
  });
}

/** Of a page as it is sent; of one that leads to another as the browser shows it in the end. */
async function titleOf(page: Page, address: string): Promise<string> {
  const html = await (await page.request.get(address)).text();
  const [sent] = [...html.matchAll(/<h1[^>]*>(.*?)<\/h1>/gs)].map(([, text]) => text);
  if (sent !== undefined) return sent;
  await page.goto(address);
  const heading = page.getByRole("heading", { level: 1 });
  await expect(heading).toHaveCount(1);
  return heading.innerText();
}

test("no page loads more script, and health no more HTML, than a phone can take", async ({ page, addressOf }) => {
  test.setTimeout(180_000);
  const known = new Map<string, number>();
  const table: string[] = [];
  const tooMuch: string[] = [];
  for (const { route } of PAGES) {
    const example = addressOf(route);
    if (example === null) continue;
    const scripts = new Set<string>();
    const note = (request: Request) => request.resourceType() === "script" && scripts.add(request.url());
    page.on("request", note);
    await page.goto(`/admin${example}`, { waitUntil: "load" });
    // A page that only leads to another one does so after it was loaded.
    await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
    page.off("request", note);
    let kilobytes = 0;
    for (const script of scripts) {
      if (!known.has(script)) known.set(script, await scriptBytes(page, script));
      kilobytes += (known.get(script) ?? 0) / 1_000;
    }
    const html = (await page.evaluate(documentBytes)) / 1_000;
    table.push(`${kilobytes.toFixed(0).padStart(5)} kB  ${html.toFixed(0).padStart(5)} kB  /admin${route}`);
    if (!(kilobytes <= SCRIPT_KB_MAX)) tooMuch.push(`/admin${route}: ${kilobytes.toFixed(0)} kB of script`);
    if (route === "/health" && !(html <= HEALTH_HTML_KB_MAX))
      tooMuch.push(`/admin${route}: ${html.toFixed(0)} kB of HTML`);
  }
  process.stdout.write(`${table.join("\n")}\n`);
  expect(tooMuch).toEqual([]);
});

/** Of the page that is shown, before compression. */
const documentBytes = (): number =>
  performance.getEntriesByType("navigation").reduce((sum, entry) => {
    return sum + (entry as PerformanceNavigationTiming).decodedBodySize;
  }, 0);

/** As it travels; 0 for a chart library, which comes later and apart. */
async function scriptBytes(page: Page, address: string): Promise<number> {
  const answer = await page.request.get(address, { headers: { "accept-encoding": "br" } });
  return (await answer.text()).includes("complete date adapter") ? 0 : Number(answer.headers()["content-length"]);
}
