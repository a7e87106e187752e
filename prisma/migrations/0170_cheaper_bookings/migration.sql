-- The same laws for less: a booking ran ten functions that each looked into a table. What one look can answer is one function now, lines
-- of the journal are checked by statement instead of one by one, and no index is kept that another one does the work of.

-- ── orders and attempts: what never changes and which way they move, in one function each ────────────────────────────

create or replace function refuse_changed_order() returns trigger language plpgsql as $$
begin
  -- Until it is paid the discount may change (an offer taken or left); what was ordered and its price never do.
  if (new.id, new.out_trade_no, new.amount_total, new.created_at) is distinct from
     (old.id, old.out_trade_no, old.amount_total, old.created_at)
     or (old.status <> 'pending' and (new.amount_discount, new.amount_due) is distinct from (old.amount_discount, old.amount_due)) then
    raise exception 'what was ordered never changes' using errcode = '23514', constraint = 'order_fixed';
  end if;
  if new.status <> old.status then
    if new.version <= old.version then
      raise exception 'a change of status takes a new version' using errcode = '23514', constraint = 'order_version';
    end if;
    if not exists (select from allowed_transition t
                    where t.machine = 'order' and t.from_status = old.status and t.to_status = new.status) then
      raise exception 'illegal_transition: order % → %', old.status, new.status
        using errcode = '23514', constraint = 'illegal_transition';
    end if;
  end if;
  return new;
end $$;
drop trigger orders_machine on orders;

create or replace function refuse_changed_payment() returns trigger language plpgsql as $$
begin
  if (new.id, new.order_id, new.number, new.amount_due, new.account_id, new.protocol, new.channel) is distinct from
     (old.id, old.order_id, old.number, old.amount_due, old.account_id, old.protocol, old.channel)
     or (old.status = 'succeeded' and
         (new.transaction_id, new.amount_paid, new.paid_at, new.confirmed_by, new.confirmed_account_id, new.confirmed_protocol)
           is distinct from
         (old.transaction_id, old.amount_paid, old.paid_at, old.confirmed_by, old.confirmed_account_id, old.confirmed_protocol))
     or new.refunded < old.refunded then
    raise exception 'a trade and its payment never change' using errcode = '23514', constraint = 'attempt_fixed';
  end if;
  if new.status <> old.status
     and not exists (select from allowed_transition t
                      where t.machine = 'attempt' and t.from_status = old.status and t.to_status = new.status) then
    raise exception 'illegal_transition: attempt % → %', old.status, new.status
      using errcode = '23514', constraint = 'illegal_transition';
  end if;
  return new;
end $$;
drop trigger attempts_machine on payment_attempts;

-- ── at the commit: an order that is not pending any more has the payment that settles it, and keeps no promotion ─────

create function check_order_end() returns trigger language plpgsql as $$
declare
  held record;
begin
  select o.status = 'paid' and not exists (select from payment_attempts a where a.order_id = o.id and a.verdict = 'settles') as unpaid,
         o.status <> 'pending' and exists (select from promotion_uses u where u.order_id = o.id and u.state = 'reserved') as keeps
    into held from orders o where o.id = new.id;
  if held.unpaid then
    raise exception 'order % is paid by no attempt', new.id using errcode = '23514', constraint = 'order_settled';
  end if;
  if held.keeps then
    raise exception 'order % holds on to a promotion', new.id using errcode = '23514', constraint = 'promotion_use_state';
  end if;
  return null;
end $$;
create constraint trigger orders_ended after insert or update of status on orders deferrable initially deferred
  for each row when (new.status <> 'pending') execute function check_order_end();
drop trigger orders_settled on orders;
drop trigger orders_keep_nothing on orders;
drop function check_order_settled();
drop function check_order_keeps_nothing();

-- ── a payment: its shift, its receipt on paper, the messages about it ───────────────────────────────────────────────

drop trigger attempts_in_shift on payment_attempts;
drop trigger payment_attempts_printed on payment_attempts;
drop trigger payment_attempts_told on payment_attempts;
drop function note_shift_payment();
drop function print_payment();
drop function tell_of_payment();

create function tell_of_payment(payment payment_attempts) returns void language plpgsql as $$
declare
  about notifications;
begin
  if not exists (select from notification_channels c where 'payment_received' = any (c.events) and c.amount_min <= payment.amount_paid)
    then return; end if;
  -- What was played in the sandbox is told to nobody once real credentials are in use.
  if exists (select from gateway_accounts g where g.id = payment.account_id and g.sandbox)
     and exists (select from gateway_accounts g where g.status = 'active' and not g.sandbox) then return; end if;
  about.event := 'payment_received';
  about.kind := 'payment_received';
  about.recovered := false;
  about.critical := false;
  about.order_id := payment.order_id;
  about.amount := payment.amount_paid;
  about.detail := jsonb_build_object('channel', payment.channel, 'transactionId', payment.transaction_id);
  about.created_at := payment.ended_at;
  perform tell_channels(about);
end $$;

create function note_payment() returns trigger language plpgsql as $$
declare
  settles boolean := tg_op = 'UPDATE' and new.verdict = 'settles';
  facts record;
begin
  if tg_op = 'UPDATE' and old.status = 'succeeded' then return null; end if;
  -- Nearly always there is nothing to be noted: one look says so.
  select o.till_id, o.cashier_id, settles and exists (select from printers) as prints,
         settles and exists (select from notification_channels) as tells
    into facts from orders o where o.id = new.order_id;
  if facts.till_id is not null then
    insert into shift_entries (till_id, order_id, cashier_id, attempt_id, amount, channel, verdict, at)
    values (facts.till_id, new.order_id, facts.cashier_id, new.id, new.amount_paid, new.channel, new.verdict, new.paid_at);
  end if;
  if facts.prints then perform print_by_itself('receipt', new.order_id, null, new.account_id, new.ended_at); end if;
  if facts.tells then perform tell_of_payment(new); end if;
  return null;
end $$;
create trigger attempts_noted after insert or update of status on payment_attempts
  for each row when (new.status = 'succeeded') execute function note_payment();

-- ── the journal: lines come with their entry, checked once for all lines of a statement ─────────────────────────────

create function refuse_late_lines() returns trigger language plpgsql as $$
begin
  if exists (select from added l
              where (select e.xmin from journal_entries e where e.id = l.entry_id) is distinct from pg_current_xact_id()::xid) then
    raise exception 'a journal entry is complete once written' using errcode = '23514', constraint = 'append_only';
  end if;
  return null;
end $$;
drop trigger journal_lines_complete on journal_lines;
create trigger journal_lines_complete after insert on journal_lines referencing new table as added
  for each statement execute function refuse_late_lines();
drop function refuse_late_line();

-- ── indexes ─────────────────────────────────────────────────────────────────────────────────────────────────────────

-- Numbers are compared byte by byte, so that the index that keeps them unique also finds them by their beginning.
alter table orders alter column out_trade_no type text collate "C";
alter table payment_attempts alter column number type text collate "C", alter column transaction_id type text collate "C";
alter table journal_entries alter column cause type text collate "C";
drop index orders_by_number_start;
drop index attempts_by_number_start;
drop index attempts_by_transaction_start;
-- Fees are found by their cause.
drop index journal_lines_account;
