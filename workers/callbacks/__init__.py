"""Callbacks: signed POSTs that report the end of a job. Imports jobs, redis, telemetry and schemas."""
