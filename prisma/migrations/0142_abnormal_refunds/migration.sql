-- Abnormal refunds (异常退款) that are finished from here: each application to WeChat is written down before it is sent. The card's
-- number and its owner's name are handed on and kept nowhere; the last four digits tell one card from another.

create table abnormal_refund_applications (
  id             bigint generated always as identity primary key,
  refund_id      text not null references refunds,
  way            text not null check (way in ('payer_card', 'merchant_account')),
  -- WeChat's name of the bank
  bank           text check (bank ~ '^[A-Z]{2,12}_DEBIT$'),
  card_end       text check (card_end ~ '^[0-9]{4}$'),
  asked_by       text not null check (char_length(asked_by) between 1 and 320),
  asked_at       timestamptz not null,
  -- sent: what became of it is not known; accepted: WeChat works on it
  status         text not null default 'sent' check (status in ('sent', 'accepted', 'refused', 'failed')),
  accepted_at    timestamptz,
  ended_at       timestamptz,
  failure        text check (char_length(failure) between 1 and 64),
  failure_detail text check (char_length(failure_detail) <= 500),
  constraint application_card check ((way = 'payer_card') = (bank is not null) and (way = 'payer_card') = (card_end is not null)),
  constraint application_ended check ((status in ('refused', 'failed')) = (ended_at is not null)
                                  and (ended_at is null) = (failure is null)),
  constraint application_accepted check (status <> 'accepted' or accepted_at is not null)
);
-- One at a time: money must not go two ways.
create unique index abnormal_refund_applications_one on abnormal_refund_applications (refund_id) where status in ('sent', 'accepted');
create index abnormal_refund_applications_of_refund on abnormal_refund_applications (refund_id, id);
create trigger abnormal_refund_applications_never_emptied before truncate on abnormal_refund_applications
  for each statement execute function refuse_truncate();

create function check_abnormal_application() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    if not exists (select from refunds r where r.id = new.refund_id and r.status = 'abnormal') then
      raise exception 'refund % is not abnormal', new.refund_id using errcode = '23514', constraint = 'application_abnormal';
    end if;
    return new;
  end if;
  if tg_op = 'DELETE' or old.ended_at is not null or (old.status = 'accepted' and new.status = 'sent')
     or (new.refund_id, new.way, new.bank, new.card_end, new.asked_by, new.asked_at)
        is distinct from (old.refund_id, old.way, old.bank, old.card_end, old.asked_by, old.asked_at) then
    raise exception 'what was asked of WeChat never changes' using errcode = '23514', constraint = 'application_fixed';
  end if;
  return new;
end $$;
create trigger abnormal_refund_applications_fixed before insert or update or delete on abnormal_refund_applications
  for each row execute function check_abnormal_application();
