import { Skeleton } from "#components/controls/skeleton.tsx";

/** Placeholder for the page's figures and rows. */
export default function Loading() {
  return (
    <div aria-busy="true">
      <Skeleton className="h-8 w-40" />
      <div className="mt-6 grid grid-cols-2 gap-3 lg:grid-cols-4">
        {["a", "b", "c", "d"].map((name) => (
          <Skeleton key={name} className="h-24" />
        ))}
      </div>
      <Skeleton className="mt-6 h-72" />
    </div>
  );
}
