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

/** How the shopkeeper's day is looked at (day.ts). */
export const DAY_LOOKS = {
  zh: { language: "zh-CN", colorScheme: "light" },
  "zh-dark": { language: "zh-CN", colorScheme: "dark" },
  en: { language: "en", colorScheme: "light" },
  "en-dark": { language: "en", colorScheme: "dark" },
} as const;

export type DayLook = keyof typeof DAY_LOOKS;
