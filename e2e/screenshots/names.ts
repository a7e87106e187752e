/** Below .github/screenshots; both READMEs show exactly these (lib/testing/source-rules.test.ts). */
export const README_SCREENSHOTS = [
  "pay-phone.webp",
  "pay-desktop.webp",
  "counter-keypad.webp",
  "counter-paid.webp",
  "order.webp",
  "home.webp",
  "promotions.webp",
] as const;

export type ReadmeScreenshot = (typeof README_SCREENSHOTS)[number];

/** A README is read on slow networks, too. */
export const SCREENSHOT_BYTES_MAX = 120_000;
