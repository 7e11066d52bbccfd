"""A small job, converted by one step.

Imports isolation, steps, jobs, redis, storage, pipeline, formats, telemetry and schemas.
"""
