"""Job records: states, transitions, lists, idempotency, quotas. Imports redis, storage, telemetry and schemas."""
