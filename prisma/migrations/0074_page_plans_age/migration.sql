-- Plans are kept for a time only; the clean-up finds the oldest.
create index page_plans_oldest on page_plans (created_at);
