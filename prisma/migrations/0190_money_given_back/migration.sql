-- Orders that were given back, newest first: an order is paid soon after it is made, so the newest of these payments are those of the
-- newest orders, and a page reads some hundreds of them instead of all. Written when money goes back, not when it comes.
drop index attempts_given_back;
create index attempts_given_back on payment_attempts (paid_at) include (order_id, refunded, amount_paid)
  where verdict = 'settles' and refunded > 0;

-- An order without a scene counts as one of "other"; without these Postgres takes every scene for one in two hundred, and reads
-- all orders where the newest would do.
create statistics orders_scene_shown on (coalesce(scene, 'other')) from orders;
analyze orders;
