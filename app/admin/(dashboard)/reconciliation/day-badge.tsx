import type { AdminText } from "#components/admin/text.ts";
import { fill } from "#components/pay/text.ts";
import { Badge } from "#components/ui/badge.tsx";
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
