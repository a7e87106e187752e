import { devices } from "@playwright/test";
import tests from "../playwright.config.ts";

// npm run screenshots: the product of the tests, and the README's pictures taken of its pages.
export default {
  ...tests,
  globalSetup: "../support/start-product.ts",
  outputDir: "../../test-results",
  workers: 1,
  timeout: 60_000,
  reporter: "list",
  projects: [
    {
      name: "phone",
      testMatch: "phone.ts",
      use: { ...devices["Pixel 7"], viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 },
    },
    {
      name: "desktop",
      testMatch: "desktop.ts",
      use: { ...devices["Desktop Chrome"], viewport: { width: 1280, height: 800 }, deviceScaleFactor: 2 },
    },
  ],
};
