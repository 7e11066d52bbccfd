"""Logs, metrics and traces. Imports redis, schemas and formats."""
