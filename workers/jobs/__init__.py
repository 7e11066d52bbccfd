"""Job records in Redis: states, transitions, lists, idempotency, quotas. Imports redis, telemetry and schemas."""
