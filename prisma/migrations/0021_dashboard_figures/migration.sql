-- What the dashboard adds up by day.
create index attempts_settled on payment_attempts (paid_at) include (amount_paid) where verdict = 'settles';
create index refunds_succeeded on refunds (succeeded_at) include (amount) where status = 'succeeded';
