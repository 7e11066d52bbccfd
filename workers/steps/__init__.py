"""Steps: due work, leases, and recovery when a worker dies. Imports jobs, redis, pipeline, telemetry and schemas."""
