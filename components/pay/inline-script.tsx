import type { ReactNode } from "react";

/** A few lines of ours that must not wait for any other script; what they need to know is in the tag's data. */
export const InlineScript = ({
  nonce,
  lines,
  data,
}: {
  nonce: string | undefined;
  lines: string;
  data?: object;
}): ReactNode => (
  <script nonce={nonce} {...data} suppressHydrationWarning>
    {lines}
  </script>
);
