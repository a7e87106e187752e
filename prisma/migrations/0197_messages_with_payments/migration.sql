-- A payment is booked whatever fault of ours its message has. But what passes by itself (a full disk, no memory, a deadlock, a server
-- that stops) was forgiven too: five of 1,784 payments in the fault campaign were booked while the disk was full, and nobody was told.
-- Such a fault now ends the whole transaction, which WeChat and our sweeps repeat.

create function forgive_fault(code text, what text, fault text) returns void language plpgsql as $$
begin
  if left(code, 2) in ('40', '53', '57', '58') then raise exception '%', fault using errcode = code; end if;
  raise warning '% was not written: %', what, fault;
end $$;

create or replace function tell_channels(about notifications)
returns void
language plpgsql
as $function$
declare
  told bigint;
begin
  if not exists (select from notification_channels c where channel_wants(c, about)) then return; end if;
  insert into notifications (event, kind, recovered, critical, order_id, alert_id, amount, detail, created_at)
  values (about.event, about.kind, about.recovered, about.critical, about.order_id, about.alert_id, about.amount, about.detail,
          about.created_at)
  returning id into told;
  perform notify_wanting(told);
exception when others then
  perform forgive_fault(sqlstate, 'a notification of ' || about.kind, sqlerrm);
end $function$;

create or replace function tell_personally(about notifications) returns void language plpgsql as $$
declare
  told bigint;
  ways text[];
begin
  select array_agg(c.id) into ways from notification_channels c
   where c.paused_at is null and c.disabled_at is null
     and (c.admin_user_id = about.person_id
          or c.id = (select m.id from notification_channels m
                      where m.kind = 'email' and m.paused_at is null and m.disabled_at is null order by m.created_at, m.id limit 1));
  if ways is null or not exists (select from admin_users u where u.id = about.person_id and u.disabled_at is null) then return; end if;
  insert into notifications (event, kind, recovered, critical, order_id, amount, detail, person_id, created_at)
  values (about.event, about.kind, false, about.critical, about.order_id, about.amount, about.detail, about.person_id, about.created_at)
  returning id into told;
  insert into notification_deliveries (notification_id, channel_id, check_at)
  select told, way, about.created_at from unnest(ways) as way;
exception when others then
  -- Nobody is kept out, and no refund is held up, because a message about it could not be written.
  perform forgive_fault(sqlstate, 'a message of ' || about.kind, sqlerrm);
end $$;

create or replace function tell_of_approval() returns trigger language plpgsql as $$
declare
  about notifications;
begin
  select r.order_id, r.amount, jsonb_build_object('refundId', r.id, 'number', r.number, 'askedBy', new.asked_by,
                                                  'askedUserId', new.asked_user_id, 'reason', coalesce(new.reason, r.reason),
                                                  'decidedBy', new.decided_by)
    into about.order_id, about.amount, about.detail from refunds r where r.id = new.refund_id;
  about.event := 'refund_approval';
  about.kind := 'refund_approval_' || coalesce(new.decision, 'asked');
  about.recovered := false;
  about.critical := false;
  about.created_at := coalesce(new.decided_at, new.asked_at);
  perform tell_channels(about);
  if new.decision is not null and new.asked_user_id is not null then
    about.person_id := new.asked_user_id;
    perform tell_personally(about);
  end if;
  return null;
exception when others then
  perform forgive_fault(sqlstate, 'the news of an approval', sqlerrm);
  return null;
end $$;

create or replace function print_by_itself(about_kind text, about_order text, about_refund text, about_account text, about_at timestamp with time zone)
returns void
language plpgsql
as $function$
begin
  if not exists (select from printers where automatic and paused_at is null) then return; end if;
  -- What was played in the sandbox is not printed once real credentials are in use.
  if exists (select from gateway_accounts g where g.id = about_account and g.sandbox)
     and exists (select from gateway_accounts g where g.status = 'active' and not g.sandbox) then return; end if;
  perform print_wanting(about_kind, about_order, about_refund, about_at);
exception when others then
  perform forgive_fault(sqlstate, 'a print job of ' || about_kind, sqlerrm);
end $function$;

create or replace function print_shift()
returns trigger
language plpgsql
as $function$
begin
  insert into print_jobs (printer_id, kind, shift_id, automatic, check_at, created_at)
  select p.id, 'shift', new.id, true, new.closed_at, new.closed_at
    from printers p join tills t on t.id = new.till_id
   where p.automatic and p.paused_at is null
     and (p.store_id is null or p.store_id = t.store_id) and (p.till_id is null or p.till_id = t.id);
  return null;
exception when others then
  perform forgive_fault(sqlstate, 'a print job of a shift', sqlerrm);
  return null;
end $function$;
