"""Artifacts: inputs and exported files, in a folder or in S3. Imports schemas and archives."""
