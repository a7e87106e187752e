-- Evidence that callers cannot flood, and that no statement empties.

-- How often the same thing happened in one minute: the audit log has one row of it, which never changes, and the count is here.
create table audit_repeats (
  minute   timestamptz not null,
  -- whom it is about: each topic has few rows a minute
  topic    text not null check (char_length(topic) between 1 and 100),
  -- what of it is counted together
  key      text not null check (char_length(key) between 1 and 300),
  times    integer not null default 1 check (times >= 1),
  audit_id bigint unique references audit_log,
  primary key (minute, topic, key)
);

-- A row trigger never hears of TRUNCATE, so what is kept for good refuses it by a statement trigger.
create function refuse_truncate() returns trigger language plpgsql as $$
begin
  raise exception 'append_only: % is never emptied', tg_table_name using errcode = '23514', constraint = 'append_only';
end $$;

do $$
declare
  kept text;
begin
  foreach kept in array array[
    'audit_log', 'audit_repeats', 'orders', 'order_items', 'payment_attempts', 'refunds', 'refund_items', 'foreign_refunds',
    'notify_receipts', 'journal_entries', 'journal_lines', 'config_versions', 'gateway_accounts',
    'promotions', 'promotion_versions', 'promotion_uses', 'promotion_shopper_uses', 'offer_decisions',
    'discrepancies', 'collection_codes', 'collection_orders', 'learner_decisions', 'learner_outcomes'
  ] loop
    execute format(
      'create trigger %I before truncate on %I for each statement execute function refuse_truncate()',
      kept || '_never_emptied', kept);
  end loop;
end $$;

-- Receipts are proof of what WeChat said: they could be deleted until now.
create trigger notify_receipts_kept before delete on notify_receipts for each row execute function refuse_change();
