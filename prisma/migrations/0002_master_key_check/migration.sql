-- Which MASTER_KEY sealed this database: a fingerprint that gives nothing of the key away. A process with another key
-- is refused at its start, before it can write what the others could not read.
create table master_key (
  id         smallint primary key default 1 check (id = 1),
  key_id     bytea not null check (octet_length(key_id) = 16),
  created_at timestamptz not null default now()
);
