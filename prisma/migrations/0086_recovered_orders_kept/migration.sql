-- Orders recovered from WeChat's word are kept for good like all evidence: they refuse TRUNCATE as well.
create trigger recovered_orders_never_emptied before truncate on recovered_orders
  for each statement execute function refuse_truncate();
