-- A payment is booked whatever becomes of the news of it: a channel that is removed at this very moment, or any other fault of
-- ours on this side, ends with a warning in the database's log and not with the transaction.
create or replace function tell_channels(about notifications) returns void language plpgsql as $$
declare
  told bigint;
begin
  if not exists (select from notification_channels c where channel_wants(c, about)) then return; end if;
  insert into notifications (event, kind, recovered, critical, order_id, alert_id, amount, detail, created_at)
  values (about.event, about.kind, about.recovered, about.critical, about.order_id, about.alert_id, about.amount, about.detail,
          about.created_at)
  returning id into told;
  perform graphile_worker.add_job('deliver-notifications', json_build_object('channelId', wanted.channel_id))
     from notify_wanting(told) as wanted (channel_id);
exception when others then
  raise warning 'a notification of % was not written: %', about.kind, sqlerrm;
end $$;
