"""Job records in Redis: states, transitions, lists, idempotency, quotas."""
