"""The HTTP API, a module for each resource, and its OpenAPI document.

Imports core, auth, jobs, workers and schemas.
"""
