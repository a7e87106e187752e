-- What was said between us and the provider about one trade or refund, as bytes, for disputes. Written in batches behind the payment
-- and never by its transaction: a message may be missing here, and nothing else depends on it. So there are no foreign keys either,
-- which would cost the batch a lookup per row. Secrets and personal data are masked before they come here.

create table gateway_messages (
  id             bigint generated always as identity primary key,
  about          text not null check (about in ('trade', 'refund')),
  -- the trade's or refund's, ours or one that was made in the provider's console
  number         text not null check (char_length(number) between 1 and 64),
  -- out: our request and the provider's answer; in: its notification and our answer
  direction      text not null check (direction in ('out', 'in')),
  operation      text not null check (char_length(operation) between 1 and 40),
  account_id     text not null,
  protocol       text not null check (protocol in ('v2', 'v3')),
  method         text not null check (method in ('GET', 'POST')),
  target         text not null check (char_length(target) between 1 and 600),
  at             timestamptz not null,
  duration_ms    integer not null check (duration_ms >= 0),
  -- of the answer; null: none came
  status         smallint,
  -- what it was taken for
  result         text not null check (char_length(result) between 1 and 200),
  -- of the provider's part; null: there is none
  signature      text check (char_length(signature) between 1 and 40),
  request_id     text check (char_length(request_id) <= 128),
  request_head   text not null check (char_length(request_head) <= 4096),
  request_body   bytea not null check (octet_length(request_body) <= 16384),
  -- as it was sent; more than is kept of it: the end is cut off
  request_bytes  integer not null check (request_bytes >= octet_length(request_body)),
  answer_head    text not null check (char_length(answer_head) <= 4096),
  answer_body    bytea not null check (octet_length(answer_body) <= 16384),
  answer_bytes   integer not null check (answer_bytes >= octet_length(answer_body)),
  masked         boolean not null,
  constraint gateway_message_answer check (status is not null or (answer_bytes = 0 and answer_head = ''))
);
create index gateway_messages_of on gateway_messages (number, about, operation, id);
create index gateway_messages_age on gateway_messages (at);
create trigger gateway_messages_fixed before update on gateway_messages for each row execute function refuse_change();
