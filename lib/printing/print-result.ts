/** What keeps a printer from printing. */
export type PrinterTrouble = "paper_out" | "cover_open" | "offline" | "refused" | "unanswered";

/**
 * `not_printed`: nothing was sent, and it may be sent again. `unknown`: some of it may be on paper, and only a person sees how much;
 * it is never sent again by itself.
 */
export type PrintResult =
  | { readonly kind: "printed"; readonly answer: string }
  | { readonly kind: "not_printed" | "unknown"; readonly trouble: PrinterTrouble; readonly answer: string };
