"use client";

import "./globals.css";
import { Trouble } from "#components/pay/panels.tsx";
import { PlainPage } from "#components/pay/plain-page.tsx";

/** Replaces the whole document when even its frame failed. */
export default function GlobalError() {
  return (
    <html lang="zh-CN">
      <body className="bg-page font-sans text-ink">
        <PlainPage language="zh-CN">
          <Trouble
            title="页面出了点问题"
            hint="请稍后重试。 Something went wrong. Please try again."
            retry={{ label: "重试 Try again", href: "" }}
          />
        </PlainPage>
      </body>
    </html>
  );
}
