-- What is known of shoppers together, made once a day: a page must not add up a year of payments. It names nobody, and
-- figures on fewer than five shoppers are not in it.
create table shopper_summary (
  id      smallint primary key default 1 check (id = 1),
  made_at timestamptz not null,
  content jsonb not null check (jsonb_typeof(content) = 'object')
);
