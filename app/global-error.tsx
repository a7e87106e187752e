"use client";

import "./globals.css";
import { BrokenPage } from "#components/pay/broken-page.tsx";

/** Replaces the whole document when even its frame failed. */
export default function GlobalError() {
  return (
    <html lang="zh-CN">
      <body className="bg-page font-sans text-ink">
        <BrokenPage />
      </body>
    </html>
  );
}
