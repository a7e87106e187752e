import { type Browser, type BrowserContext, test as base } from "@playwright/test";
import { ROLES, type Role } from "../../lib/auth/admin-roles.ts";
import { makeExamples } from "./dashboard-pages.ts";
import { Admin } from "./pages/admin.ts";
import { product } from "./product.ts";

type State = Awaited<ReturnType<BrowserContext["storageState"]>>;

/** Somebody of each role is signed in, and every page has an example to look at; the page is the owner's. */
export const test = base.extend<
  object,
  { states: ReadonlyMap<Role, State>; addressOf: (route: string) => string | null }
>({
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
