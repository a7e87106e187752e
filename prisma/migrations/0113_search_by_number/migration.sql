-- People type the beginning of a number, of ours or of WeChat's. These find it whatever the database's collation is.
create index orders_by_number_start on orders (out_trade_no text_pattern_ops);
create index attempts_by_number_start on payment_attempts (number text_pattern_ops);
create index attempts_by_transaction_start on payment_attempts (transaction_id text_pattern_ops) where transaction_id is not null;
