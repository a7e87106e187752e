-- Each refund that software on the epay door asks for, for good: keys of repeated calls are forgotten after some days, and money that
-- went back must never go back again for the same wish.
create table epay_refunds (
  order_id  text not null references epay_orders,
  -- the software's own number, or the amount where its version of the protocol has none
  number    text not null check (char_length(number) between 1 and 80),
  amount    integer not null check (amount between 1 and 1000000000),
  asked_at  timestamptz not null,
  -- null: asked for, and not known to be made
  refund_id text unique references refunds,
  primary key (order_id, number)
);

create function check_epay_refund() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    -- What was refused made no refund and may be asked for again.
    if old.refund_id is null then return old; end if;
    raise exception 'refund % was asked for by the epay door', old.refund_id using errcode = '23514', constraint = 'epay_refund_fixed';
  end if;
  if tg_op = 'UPDATE' and ((new.order_id, new.number, new.amount, new.asked_at)
       is distinct from (old.order_id, old.number, old.amount, old.asked_at) or old.refund_id is not null) then
    raise exception 'a refund of the epay door never changes' using errcode = '23514', constraint = 'epay_refund_fixed';
  end if;
  if new.refund_id is not null and not exists (
       select from refunds r join payment_attempts a on a.id = r.attempt_id
        where r.id = new.refund_id and a.order_id = new.order_id and r.amount = new.amount) then
    raise exception 'refund % is another one', new.refund_id using errcode = '23514', constraint = 'epay_refund_same';
  end if;
  return new;
end $$;
create trigger epay_refunds_lawful before insert or update or delete on epay_refunds for each row execute function check_epay_refund();
create trigger epay_refunds_never_emptied before truncate on epay_refunds for each statement execute function refuse_truncate();
