import type { AdminText } from "#lib/texts/admin.ts";
import { alertLink } from "../alerts/alert-link.ts";
import type { HomeFigures } from "./read-home.ts";

/** Something that waits for a person. */
export interface HomeTask {
  readonly key: string;
  readonly title: string;
  /** What to do. */
  readonly hint: string;
  readonly count: number;
  readonly href: string;
}

/**
 * What is open in the books first, which no list of alerts leads to; then open alerts by their kind, the newest kind first. An
 * alert that nobody has seen stands for what it is about.
 */
export function tasksOf(
  { alerts, unfinished }: Pick<HomeFigures, "alerts" | "unfinished">,
  text: AdminText,
): HomeTask[] {
  const kinds = [...new Set(alerts.map(({ kind }) => kind))];
  const fromAlerts = kinds.map((kind): HomeTask => {
    const own = alerts.filter((alert) => alert.kind === kind);
    const [title, hint] = text.alerts.kinds[kind] ?? [kind, ""];
    const [first] = own;
    const only = own.length === 1 && first !== undefined ? alertLink(first) : null;
    return { key: kind, title, hint, count: own.length, href: only ?? "/admin/alerts" };
  });
  const { home } = text;
  const [differences = "", differencesHint = ""] = home.differences;
  const [abnormal = "", abnormalHint = ""] = home.abnormalRefunds;
  const seen = (kind: string) => alerts.some((alert) => alert.kind === kind);
  const [approvals = "", approvalsHint = ""] = home.refundApprovals;
  const { refundApprovals, abnormalRefunds, openDifferences } = unfinished;
  return [
    ...(refundApprovals === 0
      ? []
      : [
          {
            key: "approvals",
            title: approvals,
            hint: approvalsHint,
            count: refundApprovals,
            href: "/admin/refunds?status=awaiting",
          },
        ]),
    ...(abnormalRefunds === 0 || seen("refund_abnormal")
      ? []
      : [
          {
            key: "abnormal",
            title: abnormal,
            hint: abnormalHint,
            count: abnormalRefunds,
            href: "/admin/refunds?status=abnormal",
          },
        ]),
    ...(openDifferences === 0 || seen("bill_differences")
      ? []
      : [
          {
            key: "differences",
            title: differences,
            hint: differencesHint,
            count: openDifferences,
            href: "/admin/reconciliation",
          },
        ]),
    ...fromAlerts,
  ];
}
