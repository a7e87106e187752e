-- Refunds that need a second person: a refund that waits holds its amount like every other, and is sent by nobody before somebody
-- else has approved it.

alter table refunds drop constraint refunds_status_check;
alter table refunds add constraint refunds_status_check
  check (status in ('awaiting_approval', 'requested', 'processing', 'succeeded', 'abnormal', 'closed'));
alter table refunds add constraint refund_unapproved check (status <> 'awaiting_approval' or sent_at is null);
insert into allowed_transition (machine, from_status, to_status) values
  ('refund', 'awaiting_approval', 'requested'), ('refund', 'awaiting_approval', 'closed'), ('refund', 'awaiting_approval', 'succeeded');
create index refunds_awaiting on refunds (created_at, id) where status = 'awaiting_approval';

create or replace function check_refund_sums() returns trigger language plpgsql as $$
declare
  attempt text := case tg_table_name when 'refunds' then to_jsonb(new) ->> 'attempt_id' else new.id end;
  wrong record;
begin
  select a.id, a.refund_held, a.refunded, s.held, s.gone into wrong
    from payment_attempts a,
         lateral (select coalesce(sum(r.amount) filter (where r.status not in ('succeeded', 'closed')), 0) as held,
                         coalesce(sum(r.amount) filter (where r.status = 'succeeded'), 0) as gone
                    from refunds r where r.attempt_id = a.id) s
   where a.id = attempt and (a.refund_held <> s.held or a.refunded <> s.gone);
  if found then
    raise exception 'attempt % holds % and gave back %, its refunds say % and %',
      wrong.id, wrong.refund_held, wrong.refunded, wrong.held, wrong.gone using errcode = '23514', constraint = 'refund_sums';
  end if;
  return null;
end $$;

create table refund_approvals (
  refund_id       text primary key references refunds,
  -- the owner's limit at that time
  above           integer not null check (above >= 0),
  -- a dashboard user, a cashier or an API key, as the audit log names them
  asked_by        text not null check (char_length(asked_by) between 1 and 320),
  asked_user_id   text references admin_users,
  asked_at        timestamptz not null,
  expires_at      timestamptz not null,
  decision        text check (decision in ('approved', 'declined', 'withdrawn', 'expired')),
  decided_by      text check (char_length(decided_by) between 1 and 320),
  decided_user_id text references admin_users,
  decided_at      timestamptz,
  reason          text check (char_length(reason) between 1 and 200),
  constraint approval_decided check ((decision is null) = (decided_at is null)),
  constraint approval_by check (case when coalesce(decision, 'expired') = 'expired'
    then decided_by is null and decided_user_id is null
    else decided_by is not null and decided_user_id is not null end),
  -- nobody approves or declines their own; only the one who asked takes it back
  constraint approval_second_person check (case decision
    when 'withdrawn' then decided_user_id is not distinct from asked_user_id
    when 'approved' then decided_user_id is distinct from asked_user_id and decided_by <> asked_by
    when 'declined' then decided_user_id is distinct from asked_user_id and decided_by <> asked_by
    else true end),
  constraint approval_in_time check (decision <> 'approved' or decided_at < expires_at),
  constraint approval_reason check (decision <> 'declined' or reason is not null)
);
create trigger refund_approvals_never_emptied before truncate on refund_approvals
  for each statement execute function refuse_truncate();

-- A decision is made once, by somebody who may.
create function refuse_changed_approval() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or old.decision is not null
     or (new.refund_id, new.above, new.asked_by, new.asked_user_id, new.asked_at, new.expires_at)
        is distinct from (old.refund_id, old.above, old.asked_by, old.asked_user_id, old.asked_at, old.expires_at) then
    raise exception 'a decision about a refund never changes' using errcode = '23514', constraint = 'approval_fixed';
  end if;
  if new.decision in ('approved', 'declined') and not exists (
    select from admin_users u where u.id = new.decided_user_id and u.disabled_at is null and u.role in ('owner', 'finance')) then
    raise exception 'somebody without the right decided about refund %', new.refund_id
      using errcode = '23514', constraint = 'approval_role';
  end if;
  return new;
end $$;
create trigger refund_approvals_fixed before update or delete on refund_approvals
  for each row execute function refuse_changed_approval();

-- Refund and approval say the same when a transaction ends: what waits is undecided, what was declined never left, and what is sent
-- was approved.
create function check_refund_approval() returns trigger language plpgsql as $$
declare
  refund text := case tg_table_name when 'refunds' then to_jsonb(new) ->> 'id' else to_jsonb(new) ->> 'refund_id' end;
  found_status text;
  found_decision text;
  is_asked boolean;
  agree boolean;
begin
  select r.status, a.decision, a.refund_id is not null into found_status, found_decision, is_asked
    from refunds r left join refund_approvals a on a.refund_id = r.id where r.id = refund;
  agree := case
    when not is_asked then found_status <> 'awaiting_approval'
    when found_status = 'awaiting_approval' then found_decision is null
    -- money that went back is a fact, whoever had to decide
    when found_status = 'succeeded' then true
    when found_status = 'closed' then found_decision is not null
    else coalesce(found_decision, '') = 'approved' end;
  if not agree then
    raise exception 'refund % is % and was %', refund, found_status, coalesce(found_decision, 'not decided about')
      using errcode = '23514', constraint = 'refund_approval';
  end if;
  return null;
end $$;
create constraint trigger refunds_approved after insert or update of status on refunds deferrable initially deferred
  for each row execute function check_refund_approval();
create constraint trigger refund_approvals_kept after insert or update on refund_approvals deferrable initially deferred
  for each row execute function check_refund_approval();

-- Those who may approve are told, and those who wait hear when nobody did.
alter table notification_channels drop constraint notification_channels_events_check;
alter table notification_channels add constraint notification_channels_events_check check (cardinality(events) >= 1 and events <@ array[
  'payment_received', 'refund_done', 'refund_approval', 'payment_trouble', 'refund_trouble', 'differences', 'webhook',
  'credentials', 'backup', 'worker', 'disk', 'silence', 'channel', 'other']);
update notification_channels c set events = array_append(events, 'refund_approval')
 where 'refund_trouble' = any (events)
   and (admin_user_id is null
        or exists (select from admin_users u where u.id = c.admin_user_id and u.role in ('owner', 'finance')));

create or replace function channel_wants(channel notification_channels, about notifications) returns boolean language sql stable as $$
  select channel.paused_at is null and channel.disabled_at is null and about.event = any (channel.events)
     and (about.event not in ('payment_received', 'refund_done') or coalesce(about.amount, 0) >= channel.amount_min)
     -- a channel is not told of its own failure
     and (about.event <> 'channel' or about.detail ->> 'channelId' is distinct from channel.id)
     -- a device is asked for an approval only where its owner could give it
     and (about.event <> 'refund_approval' or channel.admin_user_id is null
          or exists (select from admin_users u
                      where u.id = channel.admin_user_id and u.disabled_at is null and u.role in ('owner', 'finance')
                        and u.id is distinct from about.detail ->> 'askedUserId')) $$;

create function tell_of_approval() returns trigger language plpgsql as $$
declare
  about notifications;
begin
  select r.order_id, r.amount, jsonb_build_object('refundId', r.id, 'number', r.number, 'askedBy', new.asked_by,
                                                  'askedUserId', new.asked_user_id, 'reason', r.reason)
    into about.order_id, about.amount, about.detail from refunds r where r.id = new.refund_id;
  about.event := 'refund_approval';
  about.kind := case when new.decision is null then 'refund_approval_asked' else 'refund_approval_expired' end;
  about.recovered := false;
  about.critical := false;
  about.created_at := coalesce(new.decided_at, new.asked_at);
  perform tell_channels(about);
  return null;
exception when others then
  raise warning 'the news of an approval was not written: %', sqlerrm;
  return null;
end $$;
create trigger refund_approvals_told after insert on refund_approvals for each row execute function tell_of_approval();
create trigger refund_approvals_expiry_told after update of decision on refund_approvals
  for each row when (new.decision = 'expired') execute function tell_of_approval();
