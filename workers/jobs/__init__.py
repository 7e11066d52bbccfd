"""Job records in Redis: states, transitions, lists, idempotency, quotas.

Imports redis, storage, telemetry, pipeline and schemas.
"""
