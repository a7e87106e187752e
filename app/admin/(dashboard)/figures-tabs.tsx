import { Tabs } from "#components/admin/tabs.tsx";
import { Notice } from "#components/ui/notice.tsx";
import type { AdminText } from "#lib/texts/admin.ts";

/** The three pages of figures: today, over time, and what shoppers do. */
export function FiguresTabs({ here, text }: { here: "home" | "trends" | "insights"; text: AdminText }) {
  return (
    <Tabs
      label={text.nav.home}
      tabs={[
        { href: "/admin", label: text.trends.today, here: here === "home" },
        { href: "/admin/trends", label: text.trends.title, here: here === "trends" },
        { href: "/admin/insights", label: text.nav.insights, here: here === "insights" },
      ]}
    />
  );
}

/** After an update, or while the worker is away: some of the past is not added up yet. */
export function Incomplete({ text }: { text: AdminText }) {
  return (
    <div className="mb-4">
      <Notice tone="warn">{text.trends.missing}</Notice>
    </div>
  );
}
