import { devices } from "@playwright/test";
import tests from "../playwright.config.ts";

const { DAY } = process.env;
const phone = { ...devices["Pixel 7"], viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 };

// npm run screenshots: the product of the tests, and the README's pictures taken of its pages.
// With DAY=zh, zh-dark, en or en-dark: the shopkeeper's day instead, as it begins with the first sign-in of a product of its own.
export default {
  ...tests,
  globalSetup: "../support/start-product.ts",
  outputDir: DAY === undefined ? "../../test-results" : `../../test-results/${DAY}-${process.env.DAY_WIDTH ?? 390}`,
  workers: 1,
  timeout: 60_000,
  reporter: "list",
  projects:
    DAY === undefined
      ? [
          { name: "phone", testMatch: "phone.ts", use: phone },
          {
            name: "desktop",
            testMatch: "desktop.ts",
            use: { ...devices["Desktop Chrome"], viewport: { width: 1280, height: 800 }, deviceScaleFactor: 2 },
          },
        ]
      : [{ name: "day", testMatch: "day.ts", use: { ...phone, deviceScaleFactor: 1 } }],
};
