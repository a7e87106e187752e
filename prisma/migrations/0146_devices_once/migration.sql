-- One browser is one channel, however often it is added: a digest of its push address, which nobody can read back.
alter table notification_channels
  add column device_hash bytea check (octet_length(device_hash) = 32),
  add constraint channel_device_hash check (device_hash is null or kind = 'web_push');
create unique index notification_channels_device on notification_channels (device_hash);
