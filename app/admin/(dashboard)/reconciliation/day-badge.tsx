import { Badge } from "#components/ui/badge.tsx";
import type { AdminText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import type { DayState } from "./days.ts";

const TONES = {
  clean: "brand",
  quiet: "plain",
  differences: "warn",
  waiting: "plain",
  failed: "warn",
  none: "plain",
} as const;

export const DayBadge = ({ state, count, text }: { state: DayState; count: number; text: AdminText }) => (
  <Badge tone={TONES[state]}>{fill(text.reconciliation.states[state], { count })}</Badge>
);
