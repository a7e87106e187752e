-- What is due is taken endpoint by endpoint, so that the backlog of one never hides what another waits for.
create index webhook_deliveries_due_of on webhook_deliveries (endpoint_id, check_at) where check_at is not null;
