import { AxeBuilder } from "@axe-core/playwright";
import { type Browser, type BrowserContext, test as base, expect, type Page, type Request } from "@playwright/test";
import { mayDo, type Right, ROLES, type Role } from "../lib/auth/admin-roles.ts";
import { dashboardPages, makeExamples } from "./support/dashboard-pages.ts";
import { Admin } from "./support/pages/admin.ts";
import { product } from "./support/product.ts";

// Every page of the dashboard, found by its file: in both languages and colour schemes, on the narrowest phone and the widest
// screen, for every role; and how much script it loads.

type State = Awaited<ReturnType<BrowserContext["storageState"]>>;

const test = base.extend<object, { states: ReadonlyMap<Role, State>; addressOf: (route: string) => string | null }>({
  states: [
    async ({ browser }, use) => {
      const states = new Map<Role, State>();
      for (const role of ROLES) states.set(role, await signedIn(browser, role));
      await use(states);
    },
    { scope: "worker", timeout: 120_000 },
  ],
  addressOf: [async ({ playwright: _playwright }, use) => use(await makeExamples()), { scope: "worker" }],
  storageState: ({ states }, use) => use(states.get("owner")),
});

async function signedIn(browser: Browser, role: Role): Promise<State> {
  const context = await browser.newContext({ baseURL: product.url, locale: "zh-CN" });
  await new Admin(await context.newPage()).enterAs(role);
  const state = await context.storageState();
  await context.close();
  return state;
}

const PAGES = dashboardPages();
/** Of script for one page as it travels, without charts. */
const SCRIPT_KB_MAX = 180;

for (const { route } of PAGES) {
  test(`/admin${route} is sound in both languages and schemes`, async ({ page, addressOf, isMobile }) => {
    const faults: string[] = [];
    page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
    page.on("pageerror", (error) => faults.push(error.message));
    const example = addressOf(route);
    expect(example, `support/dashboard-pages.ts has no example of ${route}`).not.toBeNull();
    const address = `/admin${example}`;
    for (const language of ["zh-CN", "en"]) {
      await page
        .context()
        .addCookies([{ name: "lingfu_admin_language", value: language, domain: "localhost", path: "/admin" }]);
      await page.emulateMedia({ colorScheme: "light" });
      await page.goto(address);
      await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
      await expect(page.locator(".admin")).toHaveAttribute("lang", language);
      expect(await violations(page), `${language}, light`).toEqual([]);
      await page.emulateMedia({ colorScheme: "dark" });
      expect(await violations(page, "color-contrast"), `${language}, dark`).toEqual([]);
      for (const width of isMobile ? [360, 390] : [768, 1280, 2560]) {
        await page.setViewportSize({ width, height: 800 });
        // A chart takes its new size in the next frames.
        await expect.poll(() => beyondEdge(page), `${language}, ${width} px`).toEqual([]);
      }
    }
    expect(faults).toEqual([]);
  });
}

async function violations(page: Page, rule?: string): Promise<string[]> {
  const axe = new AxeBuilder({ page });
  const { violations: found } = await (rule === undefined ? axe : axe.withRules(rule)).analyze();
  return found.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`);
}

/** What makes the page scroll sideways; nothing where it does not. */
const beyondEdge = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    return [...document.querySelectorAll("main *, header *")]
      .filter((element) => element.getBoundingClientRect().right > clientWidth + 1)
      .map((element) => element.outerHTML.slice(0, 120));
  });

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
      await page.goto(`/admin${example}`);
      const heading = page.getByRole("heading", { level: 1 });
      await expect(heading).toHaveCount(1);
      seen[route] = (await heading.innerText()) !== "没有权限";
      expected[route] = right === null || mayDo(role, right as Right);
    }
    expect(seen).toEqual(expected);
    await context.close();
  });
}

test("no page loads more script than a phone can take", async ({ page, addressOf }) => {
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
    table.push(`${kilobytes.toFixed(0).padStart(5)} kB  /admin${route}`);
    if (kilobytes > SCRIPT_KB_MAX) tooMuch.push(`/admin${route}: ${kilobytes.toFixed(0)} kB`);
  }
  process.stdout.write(`${table.join("\n")}\n`);
  expect(tooMuch).toEqual([]);
});

/** As it travels; 0 for a chart library, which comes later and apart. */
async function scriptBytes(page: Page, address: string): Promise<number> {
  const answer = await page.request.get(address, { headers: { "accept-encoding": "br" } });
  return (await answer.text()).includes("complete date adapter") ? 0 : Number(answer.headers()["content-length"]);
}
