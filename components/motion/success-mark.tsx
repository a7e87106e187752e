/** A disc that lands and a tick that draws itself; decorative, the words beside it say the same. */
export function SuccessMark() {
  return (
    <span className="relative grid size-20 place-items-center" aria-hidden="true">
      <span className="motion-halo absolute inset-0 rounded-full bg-brand" />
      <svg viewBox="0 0 96 96" width={80} height={80} className="motion-appear relative size-20">
        <title>✓</title>
        <circle cx="48" cy="48" r="46" className="fill-brand" />
        <path
          d="M29 49.5 42.5 63 68 36"
          pathLength="1"
          className="motion-draw fill-none stroke-white"
          strokeWidth="7"
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      </svg>
    </span>
  );
}
