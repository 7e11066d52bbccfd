"""Steps: due work, leases, and recovery when a worker dies.

Imports jobs, redis, storage, telemetry and schemas.
"""
