-- API keys with an end, a list of addresses, their last use, and secrets that are replaced with an overlap.

alter table api_keys
  add column expires_at timestamptz,
  -- addresses and networks in CIDR form; empty: from everywhere
  add column allowed_networks text[] not null default '{}' check (cardinality(allowed_networks) <= 50),
  -- written at most once a minute, or when the address changes
  add column last_used_at timestamptz,
  add column last_used_from text check (char_length(last_used_from) <= 64),
  -- the secret before, which works until then
  add column previous_secret_hash bytea unique check (octet_length(previous_secret_hash) = 32),
  add column previous_secret_sealed bytea,
  add column previous_secret_until timestamptz,
  add constraint api_key_previous check (
    (previous_secret_hash is null) = (previous_secret_until is null)
    and (previous_secret_hash is null) = (previous_secret_sealed is null)),
  add constraint api_key_used check (last_used_at is not null or last_used_from is null);
create trigger api_keys_previous_sealed before insert or update of previous_secret_sealed on api_keys
  for each row execute function check_sealed_under('previous_secret_sealed');

-- Secrets that were replaced, as the hash that they are found by: a backup of before knows them as valid, and a restore must end
-- them again.
create table replaced_secrets (
  secret_hash bytea primary key check (octet_length(secret_hash) = 32),
  api_key_id  text not null references api_keys,
  ends_at     timestamptz not null
);

create or replace function event_of_alert(kind text) returns text language sql immutable as $$
  select case
    when kind in ('late_payment', 'extra_payment', 'amount_mismatch', 'unknown_order', 'notice_unconfirmed', 'payment_time_replaced',
                  'paid_without_notice', 'reversal_unanswered') then 'payment_trouble'
    when kind in ('refund_abnormal', 'refund_failed', 'refund_mismatch', 'refund_overdrawn', 'refund_unanswered', 'foreign_refund')
      then 'refund_trouble'
    when kind in ('bill_differences', 'bill_missing') then 'differences'
    when kind in ('webhook_disabled', 'webhook_paused', 'webhook_given_up', 'health_webhooks') then 'webhook'
    when kind in ('configuration_refused', 'health_credentials', 'api_key_ending') then 'credentials'
    when kind in ('backup_restored', 'health_backups') then 'backup'
    when kind in ('health_worker', 'health_sweeps') then 'worker'
    when kind in ('database_recovered', 'health_disk') then 'disk'
    when kind in ('no_payments', 'anomaly_conversion', 'anomaly_wechat_error', 'anomaly_notices', 'anomaly_refunds', 'anomaly_dead_end')
      then 'silence'
    when kind in ('channel_failing', 'channel_disabled') then 'channel'
    else 'other'
  end $$;
