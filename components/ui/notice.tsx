import type { ReactNode } from "react";

const TONES = {
  warn: "bg-warn-soft text-warn-ink",
  plain: "bg-sunken text-soft",
  brand: "bg-brand-soft text-brand-ink",
};

export function Notice({ tone = "plain", children }: { tone?: keyof typeof TONES; children: ReactNode }) {
  return <div className={`rounded-xl px-4 py-3 text-sm leading-relaxed ${TONES[tone]}`}>{children}</div>;
}
