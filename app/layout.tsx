import type { Metadata, Viewport } from "next";
import { headers } from "next/headers";
import type { ReactNode } from "react";
import { readPagePrefs } from "#lib/http/cookies.ts";
import { PRODUCT_NAME } from "#lib/texts/brand.ts";
import { chooseLanguage } from "#lib/texts/language.ts";
import "./globals.css";

export const metadata: Metadata = {
  title: PRODUCT_NAME,
  applicationName: PRODUCT_NAME,
  icons: { icon: [{ url: "/icon.svg", type: "image/svg+xml" }], apple: "/icon-180.png" },
  manifest: "/manifest.webmanifest",
  formatDetection: { telephone: false },
};

export const viewport: Viewport = {
  width: "device-width",
  initialScale: 1,
  viewportFit: "cover",
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#f3f5f1" },
    { media: "(prefers-color-scheme: dark)", color: "#0c100e" },
  ],
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  // Every page is made per request: the script nonce of its content security policy is in the request's headers.
  const head = await headers();
  // A browser sends the shopper's choices with the pay page alone.
  const prefs = readPagePrefs(head);
  const language = chooseLanguage(prefs.language, head.get("accept-language"));
  return (
    <html lang={language} data-elder={prefs.elder === true ? "" : undefined}>
      <body className="bg-page font-sans text-ink">{children}</body>
    </html>
  );
}
