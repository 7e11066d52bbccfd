"""The Celery application, its tasks and its queues."""
