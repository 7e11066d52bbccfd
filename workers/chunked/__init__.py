"""Large jobs: split into chunks, convert each, merge the parts.

Imports isolation, jobs, steps, redis, storage, pipeline, formats, archives, telemetry and schemas.
"""
