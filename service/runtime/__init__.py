"""The processes: supervisor, HTTP server, embedded Valkey, health.

Imports app, auth, core, client, workers and schemas.
"""
