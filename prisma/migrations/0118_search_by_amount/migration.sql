-- An amount that people type, as it was asked for or before discounts. Newest first, as the list shows them.
create index orders_by_due on orders (amount_due, created_at desc, id desc);
create index orders_by_total_before_discount on orders (amount_total, created_at desc, id desc) where amount_discount > 0;
