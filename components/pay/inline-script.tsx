import type { ReactNode } from "react";

interface InlineScriptProps {
  readonly nonce: string | undefined;
  /** Without single quotes; every statement ends in `;`, `,` or a bracket. */
  readonly lines: string;
  /** What the lines need to know, as attributes of their tag. */
  readonly data?: object;
}

/** A few lines of ours that must not wait for any other script. */
export const InlineScript = ({ nonce, lines, data }: InlineScriptProps): ReactNode => (
  <script nonce={nonce} {...data} suppressHydrationWarning dangerouslySetInnerHTML={{ __html: compact(lines) }} />
);

/** The framework sends them a second time, escaped; without line ends and double quotes both look alike and cost once. */
const compact = (lines: string): string => lines.replaceAll("\n", "").replaceAll('"', "'");
