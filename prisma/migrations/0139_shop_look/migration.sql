-- How the shop shows itself to shoppers. Each way it did is kept: the highest version is in force.

-- A logo as it was drawn anew by us, named by its content, so that its address may be cached for ever.
create table shop_logos (
  hash text primary key,
  bytes bytea not null,
  created_at timestamptz not null default now(),
  constraint shop_logos_named_by_content check (hash = left(encode(sha256(bytes), 'hex'), 32)),
  constraint shop_logos_small check (octet_length(bytes) between 1 and 65536)
);
create trigger shop_logos_fixed before delete or update on shop_logos for each row execute function refuse_change();
create trigger shop_logos_never_emptied before truncate on shop_logos for each statement execute function refuse_truncate();

create table shop_looks (
  -- One more than the version that it was made from: two changes of one version cannot both be kept.
  version integer primary key check (version >= 1),
  look jsonb not null check (jsonb_typeof(look) = 'object'),
  logo_hash text references shop_logos (hash),
  actor text not null check (char_length(actor) between 1 and 320),
  created_at timestamptz not null default now()
);
create trigger shop_looks_fixed before delete or update on shop_looks for each row execute function refuse_change();
create trigger shop_looks_never_emptied before truncate on shop_looks for each statement execute function refuse_truncate();
