-- Payment codes (付款码) at a counter. Taking an unclear charge back gives paid money back as well, so that it is meant is
-- committed before WeChat hears of it; from then on nobody books the trade as paid, whatever an older answer said.
alter table payment_attempts add column reverse_since timestamptz;
alter table payment_attempts add constraint attempt_reversal
  check (reverse_since is null or (channel = 'codepay' and status <> 'succeeded'));
