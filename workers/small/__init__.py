"""A small job, converted by one task.

Imports isolation, steps, jobs, storage, pipeline, formats, telemetry and schemas.
"""
