"""Documents to Articles to pieces to files. Imports schemas, formats and archives; no Redis, Flask or Celery."""
