"""From documents to Articles to pieces to files. Imports formats, archives and schemas; no Redis, Flask or Celery."""
