import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer, request, type Server } from "node:http";
import path from "node:path";
import { expect, test } from "@playwright/test";
import { attachPostgres } from "#lib/bin/postgres/start-postgres.mjs";
import { endChild, startChild } from "#lib/testing/child-process.ts";
import { Admin } from "./support/pages/admin.ts";
import { freePort, product } from "./support/product.ts";

// Goal: PUBLIC_URL alone is enough behind a proxy, for any Host it passes on.
// Method: one more web process of the product, started by itself, with a real proxy between it and the browser.

interface Behind {
  readonly url: string;
  /** What the proxy passes on as Host. */
  host: string;
  close(): Promise<void>;
}

let behind: Behind;
test.beforeAll(async () => {
  behind = await openBehindProxy();
});
test.afterAll(() => behind.close());

async function openBehindProxy(): Promise<Behind> {
  const [port, proxyPort] = [await freePort(), await freePort()];
  const url = `http://localhost:${proxyPort}`;
  const launcher = await startWebAlone({ port, publicUrl: url });
  const proxy = createServer((incoming, outgoing) => {
    const headers = { ...incoming.headers, host: self.host, "x-forwarded-for": incoming.socket.remoteAddress };
    const onward = request(
      { port, host: "127.0.0.1", path: incoming.url, method: incoming.method, headers },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    onward.on("error", () => outgoing.destroy());
    outgoing.on("close", () => onward.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => proxy.listen(proxyPort, "127.0.0.1", resolve));
  const self = { url, host: `127.0.0.1:${port}`, close: () => close(proxy, launcher) };
  return self;
}

/** `npm start -- --only web`, against the database of the product under test. */
async function startWebAlone({ port, publicUrl }: { port: number; publicUrl: string }): Promise<ChildProcess> {
  const database = await attachPostgres({ dataDir: path.join(product.dataDir, "postgres") });
  if (database === undefined) throw new Error("the product's database does not run");
  const launcher = startChild([path.resolve("lib/bin/start.mjs"), "--only", "web"], {
    stdout: "pipe",
    env: {
      ...product.environment,
      PORT: String(port),
      PUBLIC_URL: publicUrl,
      HOST: "127.0.0.1",
      TRUST_PROXY: "127.0.0.1",
      DATABASE_URL: database.url(),
      MASTER_KEY: readFileSync(path.join(product.dataDir, "master.key"), "utf8").trim(),
    },
  });
  let output = "";
  await new Promise<void>((resolve, reject) => {
    launcher.stdout?.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      if (/^ready /m.test(output)) resolve();
    });
    launcher.once("exit", (code) => reject(new Error(`npm start -- --only web ended with code ${code}:\n${output}`)));
  });
  return launcher;
}

async function close(proxy: Server, launcher: ChildProcess): Promise<void> {
  proxy.closeAllConnections();
  await Promise.all([endChild(launcher), new Promise((resolve) => proxy.close(resolve))]);
}

for (const [name, hostOf] of [
  ["the upstream's", (own: string) => own],
  ["the name without its port", () => "localhost"],
] as const) {
  test(`the dashboard works behind a proxy with the Host ${name}`, async ({ browser }) => {
    behind.host = hostOf(behind.host);
    const context = await browser.newContext({ baseURL: behind.url, locale: "zh-CN" });
    const admin = new Admin(await context.newPage());
    await admin.enterAs("owner");
    expect(new URL(admin.page.url()).origin).toBe(behind.url);
    await admin.open("/settings/keys");
    await admin.page.getByLabel("名称").fill("behind a proxy");
    await admin.page.getByTestId("new-key").getByLabel("全部权限").check();
    await admin.page.getByRole("button", { name: "创建密钥" }).click();
    await expect(admin.page.getByText(/^sk_/)).toBeVisible();
    await admin.chooseInAccount("账号", "退出登录");
    await expect(admin.page).toHaveURL(`${behind.url}/admin/sign-in`);
    await context.close();
  });
}

test("it works without scripts too, and a page of another site is refused by 403", async ({
  browser,
  request: api,
}) => {
  const context = await browser.newContext({ baseURL: behind.url, locale: "zh-CN", javaScriptEnabled: false });
  const admin = new Admin(await context.newPage());
  await admin.open("/sign-in");
  await admin.signIn({ email: "nobody@shop.test", password: "not the password" });
  await expect(admin.answer).toHaveText("邮箱或密码不对");
  await context.close();
  for (const Origin of ["https://evil.example", "null", "not an address", `${behind.url}.evil.example`]) {
    const answer = await api.post(`${behind.url}/admin/sign-in`, {
      headers: { Origin },
      multipart: { email: "nobody@shop.test", password: "x" },
    });
    expect([Origin, answer.status()]).toEqual([Origin, 403]);
  }
});
