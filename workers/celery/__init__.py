"""The Celery application, its tasks and its queues.

Imports jobs, steps, small, chunked, isolation, callbacks, redis, storage, telemetry and schemas.
"""
