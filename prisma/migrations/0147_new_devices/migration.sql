-- A person hears of a sign-in from a device that was not theirs before: on the devices that they receive messages on, nobody else does.

create function tell_person(person text, about_kind text, about_detail jsonb, about_at timestamptz) returns void
language plpgsql as $$
declare
  told bigint;
begin
  if not exists (select from notification_channels c
                  where c.admin_user_id = person and c.paused_at is null and c.disabled_at is null) then return; end if;
  insert into notifications (event, kind, critical, detail, created_at)
  values ('access', about_kind, true, about_detail, about_at)
  returning id into told;
  insert into notification_deliveries (notification_id, channel_id, check_at)
  select told, c.id, about_at from notification_channels c
   where c.admin_user_id = person and c.paused_at is null and c.disabled_at is null;
exception when others then
  -- Nobody is kept out because a message about it could not be written.
  raise warning 'a message of % was not written: %', about_kind, sqlerrm;
end $$;
