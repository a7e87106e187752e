import type { Page } from "@playwright/test";

/** The demo shop. */
export class Shop {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async open(query = ""): Promise<void> {
    await this.page.goto(`/${query}`);
  }

  async add(good: string): Promise<void> {
    await this.page.getByRole("button", { name: `增加 ${good}` }).click();
  }

  get total() {
    return this.page.getByTestId("basket-due");
  }

  async checkOut(): Promise<void> {
    await this.page.getByRole("button", { name: "去结算" }).click();
    await this.page.waitForURL("**/pay/**");
  }
}
