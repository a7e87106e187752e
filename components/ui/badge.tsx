import type { ReactNode } from "react";

const TONES = {
  brand: "bg-brand-soft text-brand-ink",
  warn: "bg-warn-soft text-warn-ink",
  plain: "bg-sunken text-soft",
};

export function Badge({ tone = "plain", children }: { tone?: keyof typeof TONES; children: ReactNode }) {
  return (
    <span className={`inline-block whitespace-nowrap rounded-full px-2.5 py-0.5 text-xs font-medium ${TONES[tone]}`}>
      {children}
    </span>
  );
}
