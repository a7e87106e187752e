/** Lingfu's sign: a leaf that is also a tick. */
export const Leaf = ({ className = "size-6" }: { className?: string }) => (
  <svg viewBox="0 0 24 24" width={24} height={24} className={className} aria-hidden="true">
    <title>Lingfu</title>
    <path d="M3.5 12.5C3.5 6.5 9 3 20.5 3.5 21 15 17 20.5 11 20.5c-2.6 0-4.6-1-5.8-2.6" className="fill-brand" />
    <path
      d="m3.5 21 4-5 2.5 2 6-7.5"
      className="fill-none stroke-brand-ink"
      strokeWidth="2.2"
      strokeLinecap="round"
      strokeLinejoin="round"
    />
  </svg>
);
