-- WeChat's own vouchers (代金券): what the payer handed over, what the merchant gets and what our own discounts took off are three
-- different numbers. And what a day's bill came to, beside what our book says of it.

-- ── what WeChat may look for vouchers by ────────────────────────────────────────────────────────────────────────────

alter table orders add column goods_tag text check (char_length(goods_tag) between 1 and 32);

create function refuse_changed_goods_tag() returns trigger language plpgsql as $$
begin
  raise exception 'what was ordered never changes' using errcode = '23514', constraint = 'order_fixed';
end $$;
-- A repeated call to WeChat has to bear the same tag as the first.
create trigger orders_goods_tag_fixed before update of goods_tag on orders
  for each row when (new.goods_tag is distinct from old.goods_tag) execute function refuse_changed_goods_tag();

-- ── what became of a payment ────────────────────────────────────────────────────────────────────────────────────────

alter table payment_attempts
  -- what of `amount_paid` comes to the merchant: less by vouchers that nobody funded beforehand (免充值)
  add column amount_settled integer not null default 0 check (amount_settled >= 0),
  -- WeChat's word, in our words
  add column vouchers jsonb not null default '[]';
update payment_attempts set amount_settled = amount_paid where amount_paid > 0;
alter table payment_attempts
  add constraint attempt_settled check (amount_settled <= amount_paid),
  add constraint attempt_vouchers check (jsonb_typeof(vouchers) = 'array');

create function refuse_changed_settlement() returns trigger language plpgsql as $$
begin
  raise exception 'a trade and its payment never change' using errcode = '23514', constraint = 'attempt_fixed';
end $$;
create trigger attempts_settlement_fixed before update of amount_settled, vouchers, payer_amount on payment_attempts
  for each row when (old.status = 'succeeded' and (new.amount_settled, new.vouchers, new.payer_amount)
                     is distinct from (old.amount_settled, old.vouchers, old.payer_amount))
  execute function refuse_changed_settlement();

alter table refunds
  -- what the payer gets back, and what the merchant gives: both at most the amount, less by the vouchers' shares. Null: not told
  add column payer_amount integer check (payer_amount >= 0),
  add column settled_amount integer check (settled_amount >= 0),
  add constraint refund_split check (coalesce(payer_amount, 0) <= amount and coalesce(settled_amount, 0) <= amount);

-- ── the ledger: vouchers at the merchant's expense ──────────────────────────────────────────────────────────────────

alter table journal_lines drop constraint journal_lines_account_check;
alter table journal_lines add constraint journal_lines_account_check check (account in
  ('wechat_clearing', 'sales', 'discounts', 'vouchers', 'refunds', 'owed_to_shoppers', 'fees', 'bank'));

-- ── a day's sums, by the bill and by our book; null for runs from before ────────────────────────────────────────────

alter table reconciliation_runs
  add column paid_theirs     bigint,
  add column paid_ours       bigint,
  add column refunded_theirs bigint,
  add column refunded_ours   bigint,
  -- what of it comes to the merchant, before the fees
  add column settled_theirs  bigint,
  add column settled_ours    bigint,
  add column fees            bigint;
