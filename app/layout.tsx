import type { Metadata, Viewport } from "next";
import { headers } from "next/headers";
import type { ReactNode } from "react";
import { readPagePrefs } from "#lib/http/cookies.ts";
import { chooseLanguage, textsIn } from "#lib/texts/language.ts";
import { THEME_COLORS } from "./pay/lane/document.ts";
import "./globals.css";

export async function generateMetadata(): Promise<Metadata> {
  const { product } = textsIn((await readReader()).language).about;
  return { ...METADATA, title: product, applicationName: product };
}

const METADATA: Metadata = {
  icons: { icon: [{ url: "/icon.svg", type: "image/svg+xml" }], apple: "/icon-180.png" },
  formatDetection: { telephone: false },
};

export const viewport: Viewport = {
  width: "device-width",
  initialScale: 1,
  viewportFit: "cover",
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: THEME_COLORS.light },
    { media: "(prefers-color-scheme: dark)", color: THEME_COLORS.dark },
  ],
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  const { language, elder } = await readReader();
  return (
    <html lang={language} data-elder={elder ? "" : undefined}>
      <body className="bg-page font-sans text-ink">{children}</body>
    </html>
  );
}

/** Every page is made per request: the script nonce of its content security policy is in the request's headers. */
async function readReader() {
  const head = await headers();
  // A browser sends the shopper's choices with the pay page alone.
  const prefs = readPagePrefs(head);
  return { language: chooseLanguage(prefs.language, head.get("accept-language")), elder: prefs.elder === true };
}
