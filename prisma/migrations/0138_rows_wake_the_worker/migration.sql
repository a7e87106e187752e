-- Jobs are told of by pg_notify, which takes a lock of the whole database through the commit. A payment leaves rows only; the word of them
-- goes to the worker after the commit (decision 0105), and its sweeps find them in any case.

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
  raise warning 'a print job of % was not written: %', about_kind, sqlerrm;
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
  raise warning 'a print job of a shift was not written: %', sqlerrm;
  return null;
end $function$;

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
  raise warning 'a notification of % was not written: %', about.kind, sqlerrm;
end $function$;
