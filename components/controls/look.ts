/**
 * Classes that the controls share. Layers from below: the bar of the phone 10, dialogs and drawers 40, what opens from a
 * control (also inside a dialog) 50, toasts 60.
 */
export const BACKDROP =
  "fixed inset-0 z-40 min-h-dvh bg-black/45 transition-opacity duration-150 data-[ending-style]:opacity-0 data-[starting-style]:opacity-0";

/** In the middle of a desktop; a sheet at the thumb on a phone, above its keyboard and its bar. */
export const SHEET =
  "fixed z-40 flex max-h-[92dvh] flex-col overflow-y-auto overscroll-contain bg-surface text-ink lifted outline-none transition duration-150 data-[ending-style]:opacity-0 data-[starting-style]:opacity-0 max-sm:inset-x-0 max-sm:bottom-0 max-sm:rounded-t-card max-sm:px-5 max-sm:pt-5 max-sm:pb-[max(1.25rem,env(safe-area-inset-bottom))] max-sm:data-[ending-style]:translate-y-6 max-sm:data-[starting-style]:translate-y-6 sm:top-1/2 sm:left-1/2 sm:w-[min(30rem,calc(100vw-3rem))] sm:-translate-x-1/2 sm:-translate-y-1/2 sm:rounded-card sm:p-6";

export const POSITIONER = "z-50 max-w-[var(--available-width)] outline-none";
export const POPUP =
  "max-h-[var(--available-height)] origin-[var(--transform-origin)] overflow-y-auto overscroll-contain rounded-xl border border-line bg-surface text-ink lifted outline-none transition duration-100 data-[ending-style]:scale-[0.98] data-[ending-style]:opacity-0 data-[starting-style]:scale-[0.98] data-[starting-style]:opacity-0";
export const ITEM =
  "flex min-h-11 w-full cursor-pointer items-center gap-3 rounded-lg px-3 py-2 text-left outline-none select-none data-[highlighted]:bg-sunken data-[disabled]:cursor-default data-[disabled]:text-soft";

/** For what needs room: on a phone a sheet from below, wherever it was opened. */
export const SHEET_POSITIONER = `${POSITIONER} max-sm:!fixed max-sm:!inset-x-0 max-sm:!top-auto max-sm:!bottom-0 max-sm:!max-w-none max-sm:!transform-none`;
export const SHEET_POPUP = `${POPUP} p-3 max-sm:max-h-[92dvh] max-sm:rounded-t-card max-sm:rounded-b-none max-sm:pb-[max(1rem,env(safe-area-inset-bottom))]`;

/** A round button of one picture. */
export const ICON_BUTTON =
  "inline-flex size-11 shrink-0 cursor-pointer items-center justify-center rounded-full text-soft hover:bg-sunken";

/** Portals go here, not to the body: the sandbox's colours and the dashboard's language hold inside it. */
export const portalRoot = (): HTMLElement | undefined =>
  typeof document === "undefined" ? undefined : (document.querySelector<HTMLElement>(".admin") ?? undefined);
