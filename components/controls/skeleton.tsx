/** A place that will be filled; give it the size of what comes. */
export const Skeleton = ({ className }: { className: string }) => (
  <div aria-hidden="true" className={`animate-pulse rounded-lg bg-sunken ${className}`} />
);
