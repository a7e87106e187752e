-- A promotion may need one of its codes. Who typed a code wrote it in any case, with spaces and dashes, or full width; what
-- is compared is its key. Every use of a code is a row of promotion_uses, and its counter follows those rows by trigger.

-- The same as codeKey in lib/base/promotion-code.ts (promotion-codes.db.test.ts compares them).
create function promotion_code_key(code text) returns text language sql immutable strict parallel safe as $$
  select upper(regexp_replace(normalize(code, NFKC), '[\s\u2000-\u2015\u2028\u2029\u2060\u2212\u3000\ufeff_.·-]', '', 'g') collate "C")
$$;

alter table promotions
  add column code_key text generated always as (promotion_code_key(definition ->> 'code')) stored,
  add column needs_code boolean not null generated always as (coalesce((definition ->> 'needsCode')::boolean, false)) stored,
  -- One word for all, or one of a list.
  add constraint promotion_code_once check (not (needs_code and code is not null));
drop index promotions_for_everyone;
create index promotions_for_everyone on promotions (id)
  where status = 'active' and not optional and code is null and not needs_code;
drop index promotions_with_code;
create index promotions_with_code on promotions (code_key) where code_key is not null;

create table promotion_codes (
  id           bigint generated always as identity primary key,
  promotion_id text not null references promotions,
  -- as it is printed
  code         text not null check (char_length(code) between 1 and 64),
  key          text not null generated always as (promotion_code_key(code)) stored check (key <> ''),
  -- orders that may use it; null: any number
  max_uses     integer check (max_uses >= 1),
  uses         integer not null default 0,
  label        text check (char_length(label) between 1 and 64),
  created_at   timestamptz not null,
  revoked_at   timestamptz,
  constraint promotion_code_uses check (uses >= 0 and (max_uses is null or uses <= max_uses)),
  constraint promotion_code_owner unique (promotion_id, id)
);
-- One code opens one promotion. One that was revoked may be given out anew.
create unique index promotion_codes_in_use on promotion_codes (key) where revoked_at is null;
create index promotion_codes_by_key on promotion_codes (key text_pattern_ops, id);

create function check_promotion_code() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    if new.uses <> 0 or new.revoked_at is not null then
      raise exception 'a code begins unused' using errcode = '23514', constraint = 'promotion_code_uses';
    end if;
    return new;
  end if;
  if tg_op = 'DELETE' or (new.promotion_id, new.code, new.max_uses, new.label, new.created_at)
       is distinct from (old.promotion_id, old.code, old.max_uses, old.label, old.created_at)
     or (old.revoked_at is not null and new.revoked_at is distinct from old.revoked_at) then
    raise exception 'a code never changes' using errcode = '23514', constraint = 'promotion_code_fixed';
  end if;
  -- One level down is the trigger of promotion_uses.
  if pg_trigger_depth() < 2 and new.uses <> old.uses then
    raise exception 'what was used of a code follows its uses' using errcode = '23514', constraint = 'promotion_counters';
  end if;
  return new;
end $$;
create trigger promotion_codes_change before insert or update or delete on promotion_codes
  for each row execute function check_promotion_code();
create trigger promotion_codes_never_emptied before truncate on promotion_codes
  for each statement execute function refuse_truncate();

alter table promotion_uses
  add column code_id bigint,
  add constraint promotion_uses_code foreign key (promotion_id, code_id) references promotion_codes (promotion_id, id);
create index promotion_uses_of_code on promotion_uses (code_id) where code_id is not null;

create or replace function refuse_changed_use() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or (new.order_id, new.promotion_id, new.shopper_id, new.created_at)
       is distinct from (old.order_id, old.promotion_id, old.shopper_id, old.created_at)
     -- What is taken changes only while its order can still be priced anew, and one version is drawn once.
     or ((new.version, new.amount, new.code_id) is distinct from (old.version, old.amount, old.code_id)
         and not (old.state in ('reserved', 'dropped') and new.state = 'reserved'))
     or (new.draw is distinct from old.draw and new.version = old.version)
     or (old.use_returned and not new.use_returned) then
    raise exception 'what was taken of a promotion never changes' using errcode = '23514', constraint = 'promotion_use_fixed';
  end if;
  if new.state <> old.state and not exists (
    select from allowed_transition t
     where t.machine = 'promotion_use' and t.from_status = old.state and t.to_status = new.state
  ) then
    raise exception 'illegal_transition: promotion_use % → %', old.state, new.state
      using errcode = '23514', constraint = 'illegal_transition';
  end if;
  return new;
end $$;

create or replace function count_promotion_use() returns trigger language plpgsql as $$
declare
  more_reserved integer := case when new.state = 'reserved' then new.amount else 0 end;
  more_spent integer := case when new.state = 'spent' then new.amount else 0 end;
  counts boolean := new.state in ('reserved', 'spent') and not new.use_returned;
  counted boolean := false;
  counted_code bigint;
  is_taken boolean := true;
  more_uses integer;
  rule record;
begin
  if tg_op = 'UPDATE' then
    more_reserved := more_reserved - case when old.state = 'reserved' then old.amount else 0 end;
    more_spent := more_spent - case when old.state = 'spent' then old.amount else 0 end;
    counted := old.state in ('reserved', 'spent') and not old.use_returned;
    counted_code := case when counted then old.code_id end;
    is_taken := old.state = 'dropped' or new.version <> old.version;
  end if;
  more_uses := counts::integer - counted::integer;
  update promotions
     set reserved = reserved + more_reserved, spent = spent + more_spent, uses = uses + more_uses
   where id = new.promotion_id
  returning status, version, limit_per_user, needs_code into strict rule;
  if is_taken and (new.state <> 'reserved' or rule.status <> 'active' or rule.version <> new.version) then
    raise exception 'promotion % is not what was asked for any more', new.promotion_id
      using errcode = '23514', constraint = 'promotion_current';
  end if;
  if is_taken and rule.limit_per_user is not null and new.shopper_id is null then
    raise exception 'promotion % is limited per shopper, and nobody knows who this is', new.promotion_id
      using errcode = '23514', constraint = 'promotion_needs_shopper';
  end if;
  if is_taken and rule.needs_code and new.code_id is null then
    raise exception 'promotion % needs one of its codes', new.promotion_id
      using errcode = '23514', constraint = 'promotion_needs_code';
  end if;
  -- The promotion's row is locked above, so that its codes are counted by one order at a time.
  if counted_code is not null and (not counts or new.code_id is distinct from counted_code) then
    update promotion_codes set uses = uses - 1 where id = counted_code;
  end if;
  if counts and new.code_id is not null and new.code_id is distinct from counted_code then
    update promotion_codes set uses = uses + 1 where id = new.code_id and (revoked_at is null or not is_taken);
    if not found then
      raise exception 'this code of promotion % was revoked', new.promotion_id
        using errcode = '23514', constraint = 'promotion_code_revoked';
    end if;
  end if;
  if new.shopper_id is not null and more_uses > 0 then
    insert into promotion_shopper_uses as s (promotion_id, shopper_id, uses)
    values (new.promotion_id, new.shopper_id, more_uses)
    on conflict (promotion_id, shopper_id) do update set uses = s.uses + more_uses;
  elsif new.shopper_id is not null and more_uses < 0 then
    update promotion_shopper_uses set uses = uses + more_uses
     where promotion_id = new.promotion_id and shopper_id = new.shopper_id;
  end if;
  return null;
end $$;
drop trigger promotion_uses_settled on promotion_uses;
create trigger promotion_uses_settled after update on promotion_uses
  for each row when ((old.state, old.amount, old.version, old.use_returned, old.code_id)
                     is distinct from (new.state, new.amount, new.version, new.use_returned, new.code_id))
  execute function count_promotion_use();
