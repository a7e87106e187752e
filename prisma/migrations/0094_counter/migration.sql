-- The counter of the dashboard: what the shopkeeper has put on its keypad, and which order each till shows.

create table counter_settings (
  id smallint primary key default 1 check (id = 1),
  -- Amounts in fen, in the order of their buttons.
  presets integer[] not null default '{}',
  -- [{"name", "fen"}], in the order of their buttons.
  items jsonb not null default '[]',
  updated_at timestamptz not null default now(),
  constraint counter_presets check (cardinality(presets) <= 8 and 1 <= all (presets) and 1000000000 >= all (presets)),
  constraint counter_items check (jsonb_typeof(items) = 'array' and jsonb_array_length(items) <= 60)
);
insert into counter_settings default values;

-- What a customer display shows. One row per till, or per dashboard user on a device that is no till; it says where to look and nothing of money.
create table counter_screens (
  till text primary key check (char_length(till) between 1 and 320),
  order_id text references orders (id),
  shown_at timestamptz not null
);
