"""The processes: supervisor, HTTP server, embedded Valkey, health.

Imports app, auth, core, jobs, client, workers and schemas.
"""
