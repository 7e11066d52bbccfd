"""Artifacts, which are inputs and exported files, in a folder or in S3. Imports archives, telemetry and schemas."""
