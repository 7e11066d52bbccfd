"""A small job, converted by one task.

Imports steps, jobs, storage, pipeline, formats, telemetry and schemas.
"""
