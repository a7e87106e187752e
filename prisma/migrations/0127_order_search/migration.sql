-- What people search in the text of orders: description, items, the merchant's own notes. The worker writes it shortly after the
-- order, so that making an order costs nothing more; orders it has not come to yet are searched in their own rows.

-- Text as it is compared: full-width digits and letters as the usual ones, small letters, one space between words.
create function search_text(text text) returns text language sql immutable strict parallel safe as
  $$ select btrim(regexp_replace(lower(normalize($1, nfkc)), '\s+', ' ', 'g')) $$;

-- Each character and each pair of neighbours, as numbers: two characters of at most 21 bits. Words of two Chinese characters are
-- the rule, which pg_trgm with its three cannot look up. Pieces carry their week in front, so that an index on them is read week
-- by week from the newest on: a word of every order costs one week, not all the years.
create function search_pieces(week integer, text text) returns bigint[] language sql immutable strict parallel safe as $$
  select coalesce(array_agg(distinct $1 * 4398046511104 + ascii(c) * 2097152::bigint + own.second), '{}')
    from (select c, lead(c) over (order by at) as next from string_to_table($2, null) with ordinality as t (c, at)) pairs,
         lateral (select 0 as second union all select ascii(next) where next <> ' ') own
   where c <> ' ' $$;

-- The pieces that a text must have to match: the pairs of each word, or the character that is a word.
create function search_wanted(text text) returns bigint[] language sql immutable strict parallel safe as $$
  select coalesce(array_agg(distinct ascii(c) * 2097152::bigint + case when next <> ' ' then ascii(next) else 0 end), '{}')
    from (select c, lead(c, 1, ' ') over (order by at) as next, lag(c, 1, ' ') over (order by at) as last
            from string_to_table($1, null) with ordinality as t (c, at)) pairs
   where c <> ' ' and (next <> ' ' or last = ' ') $$;

create table order_search (
  order_id   text primary key references orders,
  created_at timestamptz not null,
  -- since 1970
  week       integer not null check (week = floor(extract(epoch from created_at) / 604800)),
  text       text not null check (char_length(text) <= 2000)
);
-- Without fastupdate: a list of what is pending would be read once for each week of each search.
create index order_search_pieces on order_search using gin (search_pieces(week, text)) with (fastupdate = off);

-- How far: every order made before this moment is there. An order that is recovered is made in the past, and found by the journal.
create table order_search_progress (
  id         smallint primary key default 1 check (id = 1),
  indexed_to timestamptz not null default '1970-01-01Z',
  journal_to bigint not null default 0
);
insert into order_search_progress default values;

-- The beginning of a refund's number, the end of the shop's own name for a shopper, orders of a collection code.
create index refunds_by_number_start on refunds (number text_pattern_ops);
create index refunds_by_wechat_start on refunds (wechat_refund_id text_pattern_ops) where wechat_refund_id is not null;
create index orders_by_shopper_end on orders (reverse(shopper_id) text_pattern_ops) where shopper_id is not null;
create index collection_orders_of_code on collection_orders (code_id, order_id);
