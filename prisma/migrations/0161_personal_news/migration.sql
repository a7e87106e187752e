-- News that is one person's own: of their sign-ins and their account, and of what became of a refund that they asked for. It goes to
-- the devices on which the person receives messages, and to their own address by the shop's mail channel. Channels of the shop hear of
-- accounts only where the shop chooses so.

alter table notifications add column person_id text references admin_users;

alter table notification_channels drop constraint notification_channels_events_check;
alter table notification_channels add constraint notification_channels_events_check check (cardinality(events) >= 1 and events <@ array[
  'payment_received', 'refund_done', 'refund_approval', 'payment_trouble', 'refund_trouble', 'differences', 'webhook',
  'credentials', 'access', 'backup', 'worker', 'disk', 'silence', 'channel', 'other']);

create or replace function channel_wants(channel notification_channels, about notifications) returns boolean language sql stable as $$
  select channel.paused_at is null and channel.disabled_at is null and about.event = any (channel.events)
     and (about.event not in ('payment_received', 'refund_done') or coalesce(about.amount, 0) >= channel.amount_min)
     -- a channel is not told of its own failure
     and (about.event <> 'channel' or about.detail ->> 'channelId' is distinct from channel.id)
     -- nobody's device hears of another person's account
     and (about.event <> 'access' or channel.admin_user_id is null)
     -- a device is asked for an approval only where its owner could give it; the answer is its own person's news
     and (about.event <> 'refund_approval' or channel.admin_user_id is null
          or about.kind in ('refund_approval_asked', 'refund_approval_expired') and exists (
               select from admin_users u
                where u.id = channel.admin_user_id and u.disabled_at is null and u.role in ('owner', 'finance')
                  and u.id is distinct from about.detail ->> 'askedUserId')) $$;

-- One mail is enough, by the channel that has been there longest.
create function tell_personally(about notifications) returns void language plpgsql as $$
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
  raise warning 'a message of % was not written: %', about.kind, sqlerrm;
end $$;

create or replace function tell_person(person text, about_kind text, about_detail jsonb, about_at timestamptz) returns void
language plpgsql as $$
declare
  about notifications;
begin
  about.event := 'access';
  about.kind := about_kind;
  about.recovered := false;
  about.critical := true;
  about.detail := about_detail || jsonb_build_object('person', (select u.email from admin_users u where u.id = person));
  about.created_at := about_at;
  -- These two are alerts of their own.
  if about_kind not in ('own_recovery_used', 'own_passkey_suspended') then perform tell_channels(about); end if;
  about.person_id := person;
  perform tell_personally(about);
end $$;

-- What changes how a person signs in stands in the audit log, whoever did it and by whatever door.
create function tell_of_account() returns trigger language plpgsql as $$
begin
  perform tell_person(new.subject, case new.action
      when 'user.password' then 'own_password'
      when 'user.reset' then 'own_reset'
      when 'user.reset_link' then 'own_reset'
      when 'user.reset_used' then 'own_reset_used'
      when 'user.totp_on' then 'own_totp_on'
      when 'user.totp_off' then 'own_totp_off'
      when 'recovery.make' then 'own_recovery_made'
      when 'recovery.use' then 'own_recovery_used'
      when 'passkey.add' then 'own_passkey_added'
      when 'passkey.remove' then 'own_passkey_removed'
      when 'passkey.suspended' then 'own_passkey_suspended'
      when 'user.role' then 'own_role'
    end, jsonb_build_object('actor', new.actor), new.created_at);
  return null;
end $$;
create trigger audit_log_account_told after insert on audit_log for each row
  when (new.action in ('user.password', 'user.reset', 'user.reset_link', 'user.reset_used', 'user.totp_on', 'user.totp_off',
                       'recovery.make', 'recovery.use', 'passkey.add', 'passkey.remove', 'passkey.suspended', 'user.role')
        and new.subject is not null and not (new.detail ? 'failed'))
  execute function tell_of_account();

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
  raise warning 'the news of an approval was not written: %', sqlerrm;
  return null;
end $$;
drop trigger refund_approvals_expiry_told on refund_approvals;
create trigger refund_approvals_answer_told after update of decision on refund_approvals
  for each row when (new.decision in ('approved', 'declined', 'expired')) execute function tell_of_approval();

-- The dashboard tells people what became of what they asked for.
create index refund_approvals_answered on refund_approvals (asked_user_id, decided_at desc) where decided_at is not null;
