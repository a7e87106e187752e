import type { RetentionKind } from "#lib/base/retention.ts";

// Every table, how long its rows stay, and the file that sees to it. A test compares this list with the catalogue: a new table has to
// be entered here before it can land.

type TableAge =
  /** Money, what it is about, and who did what: nothing deletes it. */
  | { readonly kept: "always" }
  /** What people made or set: as many rows as there are things. They go, if at all, by hand. */
  | { readonly kept: "as_set" }
  /** A row for each thing that is there, replaced in place or deleted with it. */
  | { readonly kept: "in_place"; readonly owner: string }
  /** Grows, and is cleaned up after so many days as the shop has set. */
  | { readonly kept: "days"; readonly retention: RetentionKind; readonly owner: string }
  /** Grows, and is cleaned up after a time that the product fixes. */
  | { readonly kept: "fixed"; readonly owner: string };

const ALWAYS: TableAge = { kept: "always" };
const AS_SET: TableAge = { kept: "as_set" };
const CLEANUP = "lib/storage/operations/cleanup.ts";
const days = (retention: RetentionKind, owner = CLEANUP): TableAge => ({ kept: "days", retention, owner });
const fixed = (owner = CLEANUP): TableAge => ({ kept: "fixed", owner });
const inPlace = (owner: string): TableAge => ({ kept: "in_place", owner });

export const TABLE_AGES: Readonly<Record<string, TableAge>> = {
  // Money and what it is about
  orders: ALWAYS,
  order_items: ALWAYS,
  payment_attempts: ALWAYS,
  trade_checks: ALWAYS,
  refunds: ALWAYS,
  refund_items: ALWAYS,
  abnormal_refund_applications: ALWAYS,
  foreign_refunds: ALWAYS,
  refund_approvals: ALWAYS,
  recovered_orders: ALWAYS,
  journal_entries: ALWAYS,
  journal_lines: ALWAYS,
  chain_heads: ALWAYS,
  chain_links: ALWAYS,
  ledger_anchors: ALWAYS,
  notify_receipts: ALWAYS,
  bills: ALWAYS,
  reconciliation_runs: ALWAYS,
  discrepancies: ALWAYS,
  promotions: ALWAYS,
  promotion_uses: ALWAYS,
  offer_decisions: ALWAYS,
  collection_codes: ALWAYS,
  collection_orders: ALWAYS,
  epay_accounts: ALWAYS,
  epay_orders: ALWAYS,
  epay_refunds: ALWAYS,
  shifts: ALWAYS,
  shift_entries: ALWAYS,
  shift_receptions: ALWAYS,
  // Who did what, and what people had to see
  audit_log: ALWAYS,
  audit_repeats: ALWAYS,
  alerts: ALWAYS,
  config_versions: ALWAYS,
  gateway_accounts: ALWAYS,
  promotion_codes: ALWAYS,
  promotion_versions: ALWAYS,
  shop_logos: ALWAYS,
  shop_looks: ALWAYS,
  api_keys: ALWAYS,
  // What people made or set
  admin_invitations: AS_SET,
  admin_passkeys: AS_SET,
  admin_recovery_codes: AS_SET,
  admin_users: AS_SET,
  allowed_transition: AS_SET,
  cashiers: AS_SET,
  cashier_stores: AS_SET,
  counter_settings: AS_SET,
  ended_proofs: AS_SET,
  learner_settings: AS_SET,
  list_settings: AS_SET,
  list_views: AS_SET,
  merchant: AS_SET,
  notification_channels: AS_SET,
  printers: AS_SET,
  receipt_mail_settings: AS_SET,
  refund_rules: AS_SET,
  replaced_secrets: AS_SET,
  retention: AS_SET,
  scene_corrections: AS_SET,
  stores: AS_SET,
  till_devices: AS_SET,
  tills: AS_SET,
  upkeep_settings: AS_SET,
  webhook_endpoints: AS_SET,
  // Replaced in place
  admin_challenges: inPlace("lib/storage/administration/passkeys.ts"),
  admin_sessions: inPlace("lib/storage/administration/sessions.ts"),
  behaviour_progress: inPlace("lib/storage/behaviour/behaviour-roll-up.ts"),
  cashier_sessions: inPlace("lib/storage/tills/cashier-sessions.ts"),
  config_files: inPlace("lib/storage/configuration/config-files.ts"),
  counter_screens: inPlace("lib/storage/counter/screens.ts"),
  gateway_key_uses: inPlace("lib/storage/configuration/gateway-key-uses.ts"),
  gateway_keys: inPlace("lib/storage/configuration/gateway-keys.ts"),
  order_days_progress: inPlace("lib/storage/orders/order-days.ts"),
  order_search_progress: inPlace("lib/storage/orders/order-search.ts"),
  learner_pace: inPlace("lib/storage/learner/learner-store.ts"),
  master_key: inPlace("lib/storage/configuration/master-key.ts"),
  master_key_holders: inPlace("lib/storage/configuration/master-key.ts"),
  push_keys: inPlace("lib/storage/notifications/push-keys.ts"),
  shopper_summary: inPlace("lib/storage/behaviour/shopper-summary.ts"),
  takings_progress: inPlace("lib/storage/takings/takings-roll-up.ts"),
  untrusted_proxies: inPlace("lib/storage/operations/untrusted-proxies.ts"),
  // Sums, one row an hour or a day at most: small for good
  behaviour_cells: fixed("lib/storage/behaviour/insights.ts"),
  behaviour_days: ALWAYS,
  order_days: ALWAYS,
  // A line to search by for each order, kept as long as the order
  order_search: ALWAYS,
  takings_hours: ALWAYS,
  // The learner's own memory
  learner_decisions: ALWAYS,
  learner_outcomes: ALWAYS,
  learner_models: fixed("lib/storage/learner/learner-models.ts"),
  promotion_shopper_uses: ALWAYS,
  // Grows, and goes
  admin_lockouts: fixed(),
  credential_drafts: fixed(),
  gateway_messages: fixed(),
  backup_log: AS_SET,
  heartbeats: fixed(),
  idempotency: fixed(),
  nonces: fixed(),
  process_figures: fixed(),
  webhook_events: days("webhook_events"),
  webhook_deliveries: days("webhook_events"),
  webhook_tries: days("webhook_events"),
  notifications: days("notifications"),
  notification_deliveries: days("notifications"),
  print_jobs: days("print_jobs"),
  receipt_mails: days("notifications"),
  notify_rejections: days("notify_rejections"),
  behaviour_events: days("behaviour"),
  page_plans: days("behaviour"),
  insight_hours: days("behaviour"),
  order_shoppers: days("behaviour"),
  health_minutes: days("health_minutes"),
  // A few rows a day: the history of backups is worth more than its room
  upkeep_runs: AS_SET,
};
