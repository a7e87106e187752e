-- An order that had used up its 999 trades could not book a payment that nobody foresaw: the row was refused. We open no
-- trade beyond …-999 (and 20 per order); money that arrives is booked whatever its sequence.
alter table payment_attempts drop constraint payment_attempts_sequence_check;
alter table payment_attempts add constraint payment_attempts_sequence_check check (sequence between 1 and 99999);
