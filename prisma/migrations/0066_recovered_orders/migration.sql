-- Orders that were lost here (an asynchronous failover, an old backup) and whose payment only WeChat knows: made again from what
-- WeChat answered about it, for a difference that a reconciliation found.
create table recovered_orders (
  order_id       text primary key references orders,
  transaction_id text not null unique,
  discrepancy_id bigint not null references discrepancies,
  person         text not null check (char_length(person) between 1 and 254),
  recovered_at   timestamptz not null
);
create trigger recovered_orders_fixed before update or delete on recovered_orders
  for each row execute function refuse_change();

-- Such an order is paid by the very payment that the bill shows, in full, or there is none.
create function check_recovered_order() returns trigger language plpgsql as $$
begin
  if not exists (
    select from orders o
      join payment_attempts a on a.order_id = o.id
      join discrepancies d on d.id = new.discrepancy_id
     where o.id = new.order_id and o.status = 'paid' and a.verdict = 'settles' and a.transaction_id = new.transaction_id
       and a.amount_paid = o.amount_due and d.kind = 'only_in_bill' and d.transaction_id = new.transaction_id
       and d.theirs = to_jsonb(a.amount_paid)
  ) then
    raise exception 'order % is not paid by what WeChat''s bill shows', new.order_id
      using errcode = '23514', constraint = 'recovered_order';
  end if;
  return null;
end $$;
create constraint trigger recovered_orders_paid after insert on recovered_orders
  deferrable initially deferred for each row execute function check_recovered_order();
