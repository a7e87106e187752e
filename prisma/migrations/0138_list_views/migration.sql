-- Filters of a list that somebody saved under a name, for themselves or the team; and what each person wants to see of a list.
create table list_views (
  id         text primary key check (id ~ '^viw_[0-9a-z]{1,40}$'),
  list       text not null check (list in ('orders', 'refunds')),
  owner_id   text not null references admin_users,
  name       text not null check (char_length(name) between 1 and 40),
  -- the list's address behind the question mark; days that are named by their distance from today stay so
  query      text not null check (char_length(query) <= 1000),
  shared     boolean not null default false,
  created_at timestamptz not null,
  constraint list_views_name unique (list, owner_id, name),
  -- what a default is of
  constraint list_views_of_list unique (id, list)
);
create index list_views_shared on list_views (list) where shared;

create table list_settings (
  user_id         text not null references admin_users,
  list            text not null check (list in ('orders', 'refunds')),
  -- none: as the list is made
  columns         text[] not null default '{}' check (cardinality(columns) <= 30),
  default_view_id text,
  primary key (user_id, list),
  constraint list_settings_default foreign key (default_view_id, list) references list_views (id, list)
);

-- Orders that were given back in whole or in part, for lists of them.
create index attempts_given_back on payment_attempts (order_id) include (refunded, amount_paid)
  where verdict = 'settles' and refunded > 0;
