"""Conversion of documents to Articles to files. Imports formats, archives and schemas; no Redis, Flask or Celery."""
