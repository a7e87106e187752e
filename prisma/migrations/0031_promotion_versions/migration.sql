-- A version is kept when it is new; setting the column to what it was keeps nothing again.
drop trigger promotions_version on promotions;
create trigger promotions_first_version after insert on promotions
  for each row execute function keep_promotion_version();
create trigger promotions_next_version after update on promotions
  for each row when (new.version <> old.version) execute function keep_promotion_version();
