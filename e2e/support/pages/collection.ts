import { expect, type Page } from "@playwright/test";
import jsQR from "jsqr";
import { PNG } from "pngjs";
import type { CollectionCodeView } from "../../../lib/contract/collection-code.ts";
import { product } from "../product.ts";
import { authorization, callMerchant } from "./merchant.ts";

export const createCode = (request: object): Promise<CollectionCodeView> =>
  callMerchant<CollectionCodeView>("/collection-codes", request);
export const readCode = (id: string): Promise<CollectionCodeView> =>
  callMerchant<CollectionCodeView>(`/collection-codes/${id}`);

export async function retireCode(id: string): Promise<void> {
  const headers = { authorization: await authorization() };
  const answer = await fetch(`${product.url}/api/v1/collection-codes/${id}`, { method: "DELETE", headers });
  expect(answer.status).toBe(204);
}

/** What a camera reads from the printed poster; null when it would read nothing. */
export async function scanPoster(page: Page, code: CollectionCodeView): Promise<string | null> {
  const headers = { authorization: await authorization() };
  const answer = await fetch(`${product.url}/api/v1/collection-codes/${code.id}/poster.svg`, { headers });
  const picture = `data:image/svg+xml;base64,${Buffer.from(await answer.text()).toString("base64")}`;
  await page.setContent(`<body style="margin:0"><img src="${picture}" style="width:380px" alt=""></body>`);
  const { data, width, height } = PNG.sync.read(await page.locator("img").screenshot());
  return jsQR(new Uint8ClampedArray(data), width, height)?.data ?? null;
}

/** A collection code's page as a shopper meets it. */
export class CodePage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  get amount() {
    return this.page.getByLabel("付款金额");
  }

  get go() {
    return this.page.getByRole("button", { name: /^(去付款|付款 ¥)/ });
  }

  get trouble() {
    return this.page.getByRole("alert").filter({ hasText: /./ });
  }

  /** Sends the form and follows it to the pay page; the order's id. */
  async order(): Promise<string> {
    await this.go.click();
    await this.page.waitForURL("**/pay/**");
    return new URL(this.page.url()).pathname.split("/").at(-1) ?? "";
  }
}
