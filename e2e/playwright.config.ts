import { defineConfig, devices } from "@playwright/test";
import { moveScratchToMemory } from "../lib/bin/test/scratch-folder.mjs";
import { browserLaunchOptions } from "./support/browser.ts";
import { choosePorts, product } from "./support/product.ts";

moveScratchToMemory();
await choosePorts();

// `x.phone.spec.ts` and `x.desktop.spec.ts` run on one of them, `x.spec.ts` on both; what kills processes runs last.
const CRASH = "crash/**";

export default defineConfig({
  testDir: ".",
  globalSetup: "./support/start-product.ts",
  outputDir: "../test-results",
  workers: 2,
  timeout: 60_000,
  // Long enough for a slow machine; what is right costs nothing of it.
  expect: { timeout: 20_000 },
  forbidOnly: true,
  reporter: process.env.E2E_REPORT ? [["line"], ["json", { outputFile: process.env.E2E_REPORT }]] : [["list"]],
  use: {
    baseURL: product.url,
    locale: "zh-CN",
    timezoneId: "Asia/Shanghai",
    launchOptions: await browserLaunchOptions(),
    // One that answers a page's requests would hide them from the tests that change or count them.
    serviceWorkers: "block",
    screenshot: "only-on-failure",
    trace: "retain-on-failure",
  },
  projects: [
    {
      name: "phone",
      testMatch: "**/*.spec.ts",
      testIgnore: ["**/*.desktop.spec.ts", CRASH],
      use: { ...devices["Pixel 7"], viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 },
    },
    {
      name: "desktop",
      testMatch: "**/*.spec.ts",
      testIgnore: ["**/*.phone.spec.ts", CRASH],
      use: { ...devices["Desktop Chrome"], viewport: { width: 1280, height: 800 } },
    },
    { name: "crash", testMatch: `${CRASH}/*.spec.ts`, fullyParallel: false, timeout: 180_000, use: { trace: "off" } },
  ],
});
