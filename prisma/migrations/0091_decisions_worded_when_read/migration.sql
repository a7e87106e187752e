-- A decision about an optional offer keeps codes and figures; its sentence is worded when it is read, in the reader's language.
-- Older decisions keep the sentence that they were written with, and show it.
alter table learner_decisions alter column sentence drop not null;
