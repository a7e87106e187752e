-- Silence is told by what is silent: notices, pages, openings, payments, or our own doors. What keeps shoppers from paying passes quiet
-- hours; a notice that does not come only slows a confirmation.
create or replace function event_of_alert(kind text) returns text language sql immutable as $function$
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
    when kind in ('no_payments', 'silent_notices', 'silent_pages', 'failing_openings', 'falling_success', 'unreachable_pages',
                  'anomaly_conversion', 'anomaly_wechat_error', 'anomaly_notices', 'anomaly_refunds', 'anomaly_dead_end')
      then 'silence'
    when kind in ('channel_failing', 'channel_disabled', 'receipt_mail_failing') then 'channel'
    else 'other'
  end $function$;
create or replace function is_critical_alert(kind text) returns boolean language sql immutable as $function$
  select kind in ('notice_unconfirmed', 'reversal_unanswered', 'refund_overdrawn', 'configuration_refused', 'database_recovered',
                  'health_worker', 'health_sweeps', 'health_disk', 'no_payments', 'silent_pages', 'failing_openings',
                  'falling_success', 'unreachable_pages', 'anomaly_conversion', 'anomaly_wechat_error',
                  'health_ledger') $function$;
