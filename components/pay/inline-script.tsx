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

const compacted = new Map<string, string>();

/** The framework sends them a second time, escaped; without line ends and double quotes both look alike and cost once. */
function compact(lines: string): string {
  const known = compacted.get(lines);
  if (known !== undefined) return known;
  const made = lines.replaceAll("\n", "").replaceAll('"', "'");
  compacted.set(lines, made);
  return made;
}
