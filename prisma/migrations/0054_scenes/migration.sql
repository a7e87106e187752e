-- What an order is paid for: decided when it is made, corrected by the merchant, and the plan of the page that followed.

alter table orders
  -- how sure, why, by which version; the reasons name no goods of sensitive scenes
  add column scene_decision jsonb check (jsonb_typeof(scene_decision) = 'object'),
  add constraint order_scene check (scene_decision is null or scene is not distinct from (scene_decision ->> 'scene'));

alter table merchant
  -- declared at set-up; a scene's name
  add column industry text check (char_length(industry) between 1 and 32),
  -- how the pay page looks: {logoUrl?, color?, name?}
  add column brand jsonb check (jsonb_typeof(brand) = 'object');

-- The merchant's own word on what a thing is: it wins over every model, the last word on a text over those before.
create table scene_corrections (
  -- in one writing, as the model reads it
  item_text    text primary key check (char_length(item_text) between 1 and 64),
  scene        text not null check (char_length(scene) between 1 and 32),
  -- the order it was said of
  order_id     text not null references orders,
  said_by      text not null,
  corrected_at timestamptz not null
);
create index scene_corrections_newest on scene_corrections (corrected_at desc);

-- What the pay page showed, once for each different plan of an order, with the reasons. Names no shopper.
create table page_plans (
  order_id   text not null references orders,
  -- of the plan, so that the same page again is no new row
  digest     bytea not null check (octet_length(digest) = 32),
  plan       jsonb not null check (jsonb_typeof(plan) = 'object'),
  created_at timestamptz not null,
  primary key (order_id, digest)
);
create trigger page_plans_fixed before update on page_plans for each row execute function refuse_change();
