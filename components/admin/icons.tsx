/** The icons of the main menu. */
const PATHS = {
  counter: "M4 4h5M4 4v5M20 4h-5M20 4v5M4 20h5M4 20v-5M20 20h-5M20 20v-5M12 7v10M9 8l3 4 3-4M9 12.5h6M9 15h6",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  home: "M4 11 12 4l8 7v8a1 1 0 0 1-1 1h-4v-6H9v6H5a1 1 0 0 1-1-1z",
  orders: "M6 3h12v18l-3-2-3 2-3-2-3 2zM9 8h6M9 12h6",
  refunds: "M9 14 4 9l5-5M4 9h10a6 6 0 0 1 0 12h-4",
  reconciliation: "M7 4h10v16l-2.5-1.5L12 20l-2.5-1.5L7 20zM9.5 11l1.8 1.8 3.4-3.6",
  shifts: "M7 7h11l-3-3M17 17H6l3 3",
  statements: "M6 3h9l4 4v14H6zM15 3v4h4M9 12h7M9 16h7",
  codes: "M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2v2h-2zM18 18h2v2h-2zM18 14h2M14 19h1M7 7h.01M17 7h.01M7 17h.01",
  promotions: "M4 12V5a1 1 0 0 1 1-1h7l8 8-8 8zM8.5 8.5h.01M10 15l5-5",
  insights: "M5 20V11M10 20V5M15 20v-7M20 20V8",
  alerts: "M6 16V11a6 6 0 1 1 12 0v5l2 2H4zM10 21h4",
  health: "M3 12h4l2.5-6 4 12 2.5-6H21",
  settings: "M4 7h10M18 7h2M4 17h2M10 17h10M14 4.5v5M6 14.5v5",
} as const;
export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg viewBox="0 0 24 24" className="size-6" aria-hidden="true" fill="none" stroke="currentColor" strokeWidth="1.75">
      <path d={PATHS[name]} strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}
