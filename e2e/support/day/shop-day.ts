import { type Browser, expect, type Locator, type Page } from "@playwright/test";
import type { Language } from "../../../lib/texts/language.ts";
import { fill } from "../../../lib/texts/words.ts";
import { type Names, wordsOf } from "./words.ts";

/** What is not there by then is not there. */
const TOUCH_TIMEOUT_MS = 30_000;

interface DayParts {
  readonly page: Page;
  readonly browser: Browser;
  readonly language: Language;
  readonly names: Names;
  /** Called at each step that somebody looks at. */
  readonly shoot: (page: Page, name: string) => Promise<void>;
  /** The product is this day's alone: it may set what holds for the whole shop. */
  readonly isAlone: boolean;
}

/** A day in the shop: who spends it, in which language, and the few touches that each of its steps is made of. */
export class ShopDay {
  /** The shopkeeper's phone; it is the till as well. */
  readonly page: Page;
  readonly browser: Browser;
  readonly language: Language;
  readonly names: Names;
  readonly isAlone: boolean;
  readonly words: ReturnType<typeof wordsOf>;
  readonly shoot: DayParts["shoot"];

  constructor({ page, browser, language, names, shoot, isAlone }: DayParts) {
    this.page = page;
    page.setDefaultTimeout(TOUCH_TIMEOUT_MS);
    this.browser = browser;
    this.language = language;
    this.names = names;
    this.isAlone = isAlone;
    this.words = wordsOf(language);
    this.shoot = shoot;
  }

  /** Somebody else's phone, with the looks of this one. */
  async otherPhone(): Promise<Page> {
    const context = await this.browser.newContext({
      locale: this.language,
      timezoneId: "Asia/Shanghai",
      viewport: this.page.viewportSize(),
      isMobile: true,
      hasTouch: true,
      serviceWorkers: "block",
      userAgent: await this.page.evaluate(() => navigator.userAgent),
      colorScheme: await this.page.evaluate(() =>
        matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light",
      ),
    });
    const phone = await context.newPage();
    phone.setDefaultTimeout(TOUCH_TIMEOUT_MS);
    return phone;
  }

  async expectTitle(page: Page, title: string): Promise<void> {
    await expect(page.getByRole("heading", { level: 1, name: title, exact: true })).toBeVisible();
  }

  /** A tab at the foot of the phone. */
  async tab(page: Page, name: string): Promise<void> {
    const menu = page.getByRole("navigation", { name: this.words.admin.menu });
    await menu.getByRole("link", { name: new RegExp(`^${name}`) }).click();
  }

  /** A room behind the last tab. */
  async room(page: Page, name: string): Promise<void> {
    await this.tab(page, this.words.admin.nav.more);
    await this.expectTitle(page, this.words.admin.nav.more);
    await page
      .getByRole("main")
      .getByRole("link", { name: new RegExp(`^${name}`) })
      .click();
    await expect(page.getByRole("heading", { level: 1, name: this.words.admin.nav.more, exact: true })).toHaveCount(0);
  }

  async setting(name: string): Promise<void> {
    await this.room(this.page, this.words.admin.nav.settings);
    const menu = this.page.getByRole("navigation", { name: this.words.admin.nav.settings });
    await menu.getByRole("link", { name, exact: true }).click();
    await this.expectTitle(this.page, name);
  }

  /** What a form said. */
  answer(page: Page): Locator {
    return page.getByTestId("answer").filter({ hasText: /./ }).first();
  }

  toast(page: Page): Locator {
    return page.getByTestId("toast").getByRole("paragraph").last();
  }

  /** A question with its yes. */
  async confirm(page: Page, open: string, yes: string): Promise<void> {
    await page.getByRole("button", { name: open, exact: true }).click();
    const dialog = page.getByRole("alertdialog", { name: open });
    await dialog.getByRole("button", { name: yes, exact: true }).click();
  }

  /** `filled("{count} 笔", { count: 2 })` */
  filled(template: string, values: Readonly<Record<string, string | number>>): string {
    return fill(template, values);
  }
}
