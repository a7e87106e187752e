import type { Right } from "#lib/auth/admin-roles.ts";
import type { PeopleText } from "#lib/texts/admin.ts";

/** The rights as the table of roles shows them, by what they are about. A test compares it with the rights there are. */
export const RIGHT_GROUPS: readonly (readonly [
  group: keyof PeopleText["roles"]["groups"],
  rights: readonly Right[],
])[] = [
  ["counter", ["payments.charge", "receipts.print", "collection.read", "collection.write", "counter.write"]],
  [
    "orders",
    [
      ...([
        "orders.read",
        "orders.messages",
        "orders.ask",
        "deliveries.resend",
        "orders.close",
        "orders.export",
      ] as const),
      ...(["refunds.create", "refunds.approve", "payments.resolve"] as const),
    ],
  ],
  ["books", ["reconciliation.read", "reconciliation.work", "alerts.acknowledge"]],
  ["promotions", ["promotions.read", "promotions.write"]],
  ["stores", ["stores.read", "stores.write", "tills.bind", "shifts.receive", "shifts.close"]],
  [
    "settings",
    [
      ...(["printers.read", "printers.write", "notifications.read", "notifications.write"] as const),
      ...([
        "config.read",
        "config.write",
        "keys.read",
        "keys.write",
        "epay.read",
        "epay.write",
        "users.manage",
        "audit.read",
        "upkeep.read",
        "upkeep.write",
      ] as const),
    ],
  ],
];
