/** Who may do what in the dashboard: the one table that every page and every action asks. */

export const ROLES = ["owner", "finance", "clerk", "viewer"] as const;
export type Role = (typeof ROLES)[number];

const RIGHTS = {
  /** Dashboard, orders, refunds, alerts: to look at. */
  "orders.read": ["owner", "finance", "clerk", "viewer"],
  "orders.ask": ["owner", "finance", "clerk"],
  /** The bytes of messages to and from WeChat; that there were some, everybody sees. */
  "orders.messages": ["owner", "finance"],
  /** To send a webhook or a message to people again. */
  "deliveries.resend": ["owner", "finance", "clerk"],
  "orders.close": ["owner", "finance", "clerk"],
  /** Files of orders, refunds and months: the whole business in one download. */
  "orders.export": ["owner", "finance"],
  "refunds.create": ["owner", "finance"],
  /** To answer a refund that somebody else asked for. The database asks for these roles as well. */
  "refunds.approve": ["owner", "finance"],
  /** To take money at the counter: to make an order there, and to charge payment codes. */
  "payments.charge": ["owner", "finance", "clerk"],
  /** What stands on the counter's keypad: usual amounts and quick items. */
  "counter.write": ["owner", "finance"],
  /** To give back or keep money that settles no order. */
  "payments.resolve": ["owner", "finance"],
  /** Codes and their posters. */
  "collection.read": ["owner", "finance", "clerk", "viewer"],
  "collection.write": ["owner", "finance"],
  /** What is given away, and how it goes: to look at. */
  "promotions.read": ["owner", "finance", "clerk", "viewer"],
  "promotions.write": ["owner", "finance"],
  /** Stores, tills, cashiers, and shifts that were handed over: to look at. */
  "stores.read": ["owner", "finance", "clerk", "viewer"],
  "stores.write": ["owner"],
  /** To make a device a till, and to end that. */
  "tills.bind": ["owner", "finance", "clerk"],
  /** To take over a shift that was handed over. */
  "shifts.receive": ["owner", "finance", "clerk"],
  /** To close a shift in its cashier's place. */
  "shifts.close": ["owner", "finance"],
  /** Days compared with WeChat's bills: to look at. */
  "reconciliation.read": ["owner", "finance", "clerk", "viewer"],
  /** To run one, and to do something about what it found. */
  "reconciliation.work": ["owner", "finance"],
  "alerts.acknowledge": ["owner", "finance", "clerk"],
  /** Channels of messages to people, and what was sent. A device of one's own is everybody's own business. */
  "notifications.read": ["owner", "finance"],
  "notifications.write": ["owner"],
  /** Receipt printers and what they printed: to look at, and to print by hand. */
  "printers.read": ["owner", "finance", "clerk"],
  "printers.write": ["owner"],
  "receipts.print": ["owner", "finance", "clerk"],
  "config.read": ["owner", "finance"],
  "config.write": ["owner"],
  /** Backups, restore drills, how long things are kept, and how the installation is: to look at. */
  "upkeep.read": ["owner", "finance"],
  "upkeep.write": ["owner"],
  "keys.read": ["owner"],
  "keys.write": ["owner"],
  /** Software that speaks epay: its pids, keys and notices. */
  "epay.read": ["owner"],
  "epay.write": ["owner"],
  "users.manage": ["owner"],
  "audit.read": ["owner", "finance"],
} as const satisfies Record<string, readonly Role[]>;

export type Right = keyof typeof RIGHTS;
export const ALL_RIGHTS = Object.keys(RIGHTS) as Right[];

export const mayDo = (role: Role, right: Right): boolean => (RIGHTS[right] as readonly Role[]).includes(role);
