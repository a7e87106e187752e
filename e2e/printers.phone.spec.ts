import { expect, test } from "@playwright/test";
import { Admin } from "./support/pages/admin.ts";
import { Counter } from "./support/pages/counter.ts";
import { payInSandbox } from "./support/pages/sandbox.ts";
import { product } from "./support/product.ts";

// Goal: a shopkeeper sets a printer up, takes money, and the receipt is on paper; out of paper is told where money is taken.

test.describe.configure({ timeout: 120_000 });

interface ShownPrinter {
  readonly settings: { readonly network: { readonly host: string; readonly port: number } };
  readonly documents: readonly {
    readonly lines: readonly { readonly text: string }[];
    readonly codes: readonly string[];
  }[];
}

async function sandboxPrinter(body?: object): Promise<ShownPrinter> {
  const url = `${product.sandboxUrl}/control/printer`;
  return (await (
    await fetch(url, body === undefined ? {} : { method: "POST", body: JSON.stringify(body) })
  ).json()) as ShownPrinter;
}

/** Papers that hold this text. */
const papersWith = async (text: string): Promise<string[]> =>
  (await sandboxPrinter()).documents
    .map(({ lines }) => lines.map((line) => line.text).join("\n"))
    .filter((paper) => paper.includes(text));

test("a printer is set up and tested, a payment at the counter prints, and paper that ran out is told", async ({
  page,
}, { project }) => {
  const { host, port } = (await sandboxPrinter()).settings.network;
  const admin = new Admin(page);
  const counter = new Counter(page);
  await admin.enterAs("owner");
  await admin.open("/settings/printers");
  await expect(admin.heading("小票打印机")).toBeVisible();
  await admin.expectSound();
  await page.getByRole("link", { name: "添加打印机 · 网络打印机" }).click();
  const name = `前台 ${Date.now()}`;
  await page.getByLabel("名称").fill(name);
  await page.getByLabel("打印机的 IP 地址").fill("169.254.169.254");
  await page.getByRole("button", { name: "添加" }).click();
  await expect(admin.answer).toContainText("地址不能用");
  await admin.expectSound();
  await page.getByLabel("打印机的 IP 地址").fill(host);
  await page.getByLabel("端口").fill(String(port));
  await page.getByRole("button", { name: "添加" }).click();
  await expect(admin.heading(name)).toBeVisible();
  const printerPage = page.url();
  await page.getByRole("button", { name: "打印测试页" }).click();
  await expect(admin.answer.first()).toHaveText("已打印");
  await admin.expectSound();

  // Amounts that no other test takes: the sandbox's printer keeps what the other screen size printed.
  const yuan = project.name === "phone" ? "6,543" : "7,654";
  const typed = yuan.replace(",", "");
  await counter.enter();
  await counter.type(`${typed}.21`);
  await payInSandbox({ codeUrl: await counter.showCode() });
  await counter.expectPaid(`¥${yuan}.21`);
  await expect(async () => expect(await papersWith(`${typed}.21元`)).toHaveLength(1)).toPass({ timeout: 30_000 });
  await page.getByRole("button", { name: "打印小票" }).click();
  await expect(page.getByTestId("print-told")).toHaveText("已打印");
  const papers = await papersWith(`${typed}.21元`);
  expect(papers).toHaveLength(2);
  expect(papers[0]).toContain("* 补打 *");
  expect(papers[1]).not.toContain("补打");

  await sandboxPrinter({ mode: "paper_out" });
  await counter.next();
  await counter.type(`${typed}.22`);
  await payInSandbox({ codeUrl: await counter.showCode() });
  await counter.expectPaid(`¥${yuan}.22`);
  await page.getByRole("button", { name: "打印小票" }).click();
  await expect(page.getByTestId("print-told")).toHaveText("打印机缺纸。装好纸后会自动接着打印");
  await admin.expectSound();
  await counter.next();
  await page.reload();
  await expect(page.getByTestId("printer-trouble")).toContainText("缺纸");
  await admin.expectSound();
  expect(await papersWith(`${typed}.22元`)).toEqual([]);
  await sandboxPrinter({ mode: "ok" });
  await expect(async () => expect(await papersWith(`${typed}.22元`)).toHaveLength(1)).toPass({ timeout: 30_000 });

  await page.goto(printerPage);
  const log = page.getByRole("table", { name: "打印记录" });
  await expect(log.getByRole("row").filter({ hasText: "补打" }).first()).toContainText("已打印");
  await admin.expectSound();
  await page.getByText("删除打印机", { exact: true }).click();
  await page.getByRole("button", { name: "确认删除" }).click();
  await expect(page.getByText("已删除打印机")).toBeVisible();
});
