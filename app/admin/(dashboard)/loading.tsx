/** Placeholder for the page's figures and rows. */
export default function Loading() {
  return (
    <div aria-busy="true" className="animate-pulse">
      <div className="h-8 w-40 rounded-lg bg-sunken" />
      <div className="mt-6 grid grid-cols-2 gap-3 lg:grid-cols-4">
        {["a", "b", "c", "d"].map((name) => (
          <div key={name} className="h-24 rounded-card bg-sunken" />
        ))}
      </div>
      <div className="mt-6 h-72 rounded-card bg-sunken" />
    </div>
  );
}
