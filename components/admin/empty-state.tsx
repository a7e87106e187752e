import type { ReactNode } from "react";

interface EmptyStateProps {
  readonly title: string;
  readonly hint: string;
  /** The state is the only content of the page. */
  readonly heading?: boolean;
  readonly children?: ReactNode;
}

/** An empty list, with a hint at what to do next. */
export function EmptyState({ title, hint, heading = false, children }: EmptyStateProps) {
  const Title = heading ? "h1" : "p";
  return (
    <div className="flex flex-col items-center gap-2 px-6 py-14 text-center">
      <svg viewBox="0 0 64 64" className="size-14 text-soft" aria-hidden="true" fill="none" stroke="currentColor">
        <rect x="12" y="10" width="40" height="46" rx="6" strokeWidth="2" opacity="0.4" />
        <path d="M22 24h20M22 34h20M22 44h12" strokeWidth="2" strokeLinecap="round" opacity="0.6" />
      </svg>
      <Title className="text-lg font-semibold">{title}</Title>
      <p className="max-w-sm text-sm text-soft">{hint}</p>
      {children}
    </div>
  );
}
