import type { ReactNode } from "react";

interface UnfoldProps {
  readonly label: ReactNode;
  readonly small?: boolean;
  readonly isOpen?: boolean;
  /** Told once it is open, also where that was before the page's scripts ran. */
  readonly onOpen?: () => void;
  readonly children: ReactNode;
}

/** What most readers do not need, behind its name. */
export function Unfold({ label, small = false, isOpen, onOpen, children }: UnfoldProps) {
  return (
    <details
      className="group"
      open={isOpen}
      {...(onOpen && {
        ref: (shown: HTMLDetailsElement | null) => void (shown?.open && onOpen()),
        onToggle: ({ currentTarget }: { currentTarget: HTMLDetailsElement }) => void (currentTarget.open && onOpen()),
      })}
    >
      <summary
        className={`flex min-h-11 cursor-pointer list-none items-center gap-1.5 text-soft ${small ? "text-xs" : "text-sm"}`}
      >
        <span aria-hidden="true" className="inline-block transition-transform group-open:rotate-90">
          ›
        </span>
        <span>{label}</span>
      </summary>
      {children}
    </details>
  );
}
