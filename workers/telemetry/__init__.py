"""Logs, metrics and traces. Imports redis and schemas."""
