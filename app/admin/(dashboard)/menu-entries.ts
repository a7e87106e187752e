import type { MenuEntry } from "#components/admin/menu.tsx";
import { collectionText, exportsText, healthText, tillsText } from "#lib/texts/admin.ts";
import type { AdminRequest } from "../admin-request.ts";

type MenuReader = Pick<AdminRequest, "text" | "language" | "may">;

/** The rooms of the dashboard. The first four that are not behind "more" are a phone's tabs. */
export function menuEntries({ text: { nav }, language, may }: MenuReader, openAlerts: number): MenuEntry[] {
  const counter = { href: "/admin/counter", label: nav.counter, icon: "counter", onPhone: "middle" } as const;
  const health = { href: "/admin/health", label: healthText(language).title, icon: "health", onPhone: "more" } as const;
  const { list } = exportsText(language);
  const statements = { href: "/admin/statements", label: list.title, icon: "statements", onPhone: "more" } as const;
  return [
    { href: "/admin", label: nav.home, icon: "home" },
    { href: "/admin/orders", label: nav.orders, icon: "orders" },
    ...(may("payments.charge") ? [counter] : []),
    { href: "/admin/reconciliation", label: nav.reconciliation, icon: "reconciliation" },
    { href: "/admin/refunds", label: nav.refunds, icon: "refunds", onPhone: "more" },
    ...(may("orders.export") ? [statements] : []),
    { href: "/admin/shifts", label: tillsText(language).shifts.menu, icon: "shifts", onPhone: "more" },
    { href: "/admin/collection-codes", label: collectionText(language).title, icon: "codes", onPhone: "more" },
    { href: "/admin/promotions", label: nav.promotions, icon: "promotions", onPhone: "more" },
    { href: "/admin/insights", label: nav.insights, icon: "insights", onPhone: "more" },
    { href: "/admin/alerts", label: nav.alerts, icon: "alerts", count: openAlerts, onPhone: "more" },
    ...(may("upkeep.read") ? [health] : []),
    { href: "/admin/settings", label: nav.settings, icon: "settings", onPhone: "more" },
  ];
}
