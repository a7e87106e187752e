-- What people type into the search of refunds: an amount, and part of a reason, looked up in pieces as the text of orders is
-- (0127). Reasons are short and refunds are few, so the index is written with the refund.
create index refunds_by_amount on refunds (amount, created_at desc, id desc);
create index refunds_by_reason on refunds using gin (search_pieces(0, search_text(reason))) with (fastupdate = off)
  where reason is not null;
