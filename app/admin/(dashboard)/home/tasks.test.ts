import { expect, test } from "vitest";
import { adminText } from "#lib/texts/admin.ts";
import { tasksOf } from "./tasks.ts";

const text = adminText("zh-CN");
type Figures = Parameters<typeof tasksOf>[0];
type Alert = Figures["alerts"][number];
const alert = (id: string, kind: Alert["kind"], more: Partial<Alert> = {}): Alert => ({
  ...{ id, kind, orderId: null, outTradeNo: null, detail: {}, createdAt: new Date(0), acknowledgedAt: null },
  ...more,
});
const NOTHING = { refundApprovals: 0, abnormalRefunds: 0, openDifferences: 0 } as Figures["unfinished"];
const tasks = (alerts: Alert[], unfinished: Partial<Figures["unfinished"]> = {}) =>
  tasksOf({ alerts, unfinished: { ...NOTHING, ...unfinished } }, text);

test("where nothing waits there is no task", () => {
  expect(tasks([])).toEqual([]);
});

test("alerts of one kind are one task, in the order of the newest, with what it is and what to do", () => {
  const found = tasks([
    alert("3", "late_payment", { orderId: "ord_3" }),
    alert("2", "health_disk"),
    alert("1", "late_payment", { orderId: "ord_1" }),
  ]);
  expect(found.map(({ key, count }) => [key, count])).toEqual([
    ["late_payment", 2],
    ["health_disk", 1],
  ]);
  for (const { title, hint } of found) expect([title, hint].every((words) => words.length > 1)).toBe(true);
  expect(found[0]?.href).toBe("/admin/alerts");
});

test("a single alert leads to what it is about", () => {
  expect(tasks([alert("1", "late_payment", { orderId: "ord_1" })])[0]?.href).toContain("ord_1");
});

test("what is still wrong is a task although its alert was seen, and only one while the alert is open", () => {
  const left = { abnormalRefunds: 2, openDifferences: 3, refundApprovals: 1 };
  expect(tasks([], left).map(({ key, count, href }) => [key, count, href])).toEqual([
    ["approvals", 1, "/admin/refunds?status=awaiting"],
    ["abnormal", 2, "/admin/refunds?status=abnormal"],
    ["differences", 3, "/admin/reconciliation"],
  ]);
  const both = tasks([alert("1", "refund_abnormal"), alert("2", "bill_differences")], left).map(({ key }) => key);
  expect(both).toEqual(["approvals", "refund_abnormal", "bill_differences"]);
});
