import type { ReactNode } from "react";
import type { PayPageRequest } from "../page-request.ts";

/** The page's background as the browser's own frame takes it; `--page` in globals.css. */
export const THEME_COLORS = { light: "#f3f5f1", dark: "#0c100e" } as const;

/** The built files of the lane, as addresses. */
export interface LaneFiles {
  readonly script: string;
  readonly style: string;
}

interface DocumentProps {
  readonly pageRequest: Pick<PayPageRequest, "language" | "elder" | "nonce">;
  readonly title: string;
  readonly description?: string;
  readonly files: LaneFiles;
  readonly children: ReactNode;
}

/** A whole page; app/layout.tsx says the same to Next. */
export const LaneDocument = ({ pageRequest, title, description, files, children }: DocumentProps) => (
  <html lang={pageRequest.language} data-elder={pageRequest.elder ? "" : undefined}>
    <head>
      <meta charSet="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
      <link rel="stylesheet" href={files.style} />
      <script src={files.script} defer nonce={pageRequest.nonce} />
      <title>{title}</title>
      {description !== undefined && <meta name="description" content={description} />}
      <meta name="robots" content="noindex, nofollow" />
      <meta name="format-detection" content="telephone=no" />
      <meta name="theme-color" media="(prefers-color-scheme: light)" content={THEME_COLORS.light} />
      <meta name="theme-color" media="(prefers-color-scheme: dark)" content={THEME_COLORS.dark} />
      <link rel="icon" href="/icon.svg" type="image/svg+xml" />
      <link rel="apple-touch-icon" href="/icon-180.png" />
    </head>
    <body className="bg-page font-sans text-ink">{children}</body>
  </html>
);
